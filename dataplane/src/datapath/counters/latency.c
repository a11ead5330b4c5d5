/* SPDX-License-Identifier: Apache-2.0 */
#include "latency.h"

#include "../view/state.h"

static void
count(struct dp_latency *latency, uint64_t ns, uint64_t n)
{
	uint64_t *bucket = &latency->buckets[dp_latency_bucket(ns)];

	__atomic_store_n(bucket, *bucket + n, __ATOMIC_RELAXED);
	__atomic_store_n(&latency->sum_ns, latency->sum_ns + n * ns, __ATOMIC_RELAXED);
}

static bool
is_counted_alike(const struct dp_meta *a, const struct dp_meta *b)
{
	return a->received == b->received && a->view_id == b->view_id && a->spi == b->spi && a->si == b->si;
}

/* Packets in a row that came at once and end at the same position, as most of a burst do, are one thing to count. */
static uint16_t
count_alike(struct rte_mbuf *const *pkts, uint16_t n)
{
	uint16_t alike = 1;

	while (alike < n && is_counted_alike(dp_meta(pkts[0]), dp_meta(pkts[alike])))
		alike++;
	return alike;
}

void
dp_latency_count(const struct dp *dp, const struct dp_state *state, uint16_t slot, struct rte_mbuf *const *pkts,
	uint16_t n, uint64_t now)
{
	const struct dp_state_tenant *tenant = state->slots[slot];
	uint32_t stamp = dp_latency_stamp(now);

	for (uint16_t i = 0, alike; i < n; i = (uint16_t)(i + alike)) {
		const struct dp_meta *meta = dp_meta(pkts[i]);
		const struct dp_view *view = tenant->views[meta->view_id];
		enum dp_direction direction = dp_spi_direction(meta->spi);

		alike = count_alike(&pkts[i], (uint16_t)(n - i));
		if (meta->received == 0 || view == NULL || view->by_si[direction][meta->si] == DP_NODE_NONE)
			continue;
		count(&view->counters->latency[view->by_si[direction][meta->si]][direction],
			dp_latency_ns(dp, meta->received, stamp), alike);
	}
}
