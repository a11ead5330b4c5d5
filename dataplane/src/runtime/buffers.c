/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/buffers.h"

#include "runtime/tenant_queue.h"

static uint32_t
held(const struct tenant_queue *q)
{
	return atomic_load_explicit(&q->held, memory_order_relaxed);
}

static void
hold(struct tenant_queue *q, uint32_t n)
{
	if (n != held(q))
		atomic_store_explicit(&q->held, n, memory_order_relaxed);
}

uint32_t
buffers_in_use(const struct tenant_queue *q)
{
	return rte_ring_count(q->in) + rte_ring_count(q->out) + held(q);
}

static uint32_t
room(const struct tenant_queue *q)
{
	uint32_t used = buffers_in_use(q);

	return q->buffer_quota - RTE_MIN(used, q->buffer_quota);
}

bool
buffers_are_short(const struct tenant_queue *q, const struct rte_ring *ring)
{
	return rte_ring_count(ring) > QUEUE_CAPACITY / 2 || buffers_in_use(q) > q->buffer_quota / 2;
}

uint16_t
buffers_admit(struct tenant_queue *q, uint16_t n)
{
	/* What was free at the last look still is, but for what came in since: the worker's lines are read again only
	 * when that is used up. What the worker makes more of, it counts itself. */
	if (unlikely(q->room < n))
		q->room = room(q);
	n = (uint16_t)RTE_MIN((uint32_t)n, q->room);
	q->room -= n;
	return n;
}

void
buffers_begin(struct tenant_queue *q, const struct dp_state *state, uint16_t n)
{
	hold(q, dp_buffers_kept(state, q->slot) + n);
}

uint16_t
buffers_allow(struct tenant_queue *q, const struct dp_state *state, uint16_t n_out)
{
	uint32_t before = held(q), now = dp_buffers_kept(state, q->slot) + n_out;

	if (likely(now <= before))
		return n_out;
	uint32_t more = now - before, fits = RTE_MIN(more, room(q));
	hold(q, before + fits);
	return (uint16_t)(n_out - RTE_MIN((uint32_t)n_out, more - fits));
}

void
buffers_end(struct tenant_queue *q, const struct dp_state *state)
{
	hold(q, dp_buffers_kept(state, q->slot));
}
