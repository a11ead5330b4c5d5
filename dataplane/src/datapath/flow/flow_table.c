/* SPDX-License-Identifier: Apache-2.0 */
#include "flow_table.h"

#include <string.h>

#include "../base/pages.h"

#define SECONDS(n) ((n) * DP_FLOW_TICKS_PER_SECOND)

/* RFC 5382 REQ-5 (TCP: 2 h 4 min established, 4 min transitory), RFC 4787 REQ-5 (UDP: 2 min, 5 by default), RFC 5508
 * REQ-2 (ICMP queries: 1 min). Openings are kept shorter than asked, since a SYN flood is made of them. */
static const uint32_t silence_max[DP_FLOW_CLASSES] = {
	[DP_FLOW_FREE] = 0,
	[DP_FLOW_TCP_OPENING] = SECONDS(30),
	[DP_FLOW_TCP_ESTABLISHED] = SECONDS(7440),
	[DP_FLOW_TCP_CLOSING] = SECONDS(30),
	[DP_FLOW_UNANSWERED] = SECONDS(60),
	[DP_FLOW_ANSWERED] = SECONDS(300),
};

/* An answered flow that was silent this long may be replaced by a new one when its buckets are full. */
#define EVICT_ANSWERED_AFTER SECONDS(60)

#define ROOMY 3

bool
dp_flow_table_init(struct dp_flow_table *table, uint32_t max_flows, uint64_t seed)
{
	uint32_t buckets = max_flows / DP_FLOW_BUCKET_SLOTS;

	*table = (struct dp_flow_table){.seed = seed, .mask = buckets - 1};
	table->buckets = dp_pages_alloc((size_t)buckets * sizeof(*table->buckets));
	table->entries = dp_pages_alloc((size_t)max_flows * sizeof(*table->entries));
	if (table->buckets != NULL && table->entries != NULL)
		return true;
	dp_flow_table_fini(table);
	return false;
}

void
dp_flow_table_fini(struct dp_flow_table *table)
{
	size_t buckets = (size_t)table->mask + 1;

	dp_pages_free(table->buckets, buckets * sizeof(*table->buckets));
	dp_pages_free(table->entries, buckets * DP_FLOW_BUCKET_SLOTS * sizeof(*table->entries));
	*table = (struct dp_flow_table){0};
}

static uint16_t
signature_of(uint64_t hash)
{
	return (uint16_t)(hash >> 48);
}

static uint32_t
second_bucket(const struct dp_flow_table *table, uint64_t hash)
{
	return (uint32_t)(hash >> 24) & table->mask;
}

static bool
is_expired(const struct dp_flow_bucket *bucket, unsigned slot, uint32_t now)
{
	return now - bucket->seen[slot] > silence_max[bucket->class[slot]];
}

static struct dp_flow_entry *
entry_at(struct dp_flow_table *table, uint32_t bucket, unsigned slot)
{
	return &table->entries[(size_t)bucket * DP_FLOW_BUCKET_SLOTS + slot];
}

static struct dp_flow_entry *
find_in_bucket(struct dp_flow_table *table, uint32_t number, uint16_t signature, uint64_t position,
	const struct dp_flow *flow, uint32_t now)
{
	const struct dp_flow_bucket *bucket = &table->buckets[number];

	for (unsigned slot = 0; slot < DP_FLOW_BUCKET_SLOTS; slot++) {
		struct dp_flow_entry *entry;

		if (bucket->signature[slot] != signature || bucket->class[slot] == DP_FLOW_FREE)
			continue;
		entry = entry_at(table, number, slot);
		if (entry->position != position || memcmp(&entry->flow, flow, sizeof(*flow)) != 0)
			continue;
		if (!is_expired(bucket, slot, now))
			return entry;
		dp_flow_table_remove(table, entry);
		return NULL;
	}
	return NULL;
}

struct dp_flow_entry *
dp_flow_table_find(struct dp_flow_table *table, uint64_t hash, uint64_t position, const struct dp_flow *flow,
	uint32_t now)
{
	uint32_t first = (uint32_t)hash & table->mask;
	struct dp_flow_entry *entry = find_in_bucket(table, first, signature_of(hash), position, flow, now);

	if (entry != NULL)
		return entry;
	return find_in_bucket(table, second_bucket(table, hash), signature_of(hash), position, flow, now);
}

/* What a slot is worth: the lowest is taken. UINT32_MAX = not to be had. */
static uint32_t
slot_worth(const struct dp_flow_bucket *bucket, unsigned slot, uint32_t now)
{
	uint32_t silence = now - bucket->seen[slot];
	uint8_t class = bucket->class[slot];
	bool answered = class == DP_FLOW_TCP_ESTABLISHED || class == DP_FLOW_ANSWERED;

	if (class == DP_FLOW_FREE || is_expired(bucket, slot, now))
		return 0;
	if (answered && silence < EVICT_ANSWERED_AFTER)
		return UINT32_MAX;
	return (answered ? UINT32_C(1) << 31 : UINT32_C(1) << 30) - silence; /* the longest silent first */
}

struct candidate {
	uint32_t bucket;
	unsigned slot;
	uint32_t worth;
	unsigned free; /* slots of the bucket that hold nobody */
};

static struct candidate
best_of_bucket(const struct dp_flow_table *table, uint32_t number, uint32_t now)
{
	struct candidate best = {.bucket = number, .worth = UINT32_MAX};

	for (unsigned slot = 0; slot < DP_FLOW_BUCKET_SLOTS; slot++) {
		uint32_t worth = slot_worth(&table->buckets[number], slot, now);

		best.free += worth == 0;
		if (worth < best.worth) {
			best.slot = slot;
			best.worth = worth;
		}
	}
	return best;
}

/* The first bucket while it is roomy, since a search ends there; then the emptier of the two (Azar et al., "Balanced
 * Allocations"), so that no pair of buckets is full long before the table is. */
static struct candidate
choose_slot(const struct dp_flow_table *table, uint64_t hash, uint32_t now)
{
	struct candidate first = best_of_bucket(table, (uint32_t)hash & table->mask, now), second;

	if (first.free >= ROOMY)
		return first;
	second = best_of_bucket(table, second_bucket(table, hash), now);
	if (first.free != second.free)
		return first.free > second.free ? first : second;
	return first.worth <= second.worth ? first : second;
}

struct dp_flow_entry *
dp_flow_table_add(struct dp_flow_table *table, uint64_t hash, uint64_t position, const struct dp_flow *flow,
	enum dp_flow_class class, uint32_t now)
{
	struct candidate best = choose_slot(table, hash, now);
	struct dp_flow_bucket *bucket;
	struct dp_flow_entry *entry;

	if (best.worth == UINT32_MAX)
		return NULL;
	bucket = &table->buckets[best.bucket];
	entry = entry_at(table, best.bucket, best.slot);
	if (bucket->class[best.slot] != DP_FLOW_FREE)
		dp_flow_table_remove(table, entry);
	*entry = (struct dp_flow_entry){.position = position, .flow = *flow};
	bucket->signature[best.slot] = signature_of(hash);
	bucket->class[best.slot] = (uint8_t)class;
	bucket->seen[best.slot] = now;
	__atomic_store_n(&table->live, table->live + 1, __ATOMIC_RELAXED);
	return entry;
}

void
dp_flow_table_remove(struct dp_flow_table *table, struct dp_flow_entry *entry)
{
	*dp_flow_class(table, entry) = DP_FLOW_FREE;
	__atomic_store_n(&table->live, table->live - 1, __ATOMIC_RELAXED);
}

void
dp_flow_table_age(struct dp_flow_table *table, uint32_t n, uint32_t now)
{
	for (; n > 0; n--) {
		const struct dp_flow_bucket *bucket = &table->buckets[table->age_next];

		for (unsigned slot = 0; slot < DP_FLOW_BUCKET_SLOTS; slot++)
			if (bucket->class[slot] != DP_FLOW_FREE && is_expired(bucket, slot, now))
				dp_flow_table_remove(table, entry_at(table, table->age_next, slot));
		table->age_next = (table->age_next + 1) & table->mask;
	}
}
