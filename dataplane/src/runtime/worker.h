/* SPDX-License-Identifier: Apache-2.0 */
/* A tenant's worker: a thread of its own, in a cgroup of its own, behind a bounded ring. */
#ifndef NFAAS_WORKER_H
#define NFAAS_WORKER_H

#include <pthread.h>

#include <rte_ring.h>

#include "runtime/datapath_threads.h"

struct worker {
	/* Set before the thread starts. */
	struct shared *shared;
	uint16_t slot;
	uint16_t turn; /* see RCU_READER_WORKER */
	uint32_t tenant_id;
	uint32_t cpu_weight;
	struct rte_ring *in;  /* I/O thread to worker */
	struct rte_ring *out; /* worker to I/O thread */
	pthread_t thread;
	clockid_t cpu_clock;
	struct cgroup_leaf *cgroup; /* NULL = none */
	_Atomic int tid;            /* 0 = not running yet, < 0 = -rte_errno of registration */
	_Atomic bool stop;
	struct doorbell bell;
	/* The worker's own. */
	_Atomic uint64_t cycles __rte_cache_aligned;
} __rte_cache_aligned;

/* Starts the thread and waits until it runs. It sleeps until a snapshot with it is published. NULL with *error. */
struct worker *worker_start(struct shared *shared, const struct dp_tenant_info *tenant, uint16_t turn,
	struct dp_error *error);

/* When no snapshot has it any more: joins, frees what is queued, removes the cgroup. */
void worker_stop(struct worker *worker);

void worker_set_cpu_weight(struct worker *worker, uint32_t cpu_weight);
uint64_t worker_cpu_ns(const struct worker *worker);

/* I/O thread: hands over n packets; returns how many fitted. */
uint16_t worker_push(struct worker *worker, struct rte_mbuf **pkts, uint16_t n);

#endif
