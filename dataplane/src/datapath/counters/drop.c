/* SPDX-License-Identifier: Apache-2.0 */
#include "../view/state.h"

#include "../explain/record.h"
#include "drop.h"

__rte_noinline void
dp_drop_malformed(struct dp *dp, struct rte_mbuf *m, enum dp_writer writer)
{
	/* Workers share this one: such packets come to them only while a tenant is being removed. */
	__atomic_fetch_add(&dp->malformed[writer], 1, __ATOMIC_RELAXED);
	rte_pktmbuf_free(m);
}

void
dp_drop_tenant(struct dp_tenant *tenant, struct rte_mbuf *m, dp_drop_reason_t reason, enum dp_writer writer)
{
	dp_count(&tenant->drops[writer][reason], dp_meta(m)->inner_length);
	rte_pktmbuf_free(m);
}

void
dp_drop_count(const struct dp_view *view, const struct dp_meta *meta, dp_drop_reason_t reason, enum dp_writer writer)
{
	enum dp_direction direction = dp_spi_direction(meta->spi);
	unsigned node = meta->spi == 0 ? DP_NODE_NONE : view->by_si[direction][meta->si];

	if (node == DP_NODE_NONE)
		node = view->n_nodes;
	dp_count(&view->counters->drops[writer][node][direction][reason], meta->inner_length);
}

static bool
is_for_want_of_room(dp_drop_reason_t reason)
{
	return reason == DP_REASON(QUEUE_FULL) || reason == DP_REASON(LINK_FULL) || reason == DP_REASON(NO_MEMORY);
}

__rte_noinline void
dp_drop(struct dp *dp, const struct dp_state *state, struct rte_mbuf *m, dp_drop_reason_t reason,
	enum dp_writer writer)
{
	const struct dp_meta *meta = dp_meta(m);
	const struct dp_state_tenant *tenant;

	if (meta->flags & DP_META_PROBE) {
		rte_pktmbuf_free(m); /* nobody's loss: that it was not answered is what counts */
		return;
	}
	if ((meta->flags & DP_META_COPY) && is_for_want_of_room(reason))
		reason = DP_REASON(TAP_SHED);
	tenant = dp_state_find_tenant(state, meta->tenant_id);
	if (tenant == NULL) {
		dp_drop_malformed(dp, m, writer);
		return;
	}
	if (dp_is_explained(meta))
		dp_explain_dropped(dp, tenant, m, reason, writer);
	if (tenant->views[meta->view_id] == NULL || (meta->flags & DP_META_LEFT)) {
		dp_drop_tenant(tenant->tenant, m, reason, writer);
		return;
	}
	dp_drop_count(tenant->views[meta->view_id], meta, reason, writer);
	rte_pktmbuf_free(m);
}

bool
dp_state_copies(const struct dp_state *state, uint16_t slot)
{
	return state->slots[slot] != NULL && state->slots[slot]->copies;
}

void
dp_note_filling(struct dp *dp, uint16_t port, bool filling)
{
	if (dp->filling[port] != filling) /* a line that workers read: written only when it changes */
		__atomic_store_n(&dp->filling[port], filling, __ATOMIC_RELAXED);
}

uint16_t
dp_shed_copies(struct dp *dp, const struct dp_state *state, struct rte_mbuf **pkts, uint16_t n, enum dp_writer writer)
{
	uint16_t kept = 0;

	for (uint16_t i = 0; i < n; i++)
		if (dp_meta(pkts[i])->flags & DP_META_COPY)
			dp_drop(dp, state, pkts[i], DP_REASON(TAP_SHED), writer);
		else
			pkts[kept++] = pkts[i];
	return kept;
}
