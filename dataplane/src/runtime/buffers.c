/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/buffers.h"

#include "runtime/worker.h"

static uint32_t
held(const struct worker *w)
{
	return atomic_load_explicit(&w->held, memory_order_relaxed);
}

static void
hold(struct worker *w, uint32_t n)
{
	if (n != held(w))
		atomic_store_explicit(&w->held, n, memory_order_relaxed);
}

uint32_t
buffers_in_use(const struct worker *w)
{
	return rte_ring_count(w->in) + rte_ring_count(w->out) + held(w);
}

static uint32_t
room(const struct worker *w)
{
	uint32_t used = buffers_in_use(w);

	return w->buffer_quota - RTE_MIN(used, w->buffer_quota);
}

uint16_t
buffers_admit(struct worker *w, uint16_t n)
{
	/* What was free at the last look still is, but for what came in since: the worker's lines are read again only
	 * when that is used up. What the worker makes more of, it counts itself. */
	if (unlikely(w->room < n))
		w->room = room(w);
	n = (uint16_t)RTE_MIN((uint32_t)n, w->room);
	w->room -= n;
	return n;
}

void
buffers_begin(struct worker *w, const struct dp_state *state, uint16_t n)
{
	hold(w, dp_buffers_kept(state, w->slot) + n);
}

uint16_t
buffers_allow(struct worker *w, const struct dp_state *state, uint16_t n_out)
{
	uint32_t before = held(w), now = dp_buffers_kept(state, w->slot) + n_out;

	if (likely(now <= before))
		return n_out;
	uint32_t more = now - before, fits = RTE_MIN(more, room(w));
	hold(w, before + fits);
	return (uint16_t)(n_out - RTE_MIN((uint32_t)n_out, more - fits));
}

void
buffers_end(struct worker *w, const struct dp_state *state)
{
	hold(w, dp_buffers_kept(state, w->slot));
}
