/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hashes that every pod must compute alike (flow hash, Maglev permutations, state keys) and that therefore may never
 * depend on the machine, the process or the order of arrival.
 */
#ifndef NFAAS_DP_HASH_H
#define NFAAS_DP_HASH_H

#include <stdint.h>

#define DP_HASH_SEED_A UINT64_C(0x9e3779b97f4a7c15) /* 2^64 / golden ratio */
#define DP_HASH_SEED_B UINT64_C(0xc2b2ae3d27d4eb4f)

/* Folds the 128-bit product of two words: every input bit reaches every output bit unless a word is zero. */
static inline uint64_t
dp_hash_mix(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* FNV-1a, then mixed, since FNV's high bits are weak on short names. */
static inline uint64_t
dp_hash_string(const char *text, uint64_t seed)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ seed;

	for (; *text != '\0'; text++)
		hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	return dp_hash_mix(hash ^ DP_HASH_SEED_A, seed ^ DP_HASH_SEED_B);
}

/* Maps 32 uniform bits onto 0..size-1 without a division (the high half of a fixed-point product). */
static inline uint32_t
dp_hash_scale(uint32_t hash, uint32_t size)
{
	return (uint32_t)(((uint64_t)hash * size) >> 32);
}

#endif
