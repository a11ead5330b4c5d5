/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway_error.h"

#include "../packet/mss.h"

#define TOKENS 50
#define TOKENS_PER_TICK 10 /* 100 a second */

static bool
take_token(struct dp_icmp_errors *errors, uint32_t now)
{
	uint32_t past = RTE_MIN(now - errors->counted, (uint32_t)TOKENS);

	errors->spent -= RTE_MIN(errors->spent, past * TOKENS_PER_TICK);
	errors->counted = now;
	if (errors->spent == TOKENS) {
		dp_count_one(&errors->limited);
		return false;
	}
	errors->spent++;
	return true;
}

/* An Ethernet header to be filled in, and the error. NULL when none is due, to be had, or within the limit. */
static struct rte_mbuf *
make_error(struct dp_context *context, const struct dp_attachment *attachment, const struct dp_packet *packet,
	const struct dp_icmp_error *error)
{
	struct dp_icmp_errors *errors = &context->tenant->tenant->icmp_errors;
	uint32_t at = packet->meta->inner_offset;
	const uint8_t *ip = rte_pktmbuf_mtod_offset(packet->m, const uint8_t *, at);
	uint16_t length = dp_icmp_error_length(&packet->inner, rte_pktmbuf_data_len(packet->m) - at);
	struct rte_mbuf *m;
	uint8_t *frame;

	if (!dp_icmp_error_is_due(ip, &packet->inner) || !take_token(errors, context->now))
		return NULL;
	m = rte_pktmbuf_alloc(context->dp->pool);
	if (m == NULL)
		return NULL;
	frame = (uint8_t *)rte_pktmbuf_append(m, (uint16_t)(sizeof(struct rte_ether_hdr) + length));
	if (frame == NULL) {
		rte_pktmbuf_free(m);
		return NULL;
	}
	if (packet->inner.ipv6)
		dp_icmp_error_write6(frame + sizeof(struct rte_ether_hdr), length, error, attachment->address6, ip, &packet->inner);
	else
		dp_icmp_error_write(frame + sizeof(struct rte_ether_hdr), length, error, attachment->address, ip, &packet->inner);
	*dp_meta(m) = (struct dp_meta){
		.tenant_id = context->tenant->tenant_id,
		.in_port = attachment->port,
		.out_port = DP_PORT_NONE,
		.inner_offset = sizeof(struct rte_ether_hdr),
		.inner_length = length,
	};
	dp_count_one(&errors->sent);
	return m;
}

void
dp_gateway_refuse_entry(struct dp_context *context, const struct dp_attachment *attachment, struct dp_packet *packet,
	dp_drop_reason_t reason, struct dp_icmp_error error)
{
	const struct rte_ether_hdr *from = rte_pktmbuf_mtod(packet->m, const struct rte_ether_hdr *);
	struct rte_mbuf *m = make_error(context, attachment, packet, &error);

	if (m != NULL) {
		*rte_pktmbuf_mtod(m, struct rte_ether_hdr *) = (struct rte_ether_hdr){
			.dst_addr = from->src_addr,
			.src_addr = attachment->mac,
			.ether_type = from->ether_type,
		};
		dp_meta(m)->flags = DP_META_LEFT;
		dp_send(context, m, attachment->port);
	}
	dp_drop(context->dp, context->state, packet->m, reason, DP_WRITER_WORKER);
}

/* The error begins where the packet ended, and goes the other way. */
static bool
turn_back(struct dp_context *context, struct dp_packet *packet, struct rte_mbuf *m)
{
	const uint8_t *ip = rte_pktmbuf_mtod_offset(m, const uint8_t *, sizeof(struct rte_ether_hdr));
	struct dp_meta *meta = dp_meta(m);

	meta->view_id = packet->view->view_id;
	packet->m = m;
	packet->meta = meta;
	packet->direction = !packet->direction;
	packet->entering = true;
	meta->spi = packet->direction == DP_FORWARD ? DP_SPI_FORWARD : DP_SPI_REVERSE;
	meta->ttl = DP_NSH_TTL_MAX;
	if (!dp_inner_parse(ip, meta->inner_length, meta->inner_length, &packet->inner)) {
		rte_pktmbuf_free(m); /* not reachable: it was written here */
		return false;
	}
	meta->flow_hash = dp_flow_hash(&packet->inner.flow);
	dp_packet_enter_node(context, packet, packet->node);
	dp_packet_find_entry(context, packet);
	dp_count(&packet->view->counters->injected, meta->inner_length);
	return true;
}

bool
dp_gateway_refuse_leave(struct dp_context *context, struct dp_packet *packet, dp_drop_reason_t reason,
	struct dp_icmp_error error)
{
	struct rte_mbuf *m = make_error(context, packet->node->attachment, packet, &error);

	dp_drop(context->dp, context->state, packet->m, reason, DP_WRITER_WORKER);
	return m != NULL && turn_back(context, packet, m);
}

void
dp_gateway_clamp_mss(struct dp_context *context, struct dp_packet *packet, uint16_t mtu)
{
	uint32_t at = packet->meta->inner_offset;

	if (dp_mss_clamp(rte_pktmbuf_mtod_offset(packet->m, uint8_t *, at), rte_pktmbuf_data_len(packet->m) - at,
		&packet->inner, DP_MSS_OF(mtu, packet->inner.ipv6)))
		dp_count_one(&context->tenant->tenant->mss_clamped);
}
