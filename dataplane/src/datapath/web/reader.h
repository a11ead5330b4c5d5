/* SPDX-License-Identifier: Apache-2.0 */
/* Reads bytes that came from the wire: never past the end; once a read failed all others do. */
#ifndef NFAAS_DP_READER_H
#define NFAAS_DP_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dp_reader {
	const uint8_t *at;
	const uint8_t *end;
	bool failed;
};

static inline struct dp_reader
dp_reader_of(const uint8_t *data, size_t size)
{
	return (struct dp_reader){.at = data, .end = data + size};
}

static inline size_t
dp_reader_left(const struct dp_reader *reader)
{
	return (size_t)(reader->end - reader->at);
}

/* The next n bytes; NULL when there are fewer. */
static inline const uint8_t *
dp_read_bytes(struct dp_reader *reader, size_t n)
{
	const uint8_t *at = reader->at;

	if (reader->failed || n > dp_reader_left(reader)) {
		reader->failed = true;
		return NULL;
	}
	reader->at += n;
	return at;
}

/* A big-endian number of n bytes, at most 8; 0 when it fails. */
static inline uint64_t
dp_read_number(struct dp_reader *reader, unsigned n)
{
	const uint8_t *at = dp_read_bytes(reader, n);
	uint64_t value = 0;

	for (unsigned i = 0; at != NULL && i < n; i++)
		value = value << 8 | at[i];
	return value;
}

/* A vector whose length is a number of n bytes before it (RFC 8446 section 3.4); empty when it fails. */
static inline struct dp_reader
dp_read_vector(struct dp_reader *reader, unsigned n)
{
	size_t length = (size_t)dp_read_number(reader, n);
	const uint8_t *at = dp_read_bytes(reader, length);

	return at == NULL ? (struct dp_reader){.failed = true} : dp_reader_of(at, length);
}

#endif
