/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_FOLLOW_H
#define NFAAS_DP_FOLLOW_H

#include "../flow/flow_track.h"
#include "../forward/context.h"

/* A flow that answers may have been here before, in a view where the node is untracked: it keeps its way back. */
static inline void
dp_follow_new(struct dp_packet *packet)
{
	packet->entry->initiator = packet->answers ? !packet->inner.side : packet->inner.side;
	if (packet->answers)
		packet->entry->came_from[packet->direction] = packet->node->former[packet->direction];
}

/* Finds or makes the flow's entry at the packet's node, for functions that judge nobody; packet->entry stays NULL when
 * the table is full, and where the node is untracked. */
static inline void
dp_follow_flow(struct dp_context *context, struct dp_packet *packet)
{
	if (packet->node->untracked) {
		packet->entry = NULL;
		return;
	}
	dp_packet_find_entry(context, packet);
	if (packet->inner.kind == DP_INNER_RELATED)
		return;
	if (packet->entry != NULL) {
		dp_flow_track(context->flows, packet->entry, &packet->inner, packet->inner.side, context->now);
		return;
	}
	packet->entry = dp_flow_table_add(context->flows, packet->hash, packet->node->key, &packet->inner.flow,
		dp_flow_first_class(&packet->inner), context->now);
	if (packet->entry != NULL)
		dp_follow_new(packet);
}

#endif
