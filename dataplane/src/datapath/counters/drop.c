/* SPDX-License-Identifier: Apache-2.0 */
#include "../view/state.h"

#include "../explain/record.h"
#include "drop.h"

void
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

static void
count_view_drop(const struct dp_view *view, const struct dp_meta *meta, dp_drop_reason_t reason,
	enum dp_writer writer)
{
	unsigned node = view->n_nodes;
	enum dp_direction direction = DP_FORWARD;

	if (meta->spi == DP_SPI_FORWARD || meta->spi == DP_SPI_REVERSE) {
		direction = meta->spi == DP_SPI_FORWARD ? DP_FORWARD : DP_REVERSE;
		if (view->by_si[direction][meta->si] != DP_NODE_NONE)
			node = view->by_si[direction][meta->si];
	}
	dp_count(&view->counters->drops[writer][node][direction][reason], meta->inner_length);
}

void
dp_drop(struct dp *dp, const struct dp_state *state, struct rte_mbuf *m, dp_drop_reason_t reason,
	enum dp_writer writer)
{
	const struct dp_meta *meta = dp_meta(m);
	const struct dp_state_tenant *tenant;

	if (meta->flags & DP_META_PROBE) {
		rte_pktmbuf_free(m); /* nobody's loss: that it was not answered is what counts */
		return;
	}
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
	count_view_drop(tenant->views[meta->view_id], meta, reason, writer);
	rte_pktmbuf_free(m);
}
