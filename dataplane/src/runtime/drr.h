/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How one thread does the work of several tenants: deficit round robin (Shreedhar and Varghese 1995), in cycles instead
 * of bytes and with what a burst took too much carried over as debt. When nobody who has packets has credit left, each tenant is
 * topped up by a quantum in proportion to its cpu_weight; it works while it has credit, what it can't do waits in its ring.
 *
 * What a tenant did not need of its credit it keeps, up to a few quanta (RESERVE): one that uses less than its share goes first
 * whenever it has packets, also several at once. So long, at most, one that rested can hold up another.
 *
 * A turn is longer than a packet's whole way through the pod. A thread that has links to look at takes it in pieces
 * (`in_pieces`) of about two microseconds, each of the tenant that has most credit for its weight: others' packets that come meanwhile
 * go before the rest of it.
 *
 * A tenant is charged its bursts, and what goes by after one until the next begins: rings looked at, waiting awake.
 * Whatever took longer than any burst can was interrupted; the clock went on, the tenant did not: it is charged what
 * such a step took of late.
 */
#ifndef NFAAS_DRR_H
#define NFAAS_DRR_H

#include "runtime/snapshot.h"
#include "runtime/tenant_queue.h"

/* Takes what came of a tenant's burst, n <= DP_OUT_MAX packets with an out port; they are no longer the caller's. */
typedef void (*drr_send)(void *owner, const struct snapshot *snapshot, struct tenant_queue *queue,
	struct rte_mbuf **pkts, uint16_t n);

struct drr {
	struct dp *dp;
	drr_send send;
	void *owner;
	uint64_t us_cycles;
	_Atomic uint64_t charged;  /* TSC, to all */
	unsigned first;            /* rotates */
	bool in_pieces;            /* a round is one piece of one turn; the thread's own, between rounds */
	uint64_t lap;              /* TSC since when nobody was charged */
	uint64_t usual;            /* cycles between two charges, of late */
	struct tenant_queue *last; /* who had the last burst; NULL = nobody since drr_resume() */
};

void drr_init(struct drr *drr, struct dp *dp, drr_send send, void *owner);

/* The thread begins, or begins again, to work for tenants: what went by is nobody's. */
void drr_resume(struct drr *drr);
/* It ends: what went by since the last burst is charged to who had it, and what the pause itself costs. */
void drr_pause(struct drr *drr, uint64_t pause_cycles);

/* Does a tenant's packets (at most DP_BURST, not behind any in its ring) if it has credit. False when it has none: they
 * are still the caller's. */
bool drr_now(struct drr *drr, const struct snapshot *snapshot, struct tenant_queue *queue, struct rte_mbuf **pkts,
	uint16_t n);

/* How many of the tenant's packets make one piece, 1 to DP_BURST. */
uint16_t drr_piece(const struct drr *drr, const struct tenant_queue *queue);

/* What the thread did for a tenant outside of its bursts, TSC cycles: taken off its credit, but at most half of what it gets, so that
 * one that is sent more than it can do still does some. Charges nobody. */
void drr_owe(struct tenant_queue *queue, uint64_t cycles);

/* One round: whose packets wait and who has credit; when nobody was served, credit for everybody, and again while packets wait.
 * Returns the packets served. */
uint32_t drr_round(struct drr *drr, const struct snapshot *snapshot, struct queue_list list);

/* Everybody's tables: dp_housekeep(), and what is shared of them. True when there is more to do soon. */
bool drr_keep_house(struct drr *drr, const struct snapshot *snapshot, struct queue_list list);

#endif
