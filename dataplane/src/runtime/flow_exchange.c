/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/flow_exchange.h"

#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>

#define CHUNK 64            /* records on the worker's stack */
#define TAKE_MAX 512        /* records a step: some 50 us */
#define TELL_MAX 512
#define BUCKETS_MIN 64      /* a step's share of the table */
#define BUCKETS_MAX 1024    /* of eight flows each */
#define STEP_MS 10          /* of housekeeping, at most so often */

static struct rte_ring *
ring_new(void)
{
	ssize_t size = rte_ring_get_memsize_elem(sizeof(struct dp_flow_record), EXCHANGE_RECORDS);
	struct rte_ring *ring = aligned_alloc(RTE_CACHE_LINE_SIZE, RTE_ALIGN_CEIL((size_t)size, RTE_CACHE_LINE_SIZE));

	if (ring != NULL)
		rte_ring_init(ring, "flows", EXCHANGE_RECORDS, RING_F_SP_ENQ | RING_F_SC_DEQ);
	return ring;
}

struct flow_exchange *
flow_exchange_create(uint32_t tenant_id)
{
	struct flow_exchange *e = aligned_alloc(RTE_CACHE_LINE_SIZE, sizeof(*e));

	if (e == NULL)
		return NULL;
	static uint32_t last_id; /* the main thread's */

	memset(e, 0, sizeof(*e));
	e->id = ++last_id;
	e->tenant_id = tenant_id;
	e->told_until = rte_rdtsc(); /* there was nothing to know before */
	e->told = ring_new();
	e->heard = ring_new();
	if (e->told != NULL && e->heard != NULL)
		return e;
	flow_exchange_destroy(e);
	return NULL;
}

void
flow_exchange_destroy(struct flow_exchange *e)
{
	if (e == NULL)
		return;
	free(e->told);
	free(e->heard);
	free(e);
}

uint32_t
flow_exchange_offer(struct flow_exchange *e, const struct dp_flow_record *records, uint32_t n)
{
	n = rte_ring_sp_enqueue_burst_elem(e->heard, records, sizeof(*records), n, NULL);
	e->offered += n;
	return n;
}

uint32_t
flow_exchange_collect(struct flow_exchange *e, struct dp_flow_record *records, uint32_t n)
{
	return rte_ring_sc_dequeue_burst_elem(e->told, records, sizeof(*records), n, NULL);
}

static void
add(_Atomic uint64_t *counter, uint64_t n)
{
	atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + n, memory_order_relaxed);
}

static void
take(struct flow_exchange *e, struct dp *dp, const struct dp_state *state, uint16_t slot, uint64_t now)
{
	struct dp_flow_record records[CHUNK];
	uint64_t taken[DP_FLOW_TAKEN_KINDS] = {0};
	uint32_t total = 0, n;

	while (total < TAKE_MAX
		&& (n = rte_ring_sc_dequeue_burst_elem(e->heard, records, sizeof(*records), CHUNK, NULL)) > 0) {
		dp_flows_take(dp, state, slot, records, n, now, taken);
		total += n;
	}
	if (total == 0)
		return;
	for (unsigned i = 0; i < DP_FLOW_TAKEN_KINDS; i++)
		add(&e->taken[i], taken[i]);
	atomic_store_explicit(&e->consumed, atomic_load_explicit(&e->consumed, memory_order_relaxed) + total,
		memory_order_release);
}

/* Which pass is to begin now, if any. A snapshot does not wait for its turn. */
static enum dp_flow_pass
next_pass(struct flow_exchange *e, uint64_t now, uint64_t tsc_hz)
{
	uint32_t wanted = atomic_load_explicit(&e->snapshot_wanted, memory_order_relaxed);
	uint64_t interval = tsc_hz / 1000 * atomic_load_explicit(&e->interval_ms, memory_order_relaxed);

	if (wanted != e->snapshot_done && e->snapshot == 0) {
		e->snapshot = wanted;
		return DP_FLOW_PASS_WHOLE;
	}
	if (e->passing || now - e->pass_began < interval)
		return DP_FLOW_PASS_GOES_ON;
	return DP_FLOW_PASS_NEWS;
}

/* News are spread over half the interval; a snapshot goes as fast as a step may. */
static uint32_t
buckets_of_step(const struct flow_exchange *e, uint32_t all, uint64_t now, uint64_t tsc_hz)
{
	uint64_t interval = RTE_MAX(atomic_load_explicit(&e->interval_ms, memory_order_relaxed), 1u);
	uint64_t since_ms = (now - e->last_step) / (tsc_hz / 1000);
	uint64_t share = 2 * all * RTE_MIN(RTE_MAX(since_ms, (uint64_t)STEP_MS), interval) / interval;

	if (e->snapshot != 0)
		return BUCKETS_MAX;
	return (uint32_t)RTE_MIN(RTE_MAX(share, (uint64_t)BUCKETS_MIN), (uint64_t)BUCKETS_MAX);
}

static void
end_pass(struct flow_exchange *e)
{
	struct dp_flow_record mark = {
		.position = e->pass_began,
		.silence = e->snapshot,
		.kind = (uint8_t)(e->snapshot != 0 ? EXCHANGE_SNAPSHOT_END : EXCHANGE_PASS_END),
	};

	if (rte_ring_sp_enqueue_bulk_elem(e->told, &mark, sizeof(mark), 1, NULL) == 0)
		return; /* with the next step */
	if (e->snapshot != 0)
		e->snapshot_done = e->snapshot;
	e->snapshot = 0;
	e->passing = false;
}

static void
tell(struct flow_exchange *e, struct dp *dp, const struct dp_state *state, uint16_t slot, uint64_t now, uint64_t tsc_hz)
{
	enum dp_flow_pass begin = next_pass(e, now, tsc_hz);
	struct dp_flow_record records[CHUNK];
	uint32_t room = RTE_MIN(rte_ring_free_count(e->told), (unsigned)TELL_MAX), buckets, n;

	if (begin != DP_FLOW_PASS_GOES_ON) {
		e->passing = true;
		e->pass_began = now;
	}
	buckets = buckets_of_step(e, dp_flows_buckets(dp), now, tsc_hz);
	e->last_step = now;
	do {
		uint32_t step = RTE_MIN(buckets, (uint32_t)(CHUNK / DP_FLOW_BUCKET_SLOTS));

		n = dp_flows_tell(dp, state, slot, &e->scan, begin, step, now, records, RTE_MIN(room, (uint32_t)CHUNK));
		rte_ring_sp_enqueue_bulk_elem(e->told, records, sizeof(*records), n, NULL);
		add(&e->n_told, n);
		room -= n;
		buckets -= step;
		begin = DP_FLOW_PASS_GOES_ON;
	} while (buckets > 0 && e->scan.left > 0 && room >= DP_FLOW_BUCKET_SLOTS);
	if (e->passing && e->scan.left == 0)
		end_pass(e);
}

bool
flow_exchange_step(struct flow_exchange *e, struct dp *dp, const struct dp_state *state, uint16_t slot, uint64_t now,
	uint64_t tsc_hz)
{
	if (e == NULL)
		return false;
	take(e, dp, state, slot, now);
	if (!atomic_load_explicit(&e->listened, memory_order_acquire))
		return !rte_ring_empty(e->heard);
	tell(e, dp, state, slot, now, tsc_hz);
	return !rte_ring_empty(e->heard) || e->snapshot != 0;
}
