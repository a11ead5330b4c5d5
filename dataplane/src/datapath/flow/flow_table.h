/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flows of one tenant in this pod: connection table and conntrack in one, so that a packet costs one lookup per
 * position. Memory is fixed. Only the tenant's worker touches it.
 *
 * Buckets of eight; each flow has two buckets it may be in. A bucket's header (signatures, ages) is one cache line, and
 * so is an entry. A full pair of buckets evicts what is expired, then what never saw an answer, then what has been
 * silent long; so a flood of new flows throws out its own kind, not the established ones.
 */
#ifndef NFAAS_DP_FLOW_TABLE_H
#define NFAAS_DP_FLOW_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_prefetch.h>
#include <rte_vect.h>

#include "../packet/inner.h"

#define DP_FLOW_TICKS_PER_SECOND 10
#define DP_FLOW_BUCKET_SLOTS 8

/* Decides how long a flow may be silent; see the table in flow_table.c. */
enum dp_flow_class {
	DP_FLOW_FREE,
	DP_FLOW_TCP_OPENING,
	DP_FLOW_TCP_ESTABLISHED,
	DP_FLOW_TCP_CLOSING,
	DP_FLOW_UNANSWERED, /* anything but TCP, seen one way */
	DP_FLOW_ANSWERED,
	DP_FLOW_CLASSES,
};

/* One flow at one position. */
struct dp_flow_entry {
	uint64_t position;   /* hash of the node's state_key: outlives views */
	struct dp_flow_key flow; /* all of an IPv4 flow; what else an IPv6 flow has is in the table's `ends` */
	uint32_t next_hop[2];/* fabric address of the backend chosen, by direction; 0 = none */
	uint16_t hint[2];    /* where in the pool it was */
	uint32_t came_from[2]; /* low half of the key of the node that packets of the other direction came from; 0 = none */
	union {
		uint32_t ruleset; /* that judged it last; 0 = none */
		uint32_t first_byte; /* at web gateways: TCP sequence number of the client's first one */
		uint32_t mapping;    /* at NATs: number of its mapping; 0 = none */
	};
	uint16_t rule;       /* index of the rule that allows it; at web gateways the verdict (function/web_judge.h) */
	uint8_t initiator;   /* side of the flow that sent its first packet */
	uint8_t closed;      /* bit per side: its FIN was seen */
	uint32_t told;        /* tick in which others were told of it, or told of it themselves (flow_share.h) */
	uint32_t told_digest; /* of what they know */
	uint8_t view_id;      /* at gateways: of the view that its initiator's last packet took (function/gateway_keep.h); 0 = none */
	uint8_t entered;      /* where flows enter other views: id of the one that packet entered, and view_id of the one it left; 0 = none */
} __attribute__((aligned(64)));
_Static_assert(sizeof(struct dp_flow_entry) == 64, "an entry is a cache line");

struct dp_flow_bucket {
	uint16_t signature[DP_FLOW_BUCKET_SLOTS];
	uint32_t seen[DP_FLOW_BUCKET_SLOTS]; /* tick of the last packet */
	uint8_t class[DP_FLOW_BUCKET_SLOTS]; /* enum dp_flow_class */
	uint32_t refused; /* one more than the tick in which all its slots were found answered and active: not asked again in it */
	uint8_t reserved[4];
} __attribute__((aligned(64)));
_Static_assert(sizeof(struct dp_flow_bucket) == 64, "a bucket's header is a cache line");

struct dp_flow_table {
	struct dp_flow_bucket *buckets;
	struct dp_flow_entry *entries;
	struct dp_ip6 (*ends)[2]; /* of IPv6 flows, by entry: other memory is not touched for IPv4 */
	uint64_t seed;
	uint32_t mask;      /* of bucket numbers */
	uint32_t age_next;  /* bucket that ages next */
	uint64_t live;      /* entries in use, written by the worker only */
};

/* max_flows: a power of two, at least 16. False when out of memory. The seed keeps tenants from aiming at one
 * bucket. */
bool dp_flow_table_init(struct dp_flow_table *table, uint32_t max_flows, uint64_t seed);
void dp_flow_table_fini(struct dp_flow_table *table);

static inline uint64_t
dp_flow_table_hash(const struct dp_flow_table *table, uint64_t position, const struct dp_flow *flow)
{
	uint64_t words[2], hash;

	__builtin_memcpy(words, flow, sizeof(words));
	hash = dp_hash_mix(words[0] ^ table->seed, words[1] ^ DP_HASH_SEED_A);
	if (flow->ipv6) /* folded addresses are no secret: many that look alike are easily found */
		hash ^= dp_hash_mix(dp_hash_mix(flow->ends[0].high ^ table->seed, flow->ends[0].low ^ DP_HASH_SEED_A)
			^ flow->ends[1].high, flow->ends[1].low ^ table->seed);
	return dp_hash_mix(hash ^ position, table->seed ^ DP_HASH_SEED_B);
}

static inline void
dp_flow_table_prefetch(const struct dp_flow_table *table, uint64_t hash)
{
	rte_prefetch0(&table->buckets[hash & table->mask]);
}

static inline uint32_t
dp_flow_second_bucket(const struct dp_flow_table *table, uint64_t hash)
{
	return (uint32_t)(hash >> 24) & table->mask;
}

/* The slots that have the flow's signature: bits 2 * slot and 2 * slot + 1. */
static inline unsigned
dp_flow_bucket_match(const struct dp_flow_bucket *bucket, uint64_t hash)
{
	__m128i signatures = _mm_load_si128((const __m128i *)bucket->signature);

	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi16(signatures, _mm_set1_epi16((short)(hash >> 48))));
}

/* What a flow that is not in its first bucket will need: its second one, and the entry that a new flow would get. */
void dp_flow_table_prefetch_new(const struct dp_flow_table *table, uint64_t hash, uint32_t now);

/* Once the bucket is there: the first entry of it that has the flow's signature, which is nearly always the flow's. */
static inline void
dp_flow_table_prefetch_entry(const struct dp_flow_table *table, uint64_t hash, uint32_t now)
{
	uint32_t number = (uint32_t)hash & table->mask;
	unsigned match = dp_flow_bucket_match(&table->buckets[number], hash);

	if (match != 0)
		rte_prefetch0(&table->entries[(size_t)number * DP_FLOW_BUCKET_SLOTS + (unsigned)__builtin_ctz(match) / 2]);
	else
		dp_flow_table_prefetch_new(table, hash, now);
}

/* NULL when there is no such flow, or it has been silent too long. `now` in ticks. */
struct dp_flow_entry *dp_flow_table_find(struct dp_flow_table *table, uint64_t hash, uint64_t position,
	const struct dp_flow *flow, uint32_t now);

/* A fresh entry for a flow that is not in the table. NULL when all it could replace is established and active. */
struct dp_flow_entry *dp_flow_table_add(struct dp_flow_table *table, uint64_t hash, uint64_t position,
	const struct dp_flow *flow, enum dp_flow_class class, uint32_t now);

/* The flow an entry is of. */
struct dp_flow dp_flow_of_entry(const struct dp_flow_table *table, const struct dp_flow_entry *entry);

void dp_flow_table_remove(struct dp_flow_table *table, struct dp_flow_entry *entry);

/* Frees the expired ones of the next n buckets. */
void dp_flow_table_age(struct dp_flow_table *table, uint32_t n, uint32_t now);

/* Calls `see` for every entry of bucket `number` that is not expired; returns the number of the next bucket, 0 after the
 * last. */
uint32_t dp_flow_table_look(struct dp_flow_table *table, uint32_t number, uint32_t now,
	void (*see)(void *context, const struct dp_flow_entry *entry, uint8_t class), void *context);

/* How long a flow of the class may be silent, ticks. */
uint32_t dp_flow_silence_max(enum dp_flow_class class);

static inline uint8_t *
dp_flow_class(struct dp_flow_table *table, const struct dp_flow_entry *entry)
{
	size_t index = (size_t)(entry - table->entries);

	return &table->buckets[index / DP_FLOW_BUCKET_SLOTS].class[index % DP_FLOW_BUCKET_SLOTS];
}

static inline void
dp_flow_touch(struct dp_flow_table *table, const struct dp_flow_entry *entry, uint32_t now)
{
	size_t index = (size_t)(entry - table->entries);

	table->buckets[index / DP_FLOW_BUCKET_SLOTS].seen[index % DP_FLOW_BUCKET_SLOTS] = now;
}

/* Ticks since the flow's last packet. */
static inline uint32_t
dp_flow_silence(const struct dp_flow_table *table, const struct dp_flow_entry *entry, uint32_t now)
{
	size_t index = (size_t)(entry - table->entries);

	return now - table->buckets[index / DP_FLOW_BUCKET_SLOTS].seen[index % DP_FLOW_BUCKET_SLOTS];
}

#endif
