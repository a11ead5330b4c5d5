/* SPDX-License-Identifier: Apache-2.0 */
#include "maglev.h"

#include <stdlib.h>
#include <string.h>

#include "../base/hash.h"

#define FREE UINT16_MAX

void
dp_maglev_permute(const char *name, uint32_t size, struct dp_maglev_backend *backend)
{
	backend->offset = (uint32_t)(dp_hash_string(name, UINT64_C(0x6f66667365740001)) % size);
	backend->skip = (uint32_t)(dp_hash_string(name, UINT64_C(0x736b697000000002)) % (size - 1)) + 1;
}

/* Walks a backend's permutation to its next free entry, claims it and leaves the cursor there. */
static void
claim_next(uint16_t *table, uint32_t size, const struct dp_maglev_backend *backend, uint32_t *cursor, uint16_t index)
{
	uint32_t entry = *cursor;

	while (table[entry] != FREE) {
		entry += backend->skip;
		if (entry >= size)
			entry -= size;
	}
	table[entry] = index;
	*cursor = entry;
}

static uint32_t
weight_max(const struct dp_maglev_backend *backends, unsigned n)
{
	uint32_t max = 0;

	for (unsigned i = 0; i < n; i++)
		if (backends[i].weight > max)
			max = backends[i].weight;
	return max;
}

struct turn {
	uint32_t cursor;
	uint32_t credit; /* grows by the weight each round; a turn costs the largest weight */
};

static void
take_turns(uint16_t *table, uint32_t size, const struct dp_maglev_backend *backends, unsigned n, struct turn *turns,
	uint32_t max)
{
	uint32_t claimed = 0;

	for (;;) {
		for (unsigned i = 0; i < n; i++) {
			turns[i].credit += backends[i].weight;
			if (turns[i].credit < max)
				continue;
			turns[i].credit -= max;
			claim_next(table, size, &backends[i], &turns[i].cursor, (uint16_t)i);
			if (++claimed == size)
				return;
		}
	}
}

bool
dp_maglev_fill(uint16_t *table, uint32_t size, const struct dp_maglev_backend *backends, unsigned n)
{
	uint32_t max = weight_max(backends, n);
	struct turn *turns;

	if (max == 0)
		return false;
	turns = calloc(n, sizeof(*turns));
	if (turns == NULL)
		return false;
	for (unsigned i = 0; i < n; i++)
		turns[i].cursor = backends[i].offset;
	memset(table, 0xff, size * sizeof(*table)); /* FREE */
	take_turns(table, size, backends, n, turns, max);
	free(turns);
	return true;
}
