/* SPDX-License-Identifier: Apache-2.0 */
#include "enter.h"

#include "../explain/record.h"
#include "../flow/flow_track.h"

/* What entering costs of the NSH TTL: at most seven views on one packet's way, a few hops each. What goes in a circle ends
 * sooner than by hops alone, since each round is work for the tenant's own pods. */
#define ENTER_TTL 8

static bool
is_over(const struct dp_context *context, const struct dp_packet *packet)
{
	return *dp_flow_class(context->flows, packet->entry) == DP_FLOW_TCP_CLOSING && dp_flow_opens(&packet->inner);
}

/* NULL = the flow is in no view that keeps it. */
static const struct dp_injection *
find_kept(const struct dp_context *context, const struct dp_packet *packet, const struct dp_enter *enter)
{
	if (packet->entry == NULL || packet->entry->entered == 0 || is_over(context, packet))
		return NULL;
	for (unsigned i = 0; i < enter->n; i++)
		if (enter->entrances[i].keep_flows && enter->entrances[i].injection.view->view_id == packet->entry->entered)
			return &enter->entrances[i].injection;
	return NULL;
}

void
dp_enter_choose(struct dp_context *context, struct dp_packet *packet, const struct dp_enter *enter)
{
	const struct dp_injection *chosen = enter->keeps ? find_kept(context, packet, enter) : NULL;

	if (chosen == NULL)
		chosen = dp_share_choose(enter->shares, packet->meta->flow_hash);
	if (chosen->view == NULL)
		return; /* none takes anything new */
	packet->entrance = chosen;
	if (packet->entry == NULL)
		return;
	packet->entry->view_id = packet->view->view_id;
	packet->entry->entered = packet->entrance->view->view_id;
}

/* From view to view, in the direction it has. */
static dp_drop_reason_t
change_view(const struct dp_context *context, struct dp_packet *packet, const struct dp_view *to)
{
	if (packet->meta->ttl <= ENTER_TTL)
		return DP_REASON(VIEW_LOOP);
	if (dp_is_explained(packet->meta))
		dp_explain_entered(context, packet);
	dp_count(&packet->view->counters->handed, packet->inner.length);
	dp_count(&to->counters->entered, packet->inner.length);
	packet->view = to;
	packet->meta->view_id = to->view_id;
	packet->meta->ttl -= ENTER_TTL;
	packet->meta->flags |= DP_META_ENTERED;
	return DP_PASS;
}

/* The flow's entry stays that of the node it left: one tells of both its ways. */
dp_drop_reason_t
dp_enter_view(const struct dp_context *context, struct dp_packet *packet)
{
	const struct dp_injection *entrance = packet->entrance;
	dp_drop_reason_t reason = change_view(context, packet, entrance->view);

	if (reason == DP_PASS)
		dp_packet_enter_node(context, packet, &entrance->view->nodes[entrance->node]);
	return reason;
}

/* Where the flow left: the view its entry says; when that is gone or replaced, another that has the node; without an entry
 * (table full) the first. */
static const struct dp_origin *
find_origin(const struct dp_context *context, const struct dp_packet *packet)
{
	const struct dp_flow *flow = &packet->inner.flow;
	const struct dp_origin *best = NULL;
	const struct dp_flow_entry *entry = NULL;
	uint64_t key = 0;

	for (const struct dp_origin *origin = packet->node->origins; origin != NULL; origin = origin->next) {
		if (origin == packet->node->origins || origin->node->key != key) { /* views of one chain share it */
			key = origin->node->key;
			entry = dp_flow_table_find(context->flows, dp_flow_table_hash(context->flows, key, flow), key, flow, context->now);
		}
		if (entry == NULL || entry->entered == 0)
			continue;
		if (entry->view_id == origin->view->view_id && !origin->replaced)
			return origin;
		if (best == NULL || best->replaced)
			best = origin;
	}
	return best != NULL ? best : packet->node->origins;
}

dp_drop_reason_t
dp_enter_back(struct dp_context *context, struct dp_packet *packet)
{
	const struct dp_origin *origin = find_origin(context, packet);
	dp_drop_reason_t reason = change_view(context, packet, origin->view);

	if (reason != DP_PASS)
		return reason;
	packet->meta->from_si = 0; /* a position of the view it comes from */
	dp_packet_enter_node(context, packet, origin->node);
	return DP_PASS;
}
