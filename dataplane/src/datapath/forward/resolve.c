/* SPDX-License-Identifier: Apache-2.0 */
#include "resolve.h"

#include "../function/gateway.h"
#include "enter.h"
#include "match.h"
#include "reunite.h"

/* A mirror's copy, which may be cut anywhere: nothing is asked of it but that it is at a tap. */
static bool
resolve_copy(struct dp_context *context, struct dp_packet *packet, const struct dp_node *node)
{
	const struct dp_meta *meta = packet->meta;

	if (node->attachment == NULL || node->attachment->collector == 0)
		return dp_refuse(context, packet->m, DP_REASON(UNKNOWN_POSITION));
	if (meta->inner_length < sizeof(struct rte_ipv4_hdr)
		|| rte_pktmbuf_data_len(packet->m) < meta->inner_offset + meta->inner_length)
		return dp_refuse(context, packet->m, DP_REASON(MALFORMED));
	packet->inner = (struct dp_inner){.length = meta->inner_length};
	dp_packet_enter_node(context, packet, node);
	return true;
}

/* A packet from the fabric: where its headers say it is. */
static bool
resolve_position(struct dp_context *context, struct dp_packet *packet)
{
	struct rte_mbuf *m = packet->m;
	const struct dp_meta *meta = packet->meta;
	const struct dp_view *view = context->tenant->views[meta->view_id];
	uint8_t index;

	if (view == NULL)
		return dp_refuse(context, m, DP_REASON(UNKNOWN_VIEW));
	if (meta->spi == 0)
		return dp_refuse(context, m, DP_REASON(UNKNOWN_POSITION));
	packet->view = view;
	packet->direction = dp_spi_direction(meta->spi);
	index = view->by_si[packet->direction][meta->si];
	if (index == DP_NODE_NONE || !(view->nodes[index].local || dp_is_origin(packet->direction, &view->nodes[index])))
		return dp_refuse(context, m, DP_REASON(UNKNOWN_POSITION));
	if (meta->flags & DP_META_COPY)
		return resolve_copy(context, packet, &view->nodes[index]);
	if (!dp_inner_parse(rte_pktmbuf_mtod_offset(m, const uint8_t *, meta->inner_offset),
		rte_pktmbuf_data_len(m) - meta->inner_offset, meta->inner_length, &packet->inner))
		return dp_refuse(context, m, DP_REASON(MALFORMED));
	packet->meta->inner_length = packet->inner.length;
	if (!dp_reunite(context, packet))
		return false;
	packet->meta->flow_hash = dp_flow_hash(&packet->inner.flow);
	dp_packet_enter_node(context, packet, &view->nodes[index]);
	return true;
}

bool
dp_resolve(struct dp_context *context, struct dp_packet *packet, struct rte_mbuf *m)
{
	packet->m = m;
	packet->meta = dp_meta(m);
	packet->entry = NULL;
	packet->waited_for = false;
	packet->entering = false;
	packet->answers = false;
	if (packet->meta->tenant_id != context->tenant->tenant_id) {
		dp_drop_malformed(context->dp, m, DP_WRITER_WORKER); /* of the slot's former tenant: not ours to count */
		return false;
	}
	if (!(packet->meta->sender == 0 ? dp_gateway_enter(context, packet) : resolve_position(context, packet)))
		return false;
	dp_flow_table_prefetch(context->flows, packet->hash);
	return true;
}
