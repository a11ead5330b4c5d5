/* SPDX-License-Identifier: Apache-2.0 */
#include <rte_ip.h>

#include "../forward/dscp.h"
#include "../forward/next_hop.h"
#include "../packet/plain_gre.h"
#include "gateway.h"
#include "gateway_error.h"
#include "neighbour_send.h"

/* Cuts the frame down to the tenant's packet behind an empty Ethernet header. */
static bool
strip(struct dp_packet *packet)
{
	struct rte_mbuf *m = packet->m;
	uint32_t excess = rte_pktmbuf_pkt_len(m) - packet->meta->inner_offset - packet->inner.length;

	if (excess > 0 && rte_pktmbuf_trim(m, (uint16_t)excess) != 0)
		return false;
	if (rte_pktmbuf_adj(m, packet->meta->inner_offset) == NULL)
		return false;
	packet->meta->inner_offset = sizeof(struct rte_ether_hdr);
	return rte_pktmbuf_prepend(m, sizeof(struct rte_ether_hdr)) != NULL;
}

/* RFC 1812 section 5.3.1, RFC 1624 equation 3: the first 16 bits that change are TTL and protocol. IPv6 has no checksum. */
static void
decrement_ttl(struct dp_packet *packet)
{
	struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(packet->m, struct rte_ipv4_hdr *, packet->meta->inner_offset);
	uint32_t sum;

	if (packet->inner.ipv6) {
		((struct rte_ipv6_hdr *)ip)->hop_limits--;
		return;
	}
	ip->time_to_live--;
	sum = ip->hdr_checksum + (uint32_t)rte_cpu_to_be_16(0x0100);
	ip->hdr_checksum = (rte_be16_t)((sum & 0xffff) + (sum >> 16));
}

static bool
is_reachable(const struct dp_attachment *attachment, const struct dp_inner *inner)
{
	if (inner->ipv6)
		return dp_prefixes_hold6(&attachment->prefixes, inner->destination6) && dp_ip6_is_host(inner->destination6)
			&& !dp_ip6_equals(inner->destination6, attachment->address6);
	return dp_prefixes_hold(&attachment->prefixes, inner->destination) && inner->destination != attachment->address;
}

/* The host on the attachment's link that gets the packet: its destination, or the flow's server. False: there is none. */
static bool
choose_host(struct dp_context *context, const struct dp_attachment *attachment, struct dp_packet *packet,
	struct dp_ip6 *host)
{
	const struct dp_state_pool *servers = attachment->servers;
	const struct dp_backend *server;
	const struct dp_hop *hop;

	*host = packet->inner.ipv6 ? packet->inner.destination6 : dp_ip6_mapped(packet->inner.destination);
	if (servers == NULL)
		return true;
	hop = dp_next_hop_choose(context, packet, servers, NULL);
	if (hop == NULL)
		return false;
	server = &servers->pool->backends[hop - servers->hops];
	*host = dp_ip6_is_set(server->address6) ? server->address6 : dp_ip6_mapped(server->address);
	return true;
}

/* Before a stripped packet. */
static bool
wrap(struct dp_packet *packet, const struct dp_attachment *attachment, struct dp_ip6 server)
{
	const struct dp_plain_gre grown = {
		.source = dp_ip6_is_mapped(server) ? dp_ip6_mapped(attachment->address) : attachment->address6,
		.destination = server,
		.key = packet->meta->tenant_id << 8 | packet->meta->view_id,
		.flow_hash = packet->meta->flow_hash,
		.protocol = packet->inner.ipv6 ? RTE_ETHER_TYPE_IPV6 : RTE_ETHER_TYPE_IPV4,
		.type_of_service = dp_traffic_class(packet),
		.inner_length = packet->inner.length,
	};
	void *hdr = rte_pktmbuf_prepend(packet->m, dp_plain_gre_overhead(dp_plain_gre_is_ipv6(&grown)));

	if (hdr == NULL)
		return false;
	dp_plain_gre_write(hdr, &grown);
	return true;
}

/* As it is, to the collector: the addresses in it are of somewhere else. */
static void
leave_by_tap(struct dp_context *context, const struct dp_attachment *attachment, struct dp_packet *packet)
{
	packet->inner.length = RTE_MIN(packet->inner.length, attachment->mtu);
	if (strip(packet))
		dp_neighbour_send(context, attachment, dp_ip6_mapped(attachment->collector), packet->m);
	else
		dp_refuse(context, packet->m, DP_REASON(MALFORMED));
}

bool
dp_gateway_leave(struct dp_context *context, struct dp_packet *packet)
{
	const struct dp_attachment *attachment = packet->node->attachment;
	uint16_t mtu = attachment->leave_mtu;
	struct dp_ip6 host;

	if (attachment->collector != 0) {
		leave_by_tap(context, attachment, packet);
		return false;
	}
	if (!is_reachable(attachment, &packet->inner))
		return dp_refuse(context, packet->m, DP_REASON(NO_ROUTE));
	if (packet->inner.ttl <= 1)
		return dp_gateway_refuse_leave(context, packet, DP_REASON(TTL_EXPIRED), DP_ICMP_TTL_EXPIRED);
	if (packet->inner.length > mtu)
		return packet->inner.whole_only
			? dp_gateway_refuse_leave(context, packet, DP_REASON(TOO_BIG), DP_ICMP_TOO_BIG(mtu))
			: dp_refuse(context, packet->m, DP_REASON(TOO_BIG));
	if (!choose_host(context, attachment, packet, &host))
		return dp_refuse(context, packet->m, DP_REASON(NO_BACKEND));
	decrement_ttl(packet);
	dp_gateway_clamp_mss(context, packet, mtu);
	if (!strip(packet))
		return dp_refuse(context, packet->m, DP_REASON(MALFORMED));
	if (attachment->servers != NULL && !wrap(packet, attachment, host))
		return dp_refuse(context, packet->m, DP_REASON(NO_MEMORY));
	dp_neighbour_send(context, attachment, host, packet->m);
	return false;
}
