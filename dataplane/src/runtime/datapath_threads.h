/* SPDX-License-Identifier: Apache-2.0 */
/* What the I/O thread and the workers share. */
#ifndef NFAAS_DATAPATH_THREADS_H
#define NFAAS_DATAPATH_THREADS_H

#include <rte_cycles.h>
#include <rte_ring.h>

#include "runtime/cgroup.h"
#include "runtime/doorbell.h"
#include "runtime/snapshot.h"

#define QUEUE_CAPACITY 1024 /* packets in each direction between I/O thread and worker */
#define POOL_CACHE 256      /* free buffers a thread keeps for itself, and half as many more before it gives any back */

struct capture;

struct shared {
	struct dp *dp;
	struct rcu *rcu;
	struct rte_mempool *pool;
	struct cgroup_tree *cgroups; /* NULL = none */
	struct snapshot *_Atomic snapshot;
	struct capture *_Atomic capture; /* NULL = off */
	struct rte_ring *probes; /* from the main to the I/O thread: packets with an out port (control/health_monitor.h) */
	bool run_to_completion; /* no workers' threads: the I/O thread does it all (run_to_completion.h) */
	uint32_t buffer_quota; /* of each tenant: buffers.h */
	struct doorbell io_bell;
	_Atomic int io_cpu; /* where the I/O thread ran last */
	int io_event_fd; /* written to wake the I/O thread */
};

static inline struct snapshot *
current_snapshot(struct shared *shared)
{
	return atomic_load_explicit(&shared->snapshot, memory_order_acquire);
}

static inline uint64_t
cycles_to_ns(uint64_t cycles)
{
	return (uint64_t)((double)cycles * 1e9 / (double)rte_get_tsc_hz());
}

/* After something was put where the I/O thread looks. */
void io_wake(struct shared *shared);

#endif
