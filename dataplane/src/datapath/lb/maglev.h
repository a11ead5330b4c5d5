/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maglev's consistent hashing (Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load Balancer", NSDI
 * 2016, section 3.4): each backend has a permutation of the table's entries and the backends take turns in claiming
 * their next free one. Loads differ by little, and a change of the pool moves few entries.
 */
#ifndef NFAAS_DP_MAGLEV_H
#define NFAAS_DP_MAGLEV_H

#include <stdbool.h>
#include <stdint.h>

/* The paper's "small" and "large" tables; primes, so that every skip walks all entries. */
#define DP_MAGLEV_SIZE 65537
#define DP_MAGLEV_SIZE_LARGE 655373

/* Permutation of a backend: entry j is (offset + j * skip) mod size. */
struct dp_maglev_backend {
	uint32_t offset; /* 0..size-1 */
	uint32_t skip;   /* 1..size-1 */
	uint32_t weight; /* turns in proportion to it; 0 = none */
};

/* The permutation of a backend by its name, by two independent hashes: the same in every pod. */
void dp_maglev_permute(const char *name, uint32_t size, struct dp_maglev_backend *backend);

/*
 * Fills table[size] with indices into backends[n]. Backends of equal weight take turns in the order given, so the order
 * must itself be canonical (sort by name). False when no backend has a weight or memory is short; the table is then
 * undefined.
 */
bool dp_maglev_fill(uint16_t *table, uint32_t size, const struct dp_maglev_backend *backends, unsigned n);

#endif
