/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys that hide a client's Initial packets from nobody who sees them: they come from the connection id in the packet
 * (RFC 9001 section 5.2). Everything libcrypto needs is allocated at creation; after that no call allocates.
 */
#ifndef NFAAS_DP_QUIC_KEYS_H
#define NFAAS_DP_QUIC_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DP_QUIC_CID_MAX 20 /* RFC 9000 section 17.2 */
#define DP_QUIC_TAG 16
#define DP_QUIC_SAMPLE 16

enum dp_quic_version { DP_QUIC_V1, DP_QUIC_V2 }; /* RFC 9000, RFC 9369 */

/* Of one thread. */
struct dp_quic_keys;
/* NULL when out of memory, or when libcrypto lacks SHA-256 or AES-128. */
struct dp_quic_keys *dp_quic_keys_create(void);
void dp_quic_keys_free(struct dp_quic_keys *keys);

/* Makes the client's keys for its destination connection id the ones in use. False when libcrypto fails. */
bool dp_quic_keys_derive(struct dp_quic_keys *keys, enum dp_quic_version version, const uint8_t *cid, size_t length);

/* The header protection mask, 5 bytes of it (RFC 9001 section 5.4.3). */
bool dp_quic_keys_mask(struct dp_quic_keys *keys, const uint8_t sample[DP_QUIC_SAMPLE], uint8_t mask[DP_QUIC_SAMPLE]);

/* A piece of the header, as it was before its protection. */
struct dp_quic_piece {
	const uint8_t *at;
	size_t length;
};

/* Opens `sealed`, `length` bytes with the tag, into `plain`, room for `length`. False when it is not authentic. */
bool dp_quic_keys_open(struct dp_quic_keys *keys, uint32_t packet_number, const struct dp_quic_piece *header,
	unsigned n_pieces, const uint8_t *sealed, size_t length, uint8_t *plain);

#endif
