/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tenant's worker: a thread of its own, in a cgroup of its own, behind a bounded ring.
 *
 * Where the process may use one CPU only there is no thread and no cgroup: the I/O thread does the tenant's work
 * (run_to_completion.h).
 *
 * On a CPU of its own it spins a little before it sleeps. On the CPU of the I/O thread spinning would only keep the
 * packets away it waits for, and the scheduler's slices (milliseconds) are longer than the rings are deep; there the
 * two take turns: the I/O thread yields once it has moved enough for it, the worker sleeps when its ring is empty or
 * its turn is over.
 */
#ifndef NFAAS_WORKER_H
#define NFAAS_WORKER_H

#include <pthread.h>

#include <rte_ring.h>

#include "runtime/buffers.h"
#include "runtime/datapath_threads.h"

struct worker {
	/* Set before the thread starts. */
	struct shared *shared;
	uint16_t slot;
	uint16_t turn; /* see RCU_READER_WORKER */
	uint32_t tenant_id;
	uint32_t cpu_weight;
	uint32_t buffer_quota;
	uint32_t room; /* I/O thread: see buffers_admit() */
	struct rte_ring *in;  /* I/O thread to worker, or what waits for credit */
	struct rte_ring *out; /* worker to I/O thread */
	pthread_t thread;
	clockid_t cpu_clock;
	struct cgroup_leaf *cgroup; /* NULL = none */
	_Atomic int tid;            /* 0 = not running yet, < 0 = -rte_errno of registration */
	_Atomic bool stop;
	struct doorbell bell;
	/* The worker's own. */
	_Atomic uint64_t cycles __rte_cache_aligned;
	_Atomic uint32_t held; /* buffers in work or kept by the datapath */
	_Atomic int cpu; /* where it ran last */
	int64_t credit;  /* run to completion: TSC cycles it may use, < 0 = owes */
} __rte_cache_aligned;

/* Starts the thread, if there is to be one, and waits until it runs. It sleeps until a snapshot with it is published.
 * NULL with *error. */
struct worker *worker_start(struct shared *shared, const struct dp_tenant_info *tenant, uint16_t turn,
	struct dp_error *error);

/* When no snapshot has it any more: joins, frees what is queued, removes the cgroup. */
void worker_stop(struct worker *worker);

void worker_set_cpu_weight(struct worker *worker, uint32_t cpu_weight);
/* Of its thread; without one, the time its bursts took (at most 100 us each). */
uint64_t worker_cpu_ns(const struct worker *worker);

/* I/O thread: wakes the worker if it sleeps while packets wait for it. True when packets wait. */
static inline bool
worker_nudge(struct worker *worker)
{
	if (rte_ring_empty(worker->in))
		return false;
	if (doorbell_claim(&worker->bell))
		doorbell_wake(&worker->bell);
	return true;
}

#endif
