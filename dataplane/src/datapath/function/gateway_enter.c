/* SPDX-License-Identifier: Apache-2.0 */
#include <rte_icmp.h>
#include <rte_ip.h>

#include "../explain/record.h"
#include "../flow/flow_track.h"
#include "../forward/reunite.h"
#include "arp.h"
#include "gateway.h"
#include "gateway_error.h"
#include "neighbour_send.h"

#define ECHO_TTL 64

static bool
refuse(struct dp_context *context, struct dp_packet *packet, dp_drop_reason_t reason)
{
	dp_drop(context->dp, context->state, packet->m, reason, DP_WRITER_WORKER);
	return false;
}

static void
learn(struct dp_context *context, const struct dp_attachment *attachment, struct rte_mbuf *m)
{
	struct dp_neighbours *neighbours = &context->tenant->tenant->neighbours;
	struct dp_neighbour *neighbour;
	struct rte_ether_addr mac;
	uint32_t address;

	if (!dp_arp_read_sender(m, &address, &mac)) {
		dp_drop(context->dp, context->state, m, DP_REASON(MALFORMED), DP_WRITER_WORKER);
		return;
	}
	rte_pktmbuf_free(m);
	neighbour = dp_neighbour_find(neighbours, attachment->key, address);
	if (neighbour == NULL)
		return; /* nobody asked */
	dp_neighbour_confirm(neighbours, neighbour, &mac, context->now);
	dp_neighbour_flush(context, attachment, neighbour);
}

static bool
is_echo_request_to(const struct dp_attachment *attachment, const struct dp_inner *inner)
{
	return inner->destination == attachment->address && inner->kind == DP_INNER_WHOLE
		&& dp_inner_is_echo_request(inner);
}

/* Users ping their router. */
static void
answer_echo(struct dp_context *context, const struct dp_attachment *attachment, struct dp_packet *packet)
{
	struct rte_ether_hdr *ether = rte_pktmbuf_mtod(packet->m, struct rte_ether_hdr *);
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)((uint8_t *)ether + packet->meta->inner_offset);
	struct rte_icmp_hdr *icmp = (struct rte_icmp_hdr *)((uint8_t *)ip + packet->inner.header_length);
	rte_be32_t asker = ip->src_addr;
	uint32_t sum;

	ether->dst_addr = ether->src_addr;
	ether->src_addr = attachment->mac;
	ip->src_addr = ip->dst_addr;
	ip->dst_addr = asker;
	ip->time_to_live = ECHO_TTL;
	ip->hdr_checksum = 0;
	ip->hdr_checksum = (rte_be16_t)~rte_raw_cksum(ip, packet->inner.header_length);
	icmp->icmp_type = RTE_IP_ICMP_ECHO_REPLY;
	sum = (uint16_t)~icmp->icmp_cksum + (uint32_t)(uint16_t)~rte_cpu_to_be_16(RTE_IP_ICMP_ECHO_REQUEST << 8);
	icmp->icmp_cksum = (rte_be16_t)~((sum & 0xffff) + (sum >> 16)); /* RFC 1624: the type went from 8 to 0 */
	packet->meta->flags |= DP_META_LEFT;
	dp_send(context, packet->m, attachment->port);
}

static bool
holds(const struct dp_attachment *attachment, uint32_t address)
{
	for (uint16_t i = 0; i < attachment->n_prefixes; i++)
		if (dp_prefix_holds(attachment->prefixes[i], address))
			return true;
	return false;
}

/* By a hash that is not the one the backends are chosen by, so that a canary's flows spread over all of them. */
static const struct dp_injection *
choose_view(const struct dp_attachment *attachment, uint32_t flow_hash)
{
	uint32_t hash = (uint32_t)(dp_hash_mix(flow_hash ^ DP_HASH_SEED_A, DP_HASH_SEED_B) >> 16);

	return &attachment->shares[dp_hash_scale(hash, DP_SHARES)];
}

static void
inject(struct dp_context *context, struct dp_packet *packet, const struct dp_injection *injection)
{
	packet->view = injection->view;
	packet->direction = (enum dp_direction)injection->direction;
	packet->entering = true;
	packet->meta->view_id = injection->view->view_id;
	packet->meta->spi = injection->direction == DP_FORWARD ? DP_SPI_FORWARD : DP_SPI_REVERSE;
	packet->meta->ttl = DP_NSH_TTL_MAX;
	dp_packet_enter_node(context, packet, &injection->view->nodes[injection->node]);
	dp_count(&injection->view->counters->injected, packet->inner.length);
}

/* Here, not where the chain ends: what is known to fail need not cross the fabric, and the host hears of it at once. */
static bool
may_go_on(struct dp_context *context, const struct dp_attachment *attachment, struct dp_packet *packet)
{
	uint16_t mtu = context->state->inner_mtu;

	if (packet->inner.ttl <= 1)
		dp_gateway_refuse_entry(context, attachment, packet, DP_REASON(TTL_EXPIRED), DP_ICMP_TTL_EXPIRED);
	else if (packet->inner.length > mtu && packet->inner.whole_only)
		dp_gateway_refuse_entry(context, attachment, packet, DP_REASON(TOO_BIG), DP_ICMP_FRAGMENTATION_NEEDED(mtu));
	else if (packet->inner.length > mtu)
		refuse(context, packet, DP_REASON(TOO_BIG));
	else
		return true;
	return false;
}

bool
dp_gateway_enter(struct dp_context *context, struct dp_packet *packet)
{
	const struct dp_attachment *attachment = context->state->ports[packet->meta->in_port].attachment;
	const struct dp_injection *injection;
	struct rte_mbuf *m = packet->m;
	uint32_t at = packet->meta->inner_offset;

	if (attachment == NULL || context->state->ports[packet->meta->in_port].tenant != context->tenant)
		return refuse(context, packet, DP_REASON(NO_VIEW)); /* the attachment went while the packet waited */
	if (at == 0) {
		learn(context, attachment, m);
		return false;
	}
	if (!dp_inner_parse(rte_pktmbuf_mtod_offset(m, const uint8_t *, at), rte_pktmbuf_data_len(m) - at,
		rte_pktmbuf_pkt_len(m) - at, &packet->inner))
		return refuse(context, packet, DP_REASON(MALFORMED));
	packet->meta->inner_length = packet->inner.length;
	if (unlikely(context->explains))
		dp_explain_mark(context, packet);
	if (!holds(attachment, packet->inner.source))
		return refuse(context, packet, DP_REASON(SPOOFED));
	if (packet->inner.destination == attachment->address) {
		if (!is_echo_request_to(attachment, &packet->inner))
			return refuse(context, packet, DP_REASON(NO_ROUTE));
		answer_echo(context, attachment, packet);
		return false;
	}
	if (!dp_reunite(context, packet))
		return false;
	packet->meta->flow_hash = dp_flow_hash(&packet->inner.flow);
	injection = choose_view(attachment, packet->meta->flow_hash);
	if (injection->view == NULL)
		return refuse(context, packet, DP_REASON(NO_VIEW));
	if (!may_go_on(context, attachment, packet))
		return false;
	dp_gateway_clamp_mss(context, packet, RTE_MIN(context->state->inner_mtu, attachment->mtu));
	inject(context, packet, injection);
	return true;
}
