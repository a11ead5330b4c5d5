/* SPDX-License-Identifier: Apache-2.0 */
#include "pool.h"

#include <stdlib.h>
#include <string.h>

#include "maglev.h"

static int
compare_names(const void *a, const void *b)
{
	return strcmp(a, b); /* a backend begins with its name */
}

void
dp_pool_sort(struct dp_backend *backends, uint16_t n)
{
	if (n > 0)
		qsort(backends, n, sizeof(*backends), compare_names);
}

static int
compare_addresses(const void *a, const void *b, void *pool)
{
	const struct dp_backend *backends = ((struct dp_pool *)pool)->backends;
	uint32_t first = backends[*(const uint16_t *)a].address;
	uint32_t second = backends[*(const uint16_t *)b].address;

	return (first > second) - (first < second);
}

static enum dp_pool_fault
index_addresses(struct dp_pool *pool)
{
	pool->by_address = malloc(pool->n * sizeof(*pool->by_address) + 1);
	if (pool->by_address == NULL)
		return DP_POOL_NO_MEMORY;
	for (uint16_t i = 0; i < pool->n; i++)
		pool->by_address[i] = i;
	qsort_r(pool->by_address, pool->n, sizeof(*pool->by_address), compare_addresses, pool);
	for (uint16_t i = 1; i < pool->n; i++)
		if (pool->backends[pool->by_address[i - 1]].address == pool->backends[pool->by_address[i]].address)
			return DP_POOL_DUPLICATE_ADDRESS;
	return DP_POOL_OK;
}

static enum dp_pool_fault
fill_maglev(struct dp_pool *pool)
{
	struct dp_maglev_backend *turns = calloc(pool->n + 1u, sizeof(*turns));
	enum dp_pool_fault fault = DP_POOL_NO_MEMORY;

	pool->maglev = malloc(pool->table_size * sizeof(*pool->maglev));
	if (turns != NULL && pool->maglev != NULL) {
		for (uint16_t i = 0; i < pool->n; i++) {
			dp_maglev_permute(pool->backends[i].name, pool->table_size, &turns[i]);
			turns[i].weight = pool->backends[i].weight;
		}
		if (dp_maglev_fill(pool->maglev, pool->table_size, turns, pool->n))
			fault = DP_POOL_OK;
	}
	free(turns);
	return fault;
}

/* Fills what is derived from the backends. */
static enum dp_pool_fault
complete(struct dp_pool *pool)
{
	enum dp_pool_fault fault;
	unsigned weighted = 0;

	for (uint16_t i = 1; i < pool->n; i++)
		if (strcmp(pool->backends[i - 1].name, pool->backends[i].name) == 0)
			return DP_POOL_DUPLICATE_NAME;
	fault = index_addresses(pool);
	if (fault != DP_POOL_OK)
		return fault;
	pool->only = -1;
	for (uint16_t i = 0; i < pool->n; i++) {
		if (pool->backends[i].weight == 0)
			continue;
		pool->only = i;
		weighted++;
	}
	return weighted > 1 ? fill_maglev(pool) : DP_POOL_OK;
}

struct dp_pool *
dp_pool_build(struct dp_backend *backends, uint16_t n, uint32_t table_size, enum dp_pool_fault *fault)
{
	struct dp_pool *pool = calloc(1, sizeof(*pool) + n * sizeof(*backends));

	*fault = DP_POOL_NO_MEMORY;
	if (pool == NULL)
		return NULL;
	dp_pool_sort(backends, n);
	if (n > 0)
		memcpy(pool->backends, backends, n * sizeof(*backends));
	pool->n = n;
	pool->table_size = table_size;
	pool->references = 1;
	*fault = complete(pool);
	if (*fault == DP_POOL_OK)
		return pool;
	dp_pool_unref(pool);
	return NULL;
}

bool
dp_pool_equals(const struct dp_pool *pool, const struct dp_backend *sorted, uint16_t n, uint32_t table_size)
{
	return pool->n == n && pool->table_size == table_size && (n == 0 || memcmp(pool->backends, sorted, n * sizeof(*sorted)) == 0);
}

struct dp_pool *
dp_pool_ref(struct dp_pool *pool)
{
	pool->references++;
	return pool;
}

void
dp_pool_unref(struct dp_pool *pool)
{
	if (pool == NULL || --pool->references > 0)
		return;
	free(pool->maglev);
	free(pool->by_address);
	free(pool);
}

const struct dp_backend *
dp_backend_find(const struct dp_backend *sorted, uint16_t n, const char *name)
{
	return n == 0 ? NULL : bsearch(name, sorted, n, sizeof(*sorted), compare_names);
}

int32_t
dp_pool_find_name(const struct dp_pool *pool, const char *name)
{
	const struct dp_backend *found = dp_backend_find(pool->backends, pool->n, name);

	return found == NULL ? -1 : (int32_t)(found - pool->backends);
}

int32_t
dp_pool_find(const struct dp_pool *pool, uint32_t address, uint16_t hint)
{
	uint32_t low = 0, high = pool->n;

	if (hint < pool->n && pool->backends[hint].address == address)
		return hint;
	while (low < high) {
		uint32_t middle = (low + high) / 2;
		uint16_t index = pool->by_address[middle];

		if (pool->backends[index].address == address)
			return index;
		if (pool->backends[index].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}
