/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_POOL_H
#define NFAAS_DP_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/hash.h"
#include "../base/ip6.h"
#include "../base/name.h"
#include "maglev.h"

#define DP_POOL_BACKENDS_MAX 1024

struct dp_backend {
	char name[DP_NAME_SIZE];
	uint32_t address; /* fabric, host order: IPv4, or 32 bits that stand for address6 */
	uint32_t weight;  /* 0 drains: keeps its flows, gets no new one */
	struct dp_ip6 address6; /* 0 = it has an IPv4 address */
};
_Static_assert(offsetof(struct dp_backend, name) == 0, "backends are sorted and found as names");

/*
 * Immutable once built; states whose pool is equal share it (reference counted by the control thread), since a Maglev
 * table costs milliseconds and 128 KiB, a large one ten times that.
 */
struct dp_pool {
	unsigned references;
	uint16_t n;
	uint32_t table_size;   /* entries of maglev[] */
	int32_t only;          /* index of the only backend with a weight, -1 = none; read when there is no table */
	uint16_t *maglev;      /* NULL when fewer than two backends have a weight */
	uint16_t *by_address;  /* indices of backends[], sorted by address */
	struct dp_backend backends[]; /* sorted by name */
};

enum dp_pool_fault { DP_POOL_OK, DP_POOL_DUPLICATE_NAME, DP_POOL_DUPLICATE_ADDRESS, DP_POOL_NO_MEMORY };

/* Sorts backends[] in place and builds a pool of them with one reference; `table_size` is one of maglev.h's. NULL with
 * *fault set. */
struct dp_pool *dp_pool_build(struct dp_backend *backends, uint16_t n, uint32_t table_size, enum dp_pool_fault *fault);
bool dp_pool_equals(const struct dp_pool *pool, const struct dp_backend *sorted, uint16_t n, uint32_t table_size);
void dp_pool_sort(struct dp_backend *backends, uint16_t n);
struct dp_pool *dp_pool_ref(struct dp_pool *pool);
void dp_pool_unref(struct dp_pool *pool);

/* Index of the backend for a new flow, -1 = none. */
static inline int32_t
dp_pool_pick(const struct dp_pool *pool, uint32_t flow_hash)
{
	return pool->maglev != NULL ? pool->maglev[dp_hash_scale(flow_hash, pool->table_size)] : pool->only;
}

/* The one with that name of n sorted ones, NULL = none. */
const struct dp_backend *dp_backend_find(const struct dp_backend *sorted, uint16_t n, const char *name);

/* Index of the backend with that name, -1 = none. */
int32_t dp_pool_find_name(const struct dp_pool *pool, const char *name);

/* Index of the backend with that address, -1 = none. `hint` is where it was last. */
int32_t dp_pool_find(const struct dp_pool *pool, uint32_t address, uint16_t hint);

#endif
