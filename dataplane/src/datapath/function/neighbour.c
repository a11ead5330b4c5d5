/* SPDX-License-Identifier: Apache-2.0 */
#include "neighbour.h"

#include <stdlib.h>

#include "../base/hash.h"

bool
dp_neighbours_init(struct dp_neighbours *neighbours)
{
	*neighbours = (struct dp_neighbours){.entries = calloc(DP_NEIGHBOURS, sizeof(struct dp_neighbour))};
	return neighbours->entries != NULL;
}

void
dp_neighbours_fini(struct dp_neighbours *neighbours)
{
	if (neighbours->entries == NULL)
		return;
	for (unsigned i = 0; i < DP_NEIGHBOURS; i++)
		for (unsigned p = 0; p < neighbours->entries[i].n_pending; p++)
			rte_pktmbuf_free(neighbours->entries[i].pending[p]);
	free(neighbours->entries);
	neighbours->entries = NULL;
}

static struct dp_neighbour *
set_of(struct dp_neighbours *neighbours, uint64_t attachment, struct dp_ip6 address)
{
	uint64_t hash = dp_hash_mix(attachment ^ address.high ^ DP_HASH_SEED_A, address.low ^ DP_HASH_SEED_B);

	return &neighbours->entries[(hash >> 32) % (DP_NEIGHBOURS / DP_NEIGHBOUR_WAYS) * DP_NEIGHBOUR_WAYS];
}

struct dp_neighbour *
dp_neighbour_find(struct dp_neighbours *neighbours, uint64_t attachment, struct dp_ip6 address)
{
	struct dp_neighbour *set = set_of(neighbours, attachment, address);

	for (unsigned way = 0; way < DP_NEIGHBOUR_WAYS; way++)
		if (dp_ip6_equals(set[way].address, address) && set[way].attachment == attachment
			&& set[way].state != DP_NEIGHBOUR_FREE)
			return &set[way];
	return NULL;
}

void
dp_neighbour_remove(struct dp_neighbours *neighbours, struct dp_neighbour *neighbour)
{
	if (neighbour->state == DP_NEIGHBOUR_INCOMPLETE)
		neighbours->n_incomplete--;
	neighbour->state = DP_NEIGHBOUR_FREE;
}

static struct dp_neighbour *
find_victim(struct dp_neighbour *set, uint32_t now)
{
	struct dp_neighbour *victim = NULL;

	for (unsigned way = 0; way < DP_NEIGHBOUR_WAYS; way++) {
		if (set[way].state == DP_NEIGHBOUR_FREE)
			return &set[way];
		if (set[way].n_pending == 0 && (victim == NULL || now - set[way].used > now - victim->used))
			victim = &set[way];
	}
	return victim;
}

struct dp_neighbour *
dp_neighbour_add(struct dp_neighbours *neighbours, uint64_t attachment, struct dp_ip6 address, uint32_t now)
{
	struct dp_neighbour *victim = find_victim(set_of(neighbours, attachment, address), now);

	if (victim == NULL)
		return NULL;
	dp_neighbour_remove(neighbours, victim);
	*victim = (struct dp_neighbour){
		.attachment = attachment,
		.address = address,
		.confirmed = now,
		.asked = now,
		.used = now,
		.state = DP_NEIGHBOUR_INCOMPLETE,
	};
	neighbours->n_incomplete++;
	return victim;
}

bool
dp_neighbour_enqueue(struct dp_neighbours *neighbours, struct dp_neighbour *neighbour, struct rte_mbuf *m)
{
	if (neighbour->n_pending == DP_NEIGHBOUR_PENDING || neighbours->n_pending == DP_NEIGHBOUR_PENDING_TOTAL)
		return false;
	neighbour->pending[neighbour->n_pending++] = m;
	neighbours->n_pending++;
	return true;
}

void
dp_neighbour_confirm(struct dp_neighbours *neighbours, struct dp_neighbour *neighbour,
	const struct rte_ether_addr *mac, uint32_t now)
{
	if (neighbour->state == DP_NEIGHBOUR_INCOMPLETE)
		neighbours->n_incomplete--;
	neighbour->state = DP_NEIGHBOUR_REACHABLE;
	neighbour->mac = *mac;
	neighbour->confirmed = now;
}

void
dp_neighbours_tell(struct dp_neighbours *neighbours, const struct dp_neighbour_news *news)
{
	uint32_t told = neighbours->news_told;

	if (told - __atomic_load_n(&neighbours->news_heard, __ATOMIC_ACQUIRE) == DP_NEIGHBOUR_NEWS)
		return;
	neighbours->news[told % DP_NEIGHBOUR_NEWS] = *news;
	__atomic_store_n(&neighbours->news_told, told + 1, __ATOMIC_RELEASE);
}

bool
dp_neighbours_hear(struct dp_neighbours *neighbours, struct dp_neighbour_news *news)
{
	uint32_t heard = neighbours->news_heard;

	if (heard == __atomic_load_n(&neighbours->news_told, __ATOMIC_ACQUIRE))
		return false;
	*news = neighbours->news[heard % DP_NEIGHBOUR_NEWS];
	__atomic_store_n(&neighbours->news_heard, heard + 1, __ATOMIC_RELEASE);
	return true;
}
