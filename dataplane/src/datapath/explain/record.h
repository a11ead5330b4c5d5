/* SPDX-License-Identifier: Apache-2.0 */
/* The packet path's part of Explain. All but the first are for packets with DP_META_EXPLAIN only. */
#ifndef NFAAS_DP_EXPLAIN_RECORD_H
#define NFAAS_DP_EXPLAIN_RECORD_H

#include <rte_branch_prediction.h>

#include "../forward/context.h"

/* Marks a packet that has just come from a host, if the filter takes it. Worker. */
void dp_explain_mark(const struct dp_context *context, const struct dp_packet *packet);

static inline bool
dp_is_explained(const struct dp_meta *meta)
{
	return unlikely((meta->flags & DP_META_EXPLAIN) != 0);
}

/* The packet is about to be worked on at its node. Worker, as the next four. */
void dp_explain_begin(struct dp_packet *packet);
/* It goes over an edge to `to`, at `hop` of its pool. The next node begins. */
void dp_explain_edge(const struct dp_context *context, struct dp_packet *packet, const struct dp_node *to,
	const struct dp_hop *hop);
/* It goes from its node into another view. */
void dp_explain_entered(const struct dp_context *context, struct dp_packet *packet);
/* It is about to be dropped at its node; dp_drop() then says no more of it. */
void dp_explain_refused(const struct dp_context *context, struct dp_packet *packet, dp_drop_reason_t reason);
/* It left its view for its host. */
void dp_explain_left(const struct dp_context *context, const struct rte_mbuf *m);

/* It is being dropped, by whichever thread. */
void dp_explain_dropped(const struct dp *dp, const struct dp_state_tenant *tenant, const struct rte_mbuf *m,
	dp_drop_reason_t reason, enum dp_writer writer);

#endif
