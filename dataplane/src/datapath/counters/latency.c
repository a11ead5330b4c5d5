/* SPDX-License-Identifier: Apache-2.0 */
#include "latency.h"

#include "../view/state.h"

static void
count(struct dp_latency *latency, uint64_t ns)
{
	dp_count_one(&latency->buckets[dp_latency_bucket(ns)]);
	__atomic_store_n(&latency->sum_ns, latency->sum_ns + ns, __ATOMIC_RELAXED);
}

void
dp_latency_count(const struct dp *dp, const struct dp_state *state, uint16_t slot, struct rte_mbuf *const *pkts,
	uint16_t n, uint64_t now)
{
	const struct dp_state_tenant *tenant = state->slots[slot];
	uint32_t stamp = dp_latency_stamp(now);

	for (uint16_t i = 0; i < n; i++) {
		const struct dp_meta *meta = dp_meta(pkts[i]);
		const struct dp_view *view = tenant->views[meta->view_id];
		enum dp_direction direction = dp_spi_direction(meta->spi);

		if (meta->received == 0 || view == NULL || view->by_si[direction][meta->si] == DP_NODE_NONE)
			continue;
		count(&view->counters->latency[view->by_si[direction][meta->si]][direction],
			dp_latency_ns(dp, meta->received, stamp));
	}
}
