/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between a tenant's worker and the state group's thread: records of flows in two bounded rings. The worker tells and takes in
 * with its housekeeping, so many at a time that no packet waits long; what finds no room in a ring is told later. Without
 * anybody who listens there is no pass over the table at all.
 */
#ifndef NFAAS_FLOW_EXCHANGE_H
#define NFAAS_FLOW_EXCHANGE_H

#include <stdatomic.h>

#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "datapath/datapath.h"

#define EXCHANGE_RECORDS 4096 /* in each direction */

/* Records that mark the end of a pass; `position` is the TSC reading when it began. */
enum exchange_mark {
	EXCHANGE_PASS_END = DP_FLOW_RECORD_KINDS,
	EXCHANGE_SNAPSHOT_END, /* the same; `silence` is the number of the snapshot */
};

struct flow_exchange {
	uint32_t tenant_id;
	uint32_t id; /* tells it from another that is, or was, at the same address */
	struct rte_ring *told;  /* worker to thread */
	struct rte_ring *heard; /* thread to worker */
	/* Written by the thread. */
	_Atomic bool listened;            /* somebody wants to hear */
	_Atomic uint32_t snapshot_wanted; /* number of the last one asked for; 0 = none yet */
	_Atomic uint32_t interval_ms;     /* between passes */
	uint32_t offered;                 /* records put into `heard`, modulo 2^32 */
	uint32_t snapshot_told;           /* number of the last one that came out of `told` in full */
	uint64_t told_until;              /* all the worker knew at this TSC reading came out of `told` */
	bool met;                         /* by the thread: what others know of the tenant was asked for */
	/* Written by the worker. */
	_Atomic uint32_t consumed __rte_cache_aligned; /* records taken in, modulo 2^32 */
	_Atomic uint64_t taken[DP_FLOW_TAKEN_KINDS];
	_Atomic uint64_t n_told;
	struct dp_flow_scan scan;
	bool passing;
	uint32_t snapshot; /* number of the one this pass is of; 0 = only news */
	uint32_t snapshot_done;
	uint64_t pass_began; /* TSC */
	uint64_t last_step;  /* TSC */
} __rte_cache_aligned;

/* NULL when out of memory. */
struct flow_exchange *flow_exchange_create(uint32_t tenant_id);
void flow_exchange_destroy(struct flow_exchange *exchange); /* NULL is fine */

/* The worker, with its housekeeping: takes in what was heard, tells what is new. True when there is more to do soon. NULL is
 * fine. */
bool flow_exchange_step(struct flow_exchange *exchange, struct dp *dp, const struct dp_state *state, uint16_t slot, uint64_t now,
	uint64_t tsc_hz);

/* The thread. Offers up to n records, returns how many had room; takes up to n that were told. */
uint32_t flow_exchange_offer(struct flow_exchange *exchange, const struct dp_flow_record *records, uint32_t n);
uint32_t flow_exchange_collect(struct flow_exchange *exchange, struct dp_flow_record *records, uint32_t n);

#endif
