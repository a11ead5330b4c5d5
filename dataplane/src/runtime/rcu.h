/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Read-copy-update by quiescent states (rte_rcu_qsbr). Readers are the I/O thread, the workers and the state
 * group's thread: each reports a quiescent state once per loop, where it holds no pointer to anything shared, and is
 * offline while it sleeps. The one writer is the main thread.
 */
#ifndef NFAAS_RCU_H
#define NFAAS_RCU_H

#include <rte_rcu_qsbr.h>

#define RCU_READER_IO 0
#define WORKERS_MAX 126 /* DPDK knows 128 threads (RTE_MAX_LCORE); main and I/O are two of them */
#define RCU_READER_WORKER(index) (1u + (index))
#define RCU_READER_GROUP (1 + WORKERS_MAX)
#define RCU_READERS (2 + WORKERS_MAX)

struct rcu;

/* NULL when out of memory. */
struct rcu *rcu_create(void);
void rcu_destroy(struct rcu *rcu);

/* Main thread: returns when every reader has passed a quiescent state since the call, or sleeps. */
void rcu_synchronize(struct rcu *rcu);

struct rte_rcu_qsbr *rcu_qsbr(struct rcu *rcu);

static inline void
rcu_reader_start(struct rcu *rcu, unsigned reader)
{
	rte_rcu_qsbr_thread_register(rcu_qsbr(rcu), reader);
	rte_rcu_qsbr_thread_online(rcu_qsbr(rcu), reader);
}

static inline void
rcu_reader_stop(struct rcu *rcu, unsigned reader)
{
	rte_rcu_qsbr_thread_offline(rcu_qsbr(rcu), reader);
	rte_rcu_qsbr_thread_unregister(rcu_qsbr(rcu), reader);
}

#endif
