/* SPDX-License-Identifier: Apache-2.0 */
#include "port/memif_queue.h"

bool
memif_is_crowded(const struct memif_connection *c)
{
	return memif_waiting(c) > c->rx.size / 2;
}

bool
memif_is_filling(const struct memif_connection *c)
{
	return memif_room(c) < c->tx.size / 2;
}

bool
memif_interrupt_enable(struct memif_connection *c)
{
	__atomic_store_n(&c->rx.ring->flags, 0, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return memif_waiting(c) != 0;
}

void
memif_interrupt_disable(struct memif_connection *c)
{
	__atomic_store_n(&c->rx.ring->flags, MEMIF_RING_MASK_INTERRUPT, __ATOMIC_RELAXED);
}
