/* SPDX-License-Identifier: Apache-2.0 */
#include "fragments.h"

#include <stdlib.h>
#include <string.h>

#include "flow_table.h"

#define WAIT_MAX (1 * DP_FLOW_TICKS_PER_SECOND)
/* Short: an identification may be used again as soon as its datagram can be gone (RFC 6864 section 4). */
#define KNOWN_MAX (2 * DP_FLOW_TICKS_PER_SECOND)

bool
dp_fragments_init(struct dp_fragments *fragments, uint64_t seed)
{
	*fragments = (struct dp_fragments){
		.entries = calloc(DP_FRAGMENTS, sizeof(struct dp_fragment)),
		.seed = seed,
	};
	return fragments->entries != NULL;
}

void
dp_fragments_fini(struct dp_fragments *fragments)
{
	if (fragments->entries == NULL)
		return;
	for (unsigned i = 0; i < DP_FRAGMENTS; i++)
		rte_pktmbuf_free_bulk(fragments->entries[i].pending, fragments->entries[i].n_pending);
	free(fragments->entries);
	fragments->entries = NULL;
}

static struct dp_fragment *
set_of(const struct dp_fragments *fragments, const struct dp_fragment_key *key)
{
	uint64_t addresses = (uint64_t)key->source << 32 | key->destination;
	uint64_t hash = dp_hash_mix(addresses ^ fragments->seed, ((uint64_t)key->id << 16 | key->protocol) ^ DP_HASH_SEED_B);

	if (key->ipv6)
		hash ^= dp_hash_mix(dp_hash_mix(key->source6.high ^ fragments->seed, key->source6.low ^ DP_HASH_SEED_A)
			^ key->destination6.high, key->destination6.low ^ fragments->seed);
	/* Identifications follow each other: under some seeds one mix puts them all into a few sets. */
	hash = dp_hash_mix(hash ^ DP_HASH_SEED_B, DP_HASH_SEED_A);
	return &fragments->entries[(hash >> 32) % (DP_FRAGMENTS / DP_FRAGMENT_WAYS) * DP_FRAGMENT_WAYS];
}

bool
dp_fragment_is_over(const struct dp_fragment *fragment, uint32_t now)
{
	return now - fragment->seen > (fragment->state == DP_FRAGMENT_KNOWN ? KNOWN_MAX : WAIT_MAX);
}

static struct dp_fragment *
find_any(struct dp_fragments *fragments, const struct dp_fragment_key *key)
{
	struct dp_fragment *set = set_of(fragments, key);

	for (unsigned way = 0; way < DP_FRAGMENT_WAYS; way++)
		if (set[way].state != DP_FRAGMENT_FREE && memcmp(&set[way].key, key, sizeof(*key)) == 0)
			return &set[way];
	return NULL;
}

struct dp_fragment *
dp_fragment_find(struct dp_fragments *fragments, const struct dp_fragment_key *key, uint32_t now)
{
	struct dp_fragment *fragment = find_any(fragments, key);

	return fragment != NULL && !dp_fragment_is_over(fragment, now) ? fragment : NULL;
}

/* A free entry, else the one longest unseen, unless packets wait in it. */
static struct dp_fragment *
find_victim(struct dp_fragment *set, uint32_t now)
{
	struct dp_fragment *victim = NULL;

	for (unsigned way = 0; way < DP_FRAGMENT_WAYS; way++) {
		if (set[way].state == DP_FRAGMENT_FREE)
			return &set[way];
		if (set[way].n_pending == 0 && (victim == NULL || now - set[way].seen > now - victim->seen))
			victim = &set[way];
	}
	return victim;
}

/* The datagram's entry, made if it has none. */
static struct dp_fragment *
find_or_add(struct dp_fragments *fragments, const struct dp_fragment_key *key, uint32_t now)
{
	struct dp_fragment *fragment = find_any(fragments, key);

	if (fragment != NULL)
		return fragment;
	fragment = find_victim(set_of(fragments, key), now);
	if (fragment != NULL)
		*fragment = (struct dp_fragment){.key = *key, .seen = now, .state = DP_FRAGMENT_WAITING};
	return fragment;
}

struct dp_fragment *
dp_fragment_note(struct dp_fragments *fragments, const struct dp_fragment_key *key, const struct dp_flow *flow,
	uint8_t side, uint32_t now)
{
	struct dp_fragment *fragment = find_or_add(fragments, key, now);

	if (fragment == NULL)
		return NULL;
	fragment->state = DP_FRAGMENT_KNOWN;
	fragment->seen = now;
	fragment->flow = *flow;
	fragment->side = side;
	return fragment;
}

bool
dp_fragment_wait(struct dp_fragments *fragments, const struct dp_fragment_key *key, struct rte_mbuf *m, uint32_t now)
{
	struct dp_fragment *fragment;

	if (fragments->n_pending == DP_FRAGMENT_PENDING_TOTAL)
		return false;
	fragment = find_or_add(fragments, key, now);
	if (fragment == NULL || fragment->n_pending == DP_FRAGMENT_PENDING)
		return false;
	if (fragment->state == DP_FRAGMENT_KNOWN) { /* of an older datagram, whose identification is in use again */
		fragment->state = DP_FRAGMENT_WAITING;
		fragment->seen = now;
	}
	fragment->pending[fragment->n_pending++] = m;
	fragments->n_pending++;
	return true;
}

struct rte_mbuf *
dp_fragment_take(struct dp_fragments *fragments, struct dp_fragment *fragment)
{
	struct rte_mbuf *m = fragment->pending[0];

	fragment->n_pending--;
	fragments->n_pending--;
	memmove(fragment->pending, fragment->pending + 1, fragment->n_pending * sizeof(fragment->pending[0]));
	return m;
}
