/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A flow table's two ends of sharing: finding what other pods do not know yet, and taking in what they tell. Only the
 * tenant's worker comes here, a bounded step at a time; the packet path pays nothing, since what was told last is noted as a
 * digest in the entry, and compared by the pass.
 *
 * Told is what outlives a handshake: TCP connections that were answered, other flows from their second pass on. A flood
 * of first packets is never told. Of a flow that only goes on, the others hear twice a minute at most.
 */
#ifndef NFAAS_DP_FLOW_SHARE_H
#define NFAAS_DP_FLOW_SHARE_H

#include "flow_record.h"
#include "flow_table.h"

/* A pass over the table. Zero = none has begun. */
struct dp_flow_scan {
	uint32_t next;   /* bucket */
	uint32_t left;   /* buckets; 0 = the pass is over */
	uint32_t began;  /* tick */
	uint32_t before; /* tick in which the pass before began: who is silent since then has nothing new */
	bool whole;      /* tells everything that is worth telling: a snapshot */
};

/* Begins a pass, also amid another: it goes once around from where that one was. */
void dp_flow_scan_begin(struct dp_flow_scan *scan, const struct dp_flow_table *table, bool whole, uint32_t now);

/* The next buckets of the pass, at most `buckets`; ends early when fewer than a bucket's flows have room in records[max].
 * Returns the number of records. */
uint32_t dp_flow_scan_step(struct dp_flow_scan *scan, struct dp_flow_table *table, uint32_t buckets, uint32_t now,
	struct dp_flow_record *records, uint32_t max);

enum dp_flow_taken {
	DP_FLOW_TAKEN_NEW,
	DP_FLOW_TAKEN_CHANGED,
	DP_FLOW_TAKEN_KNOWN,   /* what is here is as new, or newer */
	DP_FLOW_TAKEN_INVALID, /* out of range, or expired on its way */
	DP_FLOW_TAKEN_FULL,
	DP_FLOW_TAKEN_KINDS,
};

/*
 * Takes in what another pod tells. It counts as no new flow anywhere: who told it has judged it. A ruleset judges it once more
 * with its first packet here (entry->ruleset is 0). What packets of this pod said later than the record stays.
 */
enum dp_flow_taken dp_flow_take(struct dp_flow_table *table, const struct dp_flow_record *record, uint32_t now);

#endif
