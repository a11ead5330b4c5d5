/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a thread that ran out of work sleeps and is woken. The sleeper sets the flag, then looks at its queues again;
 * the waker fills the queue, then looks at the flag; a full fence in between on both sides, so that one of the two
 * sees the other. Awake threads cost the waker a load of a line that stays in its cache.
 */
#ifndef NFAAS_DOORBELL_H
#define NFAAS_DOORBELL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_branch_prediction.h>
#include <rte_common.h>

struct doorbell {
	_Atomic uint32_t sleeping;
} __rte_cache_aligned;

/* Sleeper: after this, look at the queues once more before waiting. */
static inline void
doorbell_prepare(struct doorbell *bell)
{
	atomic_store_explicit(&bell->sleeping, 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
}

static inline void
doorbell_awake(struct doorbell *bell)
{
	atomic_store_explicit(&bell->sleeping, 0, memory_order_relaxed);
}

/* Waker, after filling the queue: true when it must wake the sleeper (and nobody else will). */
static inline bool
doorbell_claim(struct doorbell *bell)
{
	atomic_thread_fence(memory_order_seq_cst);
	return unlikely(atomic_load_explicit(&bell->sleeping, memory_order_relaxed) != 0) &&
		atomic_exchange_explicit(&bell->sleeping, 0, memory_order_relaxed) != 0;
}

/* The futex way of sleeping. */
void doorbell_wait(struct doorbell *bell, unsigned timeout_ms);
void doorbell_wake(struct doorbell *bell); /* after a claim */

#endif
