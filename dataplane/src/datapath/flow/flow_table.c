/* SPDX-License-Identifier: Apache-2.0 */
#include "flow_table.h"

#include <string.h>

#include <rte_common.h>

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

uint32_t
dp_flow_silence_max(enum dp_flow_class class)
{
	return silence_max[class];
}

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
	table->ends = dp_pages_alloc((size_t)max_flows * sizeof(*table->ends));
	if (table->buckets != NULL && table->entries != NULL && table->ends != NULL)
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
	dp_pages_free(table->ends, buckets * DP_FLOW_BUCKET_SLOTS * sizeof(*table->ends));
	*table = (struct dp_flow_table){0};
}

static uint16_t
signature_of(uint64_t hash)
{
	return (uint16_t)(hash >> 48);
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

static bool
is_of_flow(const struct dp_flow_table *table, const struct dp_flow_entry *entry, const struct dp_flow *flow)
{
	return memcmp(&entry->flow, flow, sizeof(entry->flow)) == 0
		&& (!flow->ipv6 || memcmp(table->ends[entry - table->entries], flow->ends, sizeof(flow->ends)) == 0);
}

static struct dp_flow_entry *
find_in_bucket(struct dp_flow_table *table, uint32_t number, uint64_t hash, uint64_t position,
	const struct dp_flow *flow, uint32_t now)
{
	const struct dp_flow_bucket *bucket = &table->buckets[number];

	for (unsigned match = dp_flow_bucket_match(bucket, hash); match != 0; match &= match - 1, match &= match - 1) {
		unsigned slot = (unsigned)__builtin_ctz(match) / 2;
		struct dp_flow_entry *entry = entry_at(table, number, slot);

		if (bucket->class[slot] == DP_FLOW_FREE || entry->position != position
			|| !is_of_flow(table, entry, flow))
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
	struct dp_flow_entry *entry = find_in_bucket(table, (uint32_t)hash & table->mask, hash, position, flow, now);

	if (entry != NULL)
		return entry;
	return find_in_bucket(table, dp_flow_second_bucket(table, hash), hash, position, flow, now);
}

/* What an answered flow's slot is worth: the lowest is taken. UINT32_MAX = not to be had. */
static uint32_t
slot_worth(const struct dp_flow_bucket *bucket, unsigned slot, uint32_t now)
{
	uint32_t silence = now - bucket->seen[slot];

	if (is_expired(bucket, slot, now))
		return 0;
	return silence < EVICT_ANSWERED_AFTER ? UINT32_MAX : UINT32_MAX - silence; /* the longest silent first */
}

struct candidate {
	uint32_t bucket;
	unsigned slot;
	uint32_t worth;
};

/* Slots that hold nobody: bit 8 * slot + 7. Classes are below 128. */
static uint64_t
free_slots(const struct dp_flow_bucket *bucket)
{
	uint64_t classes;

	memcpy(&classes, bucket->class, sizeof(classes));
	return ~(classes + UINT64_C(0x7f7f7f7f7f7f7f7f)) & UINT64_C(0x8080808080808080);
}

static struct candidate
free_slot(uint32_t number, uint64_t slots)
{
	return (struct candidate){.bucket = number, .slot = (unsigned)__builtin_ctzll(slots) / 8};
}

/* A bit per class. */
#define UNANSWERED (1u << DP_FLOW_TCP_OPENING | 1u << DP_FLOW_TCP_CLOSING | 1u << DP_FLOW_UNANSWERED)

/* Of the flows that see no answer (any more) the one that is silent longest. A flood comes here with every packet: no branch.
 * False when there is none. */
static bool
longest_unanswered(const struct dp_flow_bucket *bucket, uint32_t now, unsigned *slot)
{
	uint32_t best = 0;

	for (unsigned i = 0; i < DP_FLOW_BUCKET_SLOTS; i++) {
		uint32_t key = ((now - bucket->seen[i] + 1) << 3 | i) & -(UNANSWERED >> bucket->class[i] & 1u);

		best = RTE_MAX(best, key);
	}
	*slot = best & 7;
	return best != 0;
}

/* In a bucket full of answered flows. */
static struct candidate
least_worth(struct dp_flow_table *table, uint32_t number, uint32_t now)
{
	struct dp_flow_bucket *bucket = &table->buckets[number];
	struct candidate best = {.bucket = number, .worth = UINT32_MAX};

	if (bucket->refused == now + 1)
		return best;
	for (unsigned slot = 0; slot < DP_FLOW_BUCKET_SLOTS; slot++) {
		uint32_t worth = slot_worth(bucket, slot, now);

		if (worth < best.worth) {
			best.slot = slot;
			best.worth = worth;
		}
	}
	if (best.worth == UINT32_MAX)
		bucket->refused = now + 1;
	return best;
}

/*
 * The first bucket while it is roomy, since a search ends there; then the emptier of the two (Azar et al., "Balanced
 * Allocations"), so that no pair of buckets is full long before the table is. In a full pair a flow that saw no answer makes
 * room, of the first bucket if it has one: a flood must not cost more than it takes to see that it is one.
 */
static struct candidate
choose_slot(struct dp_flow_table *table, uint64_t hash, uint32_t now)
{
	uint32_t number[2] = {(uint32_t)hash & table->mask, dp_flow_second_bucket(table, hash)};
	uint64_t first = free_slots(&table->buckets[number[0]]), second;
	struct candidate least, other;

	if (__builtin_popcountll(first) >= ROOMY)
		return free_slot(number[0], first);
	second = free_slots(&table->buckets[number[1]]);
	if ((first | second) != 0)
		return __builtin_popcountll(first) >= __builtin_popcountll(second) ? free_slot(number[0], first)
			: free_slot(number[1], second);
	for (unsigned i = 0; i < 2; i++)
		if (table->buckets[number[i]].refused != now + 1 && longest_unanswered(&table->buckets[number[i]], now, &least.slot))
			return (struct candidate){.bucket = number[i], .slot = least.slot};
	least = least_worth(table, number[0], now);
	other = least_worth(table, number[1], now);
	return other.worth < least.worth ? other : least;
}

void
dp_flow_table_prefetch_new(const struct dp_flow_table *table, uint64_t hash, uint32_t now)
{
	uint32_t number = (uint32_t)hash & table->mask;
	const struct dp_flow_bucket *bucket = &table->buckets[number];
	uint64_t slots = free_slots(bucket);
	unsigned slot = (unsigned)__builtin_ctzll(slots | UINT64_C(1) << 63) / 8;

	rte_prefetch0(&table->buckets[dp_flow_second_bucket(table, hash)]);
	if (slots != 0 || (bucket->refused != now + 1 && longest_unanswered(bucket, now, &slot)))
		rte_prefetch0_write(&table->entries[(size_t)number * DP_FLOW_BUCKET_SLOTS + slot]);
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
	*entry = (struct dp_flow_entry){.position = position};
	memcpy(&entry->flow, flow, sizeof(entry->flow));
	if (flow->ipv6)
		memcpy(table->ends[entry - table->entries], flow->ends, sizeof(flow->ends));
	bucket->signature[best.slot] = signature_of(hash);
	bucket->class[best.slot] = (uint8_t)class;
	bucket->seen[best.slot] = now;
	__atomic_store_n(&table->live, table->live + 1, __ATOMIC_RELAXED);
	return entry;
}

struct dp_flow
dp_flow_of_entry(const struct dp_flow_table *table, const struct dp_flow_entry *entry)
{
	struct dp_flow flow = {0};

	memcpy(&flow, &entry->flow, sizeof(entry->flow));
	if (flow.ipv6)
		memcpy(flow.ends, table->ends[entry - table->entries], sizeof(flow.ends));
	return flow;
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

uint32_t
dp_flow_table_look(struct dp_flow_table *table, uint32_t number, uint32_t now,
	void (*see)(void *context, const struct dp_flow_entry *entry, uint8_t class), void *context)
{
	const struct dp_flow_bucket *bucket = &table->buckets[number];

	for (unsigned slot = 0; slot < DP_FLOW_BUCKET_SLOTS; slot++)
		if (bucket->class[slot] != DP_FLOW_FREE && !is_expired(bucket, slot, now))
			see(context, entry_at(table, number, slot), bucket->class[slot]);
	return (number + 1) & table->mask;
}
