/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SipHash-2-4 (Aumasson and Bernstein, 2012): who does not know the key cannot find two inputs with one hash. For tables
 * whose keys a sender chooses.
 */
#ifndef NFAAS_DP_SIPHASH_H
#define NFAAS_DP_SIPHASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct dp_sip_key {
	uint64_t k[2];
};

static inline uint64_t
dp_sip_rotate(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

static inline void
dp_sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = dp_sip_rotate(v[1], 13) ^ v[0];
	v[3] = dp_sip_rotate(v[3], 16) ^ v[2];
	v[0] = dp_sip_rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = dp_sip_rotate(v[1], 17) ^ v[2];
	v[3] = dp_sip_rotate(v[3], 21) ^ v[0];
	v[2] = dp_sip_rotate(v[2], 32);
}

static inline void
dp_sip_absorb(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	dp_sip_round(v);
	dp_sip_round(v);
	v[0] ^= word;
}

/* Little-endian machines only, like all of this. */
static inline uint64_t
dp_siphash(const struct dp_sip_key *key, const void *data, size_t length)
{
	uint64_t v[4] = {key->k[0] ^ UINT64_C(0x736f6d6570736575), key->k[1] ^ UINT64_C(0x646f72616e646f6d),
		key->k[0] ^ UINT64_C(0x6c7967656e657261), key->k[1] ^ UINT64_C(0x7465646279746573)};
	const uint8_t *at = data;
	uint64_t word;
	size_t left;

	for (left = length; left >= sizeof(word); left -= sizeof(word), at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		dp_sip_absorb(v, word);
	}
	word = 0;
	memcpy(&word, at, left);
	dp_sip_absorb(v, word | (uint64_t)length << 56);
	v[2] ^= 0xff;
	for (unsigned i = 0; i < 4; i++)
		dp_sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

#endif
