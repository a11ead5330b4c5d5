/* SPDX-License-Identifier: Apache-2.0 */
#include <netinet/icmp6.h>

#include <rte_icmp.h>
#include <rte_ip.h>

#include "../explain/record.h"
#include "../flow/flow_track.h"
#include "../forward/reunite.h"
#include "../packet/checksum.h"
#include "arp.h"
#include "gateway.h"
#include "gateway_error.h"
#include "gateway_keep.h"
#include "ndp.h"
#include "neighbour_send.h"

#define ECHO_TTL 64

static bool
read_sender(const struct rte_mbuf *m, struct dp_ip6 *address, struct rte_ether_addr *mac)
{
	uint32_t ipv4;

	if (rte_pktmbuf_mtod(m, const struct rte_ether_hdr *)->ether_type == rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV6))
		return dp_ndp_read_sender(m, address, mac);
	if (!dp_arp_read_sender(m, &ipv4, mac))
		return false;
	*address = dp_ip6_mapped(ipv4);
	return true;
}

static void
learn(struct dp_context *context, const struct dp_attachment *attachment, struct rte_mbuf *m)
{
	struct dp_neighbours *neighbours = &context->tenant->tenant->neighbours;
	struct dp_neighbour *neighbour;
	struct rte_ether_addr mac;
	struct dp_ip6 address;

	if (!read_sender(m, &address, &mac)) {
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
is_to_router(const struct dp_attachment *attachment, const struct dp_inner *inner)
{
	return inner->ipv6 ? dp_ip6_equals(inner->destination6, attachment->address6)
		: inner->destination == attachment->address;
}

static void
turn_echo4(struct dp_packet *packet, struct rte_ipv4_hdr *ip)
{
	struct rte_icmp_hdr *icmp = (struct rte_icmp_hdr *)((uint8_t *)ip + packet->inner.header_length);
	rte_be32_t asker = ip->src_addr;

	ip->src_addr = ip->dst_addr;
	ip->dst_addr = asker;
	ip->time_to_live = ECHO_TTL;
	ip->hdr_checksum = 0;
	ip->hdr_checksum = (rte_be16_t)~rte_raw_cksum(ip, packet->inner.header_length);
	icmp->icmp_type = RTE_IP_ICMP_ECHO_REPLY;
	icmp->icmp_cksum = dp_checksum_replace(icmp->icmp_cksum, rte_cpu_to_be_16(RTE_IP_ICMP_ECHO_REQUEST << 8),
		rte_cpu_to_be_16(RTE_IP_ICMP_ECHO_REPLY << 8));
}

/* ICMPv6's checksum also counts the addresses, but not which is which. */
static void
turn_echo6(struct dp_packet *packet, struct rte_ipv6_hdr *ip)
{
	struct rte_icmp_hdr *icmp = (struct rte_icmp_hdr *)((uint8_t *)ip + packet->inner.header_length);

	dp_ip6_write((uint8_t *)&ip->src_addr, packet->inner.destination6);
	dp_ip6_write((uint8_t *)&ip->dst_addr, packet->inner.source6);
	ip->hop_limits = ECHO_TTL;
	icmp->icmp_type = ICMP6_ECHO_REPLY;
	icmp->icmp_cksum = dp_checksum_replace(icmp->icmp_cksum, rte_cpu_to_be_16(ICMP6_ECHO_REQUEST << 8),
		rte_cpu_to_be_16(ICMP6_ECHO_REPLY << 8));
}

/* Users ping their router. */
static void
answer_echo(struct dp_context *context, const struct dp_attachment *attachment, struct dp_packet *packet)
{
	struct rte_ether_hdr *ether = rte_pktmbuf_mtod(packet->m, struct rte_ether_hdr *);
	void *ip = (uint8_t *)ether + packet->meta->inner_offset;

	ether->dst_addr = ether->src_addr;
	ether->src_addr = attachment->mac;
	if (packet->inner.ipv6)
		turn_echo6(packet, ip);
	else
		turn_echo4(packet, ip);
	packet->meta->flags |= DP_META_LEFT;
	dp_send(context, packet->m, attachment->port);
}

static bool
may_be_source(const struct dp_attachment *attachment, const struct dp_inner *inner)
{
	return inner->ipv6 ? dp_prefixes_hold6(&attachment->prefixes, inner->source6) && dp_ip6_is_host(inner->source6)
		: dp_prefixes_hold(&attachment->prefixes, inner->source);
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
		dp_gateway_refuse_entry(context, attachment, packet, DP_REASON(TOO_BIG), DP_ICMP_TOO_BIG(mtu));
	else if (packet->inner.length > mtu)
		dp_refuse(context, packet->m, DP_REASON(TOO_BIG));
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
		return dp_refuse(context, packet->m, DP_REASON(NO_VIEW)); /* the attachment went while the packet waited */
	if (at == 0) {
		learn(context, attachment, m);
		return false;
	}
	if (!dp_inner_parse(rte_pktmbuf_mtod_offset(m, const uint8_t *, at), rte_pktmbuf_data_len(m) - at,
		rte_pktmbuf_pkt_len(m) - at, &packet->inner))
		return dp_refuse(context, packet->m, DP_REASON(MALFORMED));
	packet->meta->inner_length = packet->inner.length;
	if (unlikely(context->explains))
		dp_explain_mark(context, packet);
	if (!may_be_source(attachment, &packet->inner))
		return dp_refuse(context, packet->m, DP_REASON(SPOOFED));
	if (is_to_router(attachment, &packet->inner)) {
		if (packet->inner.kind != DP_INNER_WHOLE || !dp_inner_is_echo_request(&packet->inner))
			return dp_refuse(context, packet->m, DP_REASON(NO_ROUTE));
		answer_echo(context, attachment, packet);
		return false;
	}
	if (!dp_reunite(context, packet))
		return false;
	packet->meta->flow_hash = dp_flow_hash(&packet->inner.flow);
	injection = dp_share_choose(attachment->shares, packet->meta->flow_hash);
	if (attachment->ingress != NULL)
		injection = dp_gateway_keep(context, attachment, packet, injection);
	if (injection->view == NULL)
		return dp_refuse(context, packet->m, DP_REASON(NO_VIEW));
	if (!may_go_on(context, attachment, packet))
		return false;
	dp_gateway_clamp_mss(context, packet, RTE_MIN(context->state->inner_mtu, attachment->mtu));
	inject(context, packet, injection);
	return true;
}
