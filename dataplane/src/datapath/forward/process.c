/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A burst of one tenant: every packet is resolved to a view and a position (and its flow's bucket prefetched), then
 * walked through the positions this pod runs, until it leaves for another pod or for its host, or is dropped.
 */
#include "../function/function.h"
#include "../function/gateway.h"
#include "burst.h"
#include "release.h"
#include "resolve.h"
#include "walk.h"

#define FLOW_BUCKETS_PER_HOUSEKEEPING 64

static struct dp_context
context_make(struct dp *dp, const struct dp_state *state, uint16_t slot, uint64_t now, struct rte_mbuf **out)
{
	const struct dp_state_tenant *tenant = state->slots[slot];

	return (struct dp_context){
		.dp = dp,
		.state = state,
		.tenant = tenant,
		.flows = tenant != NULL ? &tenant->tenant->flows : NULL,
		.out = out,
		.now = dp_ticks(dp, now),
		.tsc = now,
		.explains = tenant != NULL && dp_explain_filter_of(&tenant->tenant->explain) != NULL,
	};
}

uint16_t
dp_process_burst(struct dp *dp, const struct dp_state *state, uint16_t slot, struct rte_mbuf **pkts, uint16_t n,
	uint64_t now, struct rte_mbuf **out)
{
	struct dp_context context = context_make(dp, state, slot, now, out);
	struct dp_packet packets[DP_BURST];
	uint16_t resolved = 0;

	if (context.tenant == NULL) {
		for (uint16_t i = 0; i < n; i++)
			dp_drop_malformed(dp, pkts[i], DP_WRITER_WORKER);
		return 0;
	}
	for (uint16_t i = 0; i < n; i++)
		rte_prefetch0(rte_pktmbuf_mtod_offset(pkts[i], void *, dp_meta(pkts[i])->inner_offset));
	context.reserved_out = n;
	for (uint16_t i = 0; i < n; i++)
		resolved += dp_resolve(&context, &packets[resolved], pkts[i]);
	dp_walk_burst(&context, packets, resolved);
	return context.n_out;
}

uint32_t
dp_buffers_kept(const struct dp_state *state, uint16_t slot)
{
	const struct dp_state_tenant *tenant = state->slots[slot];

	return tenant == NULL ? 0 : tenant->tenant->fragments.n_pending + tenant->tenant->neighbours.n_pending
		+ (tenant->tenant->web != NULL ? tenant->tenant->web->held.n_packets : 0);
}

uint16_t
dp_housekeep(struct dp *dp, const struct dp_state *state, uint16_t slot, uint64_t now, struct rte_mbuf **out)
{
	struct dp_context context = context_make(dp, state, slot, now, out);

	if (context.tenant == NULL)
		return 0;
	dp_flow_table_age(context.flows, RTE_MIN(context.flows->mask + 1, FLOW_BUCKETS_PER_HOUSEKEEPING), context.now);
	dp_housekeep_fragments(&context);
	if (dp->function->housekeep != NULL)
		dp->function->housekeep(&context);
	dp_settle(&context, NULL);
	return context.n_out;
}
