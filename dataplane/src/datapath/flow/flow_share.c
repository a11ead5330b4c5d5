/* SPDX-License-Identifier: Apache-2.0 */
#include "flow_share.h"

#include <rte_common.h>

#define UNTOLD 0 /* told_digest of an entry that nobody was told of */
#define NOTED 1  /* of one that was seen by a pass, and is told if it is still active in the next */
#define TOLD 2   /* bit of every other: so that none is UNTOLD or NOTED */
#define HEARSAY 1 /* bit of one that was taken in, and not told by this pod since */
#define REFRESH_AFTER (30 * DP_FLOW_TICKS_PER_SECOND)
/* By how much two pods' accounts of the same silence may differ: a tick each, and a pass's delay. */
#define SILENCE_SLACK 5
#define BOTH_SIDES 3

void
dp_flow_scan_begin(struct dp_flow_scan *scan, const struct dp_flow_table *table, bool whole, uint32_t now)
{
	scan->before = scan->began;
	scan->began = now;
	scan->left = table->mask + 1;
	scan->whole = whole;
}

static uint32_t
digest_of(const struct dp_flow_entry *entry, uint8_t class)
{
	uint64_t hops = (uint64_t)entry->next_hop[0] << 32 | entry->next_hop[1];
	uint64_t nodes = (uint64_t)entry->came_from[0] << 32 | entry->came_from[1];
	uint64_t state = (uint64_t)class << 16 | (uint64_t)entry->closed << 8 | entry->initiator;
	uint64_t hash = dp_hash_mix(dp_hash_mix(hops ^ DP_HASH_SEED_A, nodes ^ DP_HASH_SEED_B) ^ state, DP_HASH_SEED_A);

	return ((uint32_t)(hash >> 32) | TOLD) & ~(uint32_t)HEARSAY;
}

/* How long after it was told a flow that only goes on is told again. */
static uint32_t
refresh_after(uint8_t class)
{
	return RTE_MIN(dp_flow_silence_max((enum dp_flow_class)class) / 4, (uint32_t)REFRESH_AFTER);
}

/* Whether the others have not heard of it, or not for long. */
static bool
is_news(const struct dp_flow_entry *entry, uint8_t class, bool touched, uint32_t now)
{
	if ((entry->told_digest & ~(uint32_t)HEARSAY) != digest_of(entry, class))
		return true;
	return class != DP_FLOW_TCP_CLOSING && touched && now - entry->told >= refresh_after(class);
}

/* Whether there is more to it than a first packet. Notes it for the next pass where that will tell. */
static bool
is_proven(struct dp_flow_entry *entry, uint8_t class, bool touched, uint32_t now)
{
	if (class == DP_FLOW_TCP_OPENING || (class == DP_FLOW_TCP_CLOSING && entry->told_digest == UNTOLD))
		return false;
	if (class != DP_FLOW_UNANSWERED || entry->told_digest > NOTED)
		return true;
	if (entry->told_digest == NOTED)
		return touched;
	entry->told_digest = NOTED;
	entry->told = now;
	return false;
}

static void
write_record(struct dp_flow_record *record, const struct dp_flow_table *table, const struct dp_flow_entry *entry,
	uint8_t class, uint32_t silence)
{
	*record = (struct dp_flow_record){
		.position = entry->position,
		.flow = dp_flow_of_entry(table, entry),
		.next_hop = {entry->next_hop[0], entry->next_hop[1]},
		.came_from = {entry->came_from[0], entry->came_from[1]},
		.silence = silence,
		.class = class,
		.initiator = entry->initiator,
		.closed = entry->closed,
	};
}

/* Whether all that is known of the flow was taken in: no packet of this pod has touched it since. */
static bool
is_hearsay(const struct dp_flow_entry *entry, uint32_t silence, uint32_t now)
{
	return entry->told_digest > NOTED && (entry->told_digest & HEARSAY) != 0 && now - entry->told <= silence;
}

static void
note_told(struct dp_flow_entry *entry, uint8_t class, bool hearsay, uint32_t now)
{
	entry->told = now;
	entry->told_digest = digest_of(entry, class) | (hearsay ? HEARSAY : 0);
}

/* False when there is nothing to tell of the slot. */
static bool
tell_slot(const struct dp_flow_scan *scan, const struct dp_flow_table *table, struct dp_flow_entry *entry, uint8_t class,
	uint32_t silence, uint32_t now, struct dp_flow_record *record)
{
	bool touched = now - entry->told > silence, news;

	if (!is_proven(entry, class, touched, now))
		return false;
	news = is_news(entry, class, touched, now);
	if (!news && !scan->whole)
		return false;
	write_record(record, table, entry, class, silence);
	record->kind = news ? DP_FLOW_RECORD_NEWS : DP_FLOW_RECORD_KNOWN;
	if (news)
		note_told(entry, class, is_hearsay(entry, silence, now), now);
	return true;
}

static uint32_t
scan_bucket(const struct dp_flow_scan *scan, struct dp_flow_table *table, uint32_t now, struct dp_flow_record *records)
{
	const struct dp_flow_bucket *bucket = &table->buckets[scan->next];
	struct dp_flow_entry *entries = &table->entries[(size_t)scan->next * DP_FLOW_BUCKET_SLOTS];
	uint32_t n = 0;

	for (unsigned slot = 0; slot < DP_FLOW_BUCKET_SLOTS; slot++) {
		uint8_t class = bucket->class[slot];
		uint32_t silence = now - bucket->seen[slot];

		/* Only a packet changes an entry, so the header alone says which ones have nothing new. */
		if (class == DP_FLOW_FREE || (!scan->whole && silence > now - scan->before)
			|| silence > dp_flow_silence_max((enum dp_flow_class)class))
			continue;
		n += tell_slot(scan, table, &entries[slot], class, silence, now, &records[n]);
	}
	return n;
}

uint32_t
dp_flow_scan_step(struct dp_flow_scan *scan, struct dp_flow_table *table, uint32_t buckets, uint32_t now,
	struct dp_flow_record *records, uint32_t max)
{
	uint32_t n = 0;

	for (; buckets > 0 && scan->left > 0 && max - n >= DP_FLOW_BUCKET_SLOTS; buckets--) {
		n += scan_bucket(scan, table, now, &records[n]);
		scan->next = (scan->next + 1) & table->mask;
		scan->left--;
	}
	return n;
}

static bool
is_valid(const struct dp_flow_record *record)
{
	return record->class != DP_FLOW_FREE && record->class < DP_FLOW_CLASSES && record->initiator <= 1
		&& record->closed <= BOTH_SIDES && record->silence <= dp_flow_silence_max((enum dp_flow_class)record->class);
}

/* Whether the record is newer than what is here. */
static bool
is_newer(const struct dp_flow_entry *entry, uint32_t silence, const struct dp_flow_record *record, uint32_t now)
{
	if (is_hearsay(entry, silence, now))
		return record->silence <= silence + SILENCE_SLACK;
	return record->silence < silence;
}

enum dp_flow_taken
dp_flow_take(struct dp_flow_table *table, const struct dp_flow_record *record, uint32_t now)
{
	enum dp_flow_taken taken = DP_FLOW_TAKEN_CHANGED;
	uint64_t hash = dp_flow_table_hash(table, record->position, &record->flow);
	struct dp_flow_entry *entry;

	if (!is_valid(record))
		return DP_FLOW_TAKEN_INVALID;
	entry = dp_flow_table_find(table, hash, record->position, &record->flow, now);
	if (entry != NULL && !is_newer(entry, dp_flow_silence(table, entry, now), record, now))
		return DP_FLOW_TAKEN_KNOWN;
	if (entry == NULL) {
		entry = dp_flow_table_add(table, hash, record->position, &record->flow, (enum dp_flow_class)record->class, now);
		taken = DP_FLOW_TAKEN_NEW;
	}
	if (entry == NULL)
		return DP_FLOW_TAKEN_FULL;
	for (unsigned i = 0; i < 2; i++) {
		entry->next_hop[i] = record->next_hop[i];
		entry->came_from[i] = record->came_from[i];
	}
	entry->initiator = record->initiator;
	entry->closed = record->closed;
	*dp_flow_class(table, entry) = record->class;
	dp_flow_touch(table, entry, now - record->silence);
	note_told(entry, record->class, true, now);
	return taken;
}
