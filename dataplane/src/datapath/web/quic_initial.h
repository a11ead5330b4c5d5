/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_QUIC_INITIAL_H
#define NFAAS_DP_QUIC_INITIAL_H

#include "quic_keys.h"
#include "web_name.h"

/* What CRYPTO frames have brought of the handshake, in any order. */
struct dp_quic_stream {
	uint8_t data[DP_WEB_NAME_WITHIN];
	uint64_t there[DP_WEB_NAME_WITHIN / 64]; /* bit per byte */
	bool failed; /* something that no client sends */
};

/* Empties it. */
void dp_quic_stream_reset(struct dp_quic_stream *stream);

/*
 * Opens the Initial packets of a client's datagram (RFC 9000 sections 12.2, 17.2.2) and notes their CRYPTO frames. False
 * when it has none that opens: no QUIC version 1 or 2, or not the first flight of a connection. A datagram has at most
 * DP_QUIC_DATAGRAM_MAX bytes; more are not read.
 */
#define DP_QUIC_DATAGRAM_MAX 2048
bool dp_quic_read_datagram(struct dp_quic_keys *keys, const uint8_t *datagram, size_t size,
	struct dp_quic_stream *stream);

/* Whether a datagram begins with an Initial packet of a version we know: cheap, before it is opened. */
bool dp_quic_may_be_initial(const uint8_t *datagram, size_t size);

/* The frames of an Initial packet, as a datagram's are read. */
void dp_quic_read_frames(const uint8_t *plain, size_t length, struct dp_quic_stream *stream);

/* The name in what is there so far. */
enum dp_web_status dp_quic_name_of_stream(const struct dp_quic_stream *stream, struct dp_web_name *name);

#endif
