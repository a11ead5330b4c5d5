/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From one view of a tenant into another, in the pod of the node that decides so: a packet goes on at an attachment of the
 * other view, as if a gateway had injected it there. That view's first function learns this pod as the way back of the
 * flow; answers that come to the attachment here go back to the node where the flow left.
 */
#ifndef NFAAS_DP_ENTER_H
#define NFAAS_DP_ENTER_H

#include "context.h"

/* Sets packet->entrance: by the flow's hash and the shares, or where the flow is kept; not when no view has a share. The packet is of its flow's initiator. */
void dp_enter_choose(struct dp_context *context, struct dp_packet *packet, const struct dp_enter *enter);

/* The packet goes through packet->entrance; its node is then the attachment. DP_PASS, or why not: it is where it was. */
dp_drop_reason_t dp_enter_view(const struct dp_context *context, struct dp_packet *packet);

/* Whether answers go back to another view from this node, which other pods run. */
static inline bool
dp_is_origin(enum dp_direction direction, const struct dp_node *node)
{
	return direction == DP_REVERSE && node->origins != NULL;
}

/* The packet, at such a node, goes back to the one where its flow left. As dp_enter_view(). */
dp_drop_reason_t dp_enter_back(struct dp_context *context, struct dp_packet *packet);

#endif
