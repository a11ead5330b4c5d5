/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thread that does tenants' work, in a cgroup of its own: one tenant's alone, or that of several under deficit round
 * robin (drr.h) when there are more tenants than threads. Who is where: placement.h.
 *
 * Where the process may use one CPU only there is no worker and no cgroup: the I/O thread does the tenants' work
 * (run_to_completion.h).
 *
 * On a CPU of its own it spins a little before it sleeps. On the CPU of the I/O thread spinning would only keep the
 * packets away it waits for, and the scheduler's slices (milliseconds) are longer than the rings are deep; there the
 * two take turns: the I/O thread yields once it has moved enough for it, the worker sleeps when its rings are empty or
 * its turn is over.
 */
#ifndef NFAAS_WORKER_H
#define NFAAS_WORKER_H

#include <pthread.h>

#include "runtime/drr.h"

struct worker {
	/* The main thread's; set before the thread starts. */
	struct shared *shared;
	uint16_t index; /* of its queues in a snapshot, of its place in RCU */
	bool is_shared; /* several tenants' */
	uint16_t n_queues;
	uint32_t cpu_weight; /* sum over its tenants */
	pthread_t thread;
	clockid_t cpu_clock;
	struct cgroup_leaf *cgroup; /* NULL = none */
	_Atomic int tid;            /* 0 = not running yet, < 0 = -rte_errno of registration */
	_Atomic bool stop;
	struct doorbell bell;
	/* The worker's own. */
	struct drr drr __rte_cache_aligned;
	_Atomic int cpu; /* where it ran last */
	unsigned sleeps;       /* counts */
	uint64_t ask_cycles;   /* what asking for the thread's CPU time takes */
	uint64_t sleep_cycles; /* what the kernel takes to put this thread to sleep and to wake it, of late */
} __rte_cache_aligned;

/* Starts a thread and waits until it runs. It sleeps until a snapshot has queues of it. NULL when there is no memory
 * or DPDK has no room for another thread; then *error says so. */
struct worker *worker_start(struct shared *shared, uint16_t index, const char *name, bool is_shared,
	struct dp_error *error);

/* When no snapshot has it any more: joins, removes the cgroup. */
void worker_stop(struct worker *worker);

/* Of the thread, to the sum of its tenants' weights. */
void worker_set_cpu_weight(struct worker *worker, uint32_t cpu_weight);
uint64_t worker_cpu_ns(const struct worker *worker);

/* The thread's loop; worker.c. */
void worker_run(struct worker *worker, unsigned reader);

static inline bool
queues_wait(struct queue_list list)
{
	for (uint16_t i = 0; i < list.n; i++)
		if (!rte_ring_empty(list.queues[i]->in))
			return true;
	return false;
}

/* I/O thread: wakes the worker if it sleeps while packets wait for it. True when packets wait. */
static inline bool
worker_nudge(struct worker *worker, struct queue_list list)
{
	if (!queues_wait(list))
		return false;
	if (doorbell_claim(&worker->bell))
		doorbell_wake(&worker->bell);
	return true;
}

#endif
