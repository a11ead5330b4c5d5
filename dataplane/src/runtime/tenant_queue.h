/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One tenant in this pod: its bounded rings between the I/O thread and the worker that does its work (worker.h), and
 * what that is accounted. A tenant keeps its queue and its worker as long as it is in the state.
 */
#ifndef NFAAS_TENANT_QUEUE_H
#define NFAAS_TENANT_QUEUE_H

#include <rte_ring.h>

#include "runtime/datapath_threads.h"

struct worker;

struct tenant_queue {
	/* The main thread's; set before a snapshot has the queue. */
	struct worker *worker; /* NULL = the I/O thread does the work (run_to_completion.h) */
	uint32_t tenant_id;
	uint16_t slot;
	uint32_t cpu_weight;
	uint32_t buffer_quota; /* buffers.h */
	struct rte_ring *in;   /* I/O thread to worker, or what waits for credit */
	struct rte_ring *out;  /* worker to I/O thread */
	/* The I/O thread's. */
	uint32_t room; /* see buffers_admit() */
	/* The worker's. */
	_Atomic uint64_t cycles __rte_cache_aligned; /* TSC, on packets */
	_Atomic uint64_t charged; /* TSC: those and what went by between them (drr.h) */
	_Atomic uint32_t held;    /* buffers in work or kept by the datapath */
	int64_t credit;           /* TSC cycles it may use, < 0 = owes */
	int64_t may_owe;          /* TSC cycles that drr_owe() may still take before the next credit */
	uint64_t packet_cycles;   /* what one of its packets took, of late */
} __rte_cache_aligned;

/* NULL when out of memory. */
struct tenant_queue *tenant_queue_create(const struct shared *shared, const struct dp_tenant_info *tenant);
/* When nobody sees it any more: frees what is queued, uncounted, as the tenant is gone. NULL is fine. */
void tenant_queue_destroy(struct tenant_queue *queue);

/* CPU time of the tenant, nanoseconds: its thread's, or what it is charged where the thread is not its alone. */
uint64_t tenant_queue_cpu_ns(const struct tenant_queue *queue);

#endif
