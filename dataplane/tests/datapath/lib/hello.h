/* SPDX-License-Identifier: Apache-2.0 */
/* What web clients send first: ClientHellos in records and in QUIC Initial packets. */
#ifndef NFAAS_TEST_HELLO_H
#define NFAAS_TEST_HELLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "web/web_name.h"

#define HELLO_MAX 8192

struct hello {
	const char *name;     /* NULL = no server_name extension */
	const char *second;   /* another server_name extension */
	bool encrypted;       /* has an ECH extension, behind the name */
	uint16_t padding;     /* bytes of an extension before the name: a key share, say */
};

/* The handshake message; returns its length. */
size_t hello_write(uint8_t *at, const struct hello *hello);

/* A message in records of at most `piece` bytes; 0 = one. Returns the length. */
size_t hello_write_records(uint8_t *at, const uint8_t *message, size_t length, size_t piece);

/* Bytes [offset, offset + length) of a message. */
struct crypto_frame {
	size_t offset;
	size_t length;
};

/*
 * A version 1 Initial packet of 1200 bytes or more with these CRYPTO frames, PINGs between them, by libcrypto's own HKDF and
 * AES-GCM. Returns its length.
 */
size_t hello_write_initial(uint8_t *at, const uint8_t cid[8], uint8_t packet_number, const uint8_t *message,
	const struct crypto_frame *frames, size_t n_frames);

/* What was found in a hello, or in a request. */
void check_web_name(const struct dp_web_name *name, const char *expected);

#endif
