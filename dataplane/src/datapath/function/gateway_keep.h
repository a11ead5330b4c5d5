/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_GATEWAY_KEEP_H
#define NFAAS_DP_GATEWAY_KEEP_H

#include "../forward/context.h"

/*
 * Flows that stay in their view when shares change (ViewShare.keep_flows). Each gateway's entry of a flow has the view of its
 * initiator's last packet, whichever side that came in by; so answers follow the flow even when the two gateways hear of
 * new shares one after the other.
 */

/* Where a packet from the attachment's port enters: `chosen` by its flow's hash, or where its flow is kept. */
const struct dp_injection *dp_gateway_keep(struct dp_context *context, const struct dp_attachment *attachment,
	const struct dp_packet *packet, const struct dp_injection *chosen);

/* Notes the view in the flow's entry. The packet is at its gateway's node. */
static inline void
dp_gateway_keep_note(const struct dp_packet *packet)
{
	if (packet->entry != NULL && packet->inner.side == packet->entry->initiator)
		packet->entry->view_id = packet->view->view_id;
}

/* Counts some of the flows that are kept: in the view that they entered here, from a host or from another view. */
void dp_gateway_keep_count(struct dp_context *context);

#endif
