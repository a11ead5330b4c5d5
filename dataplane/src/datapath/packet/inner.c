/* SPDX-License-Identifier: Apache-2.0 */
#include "inner_parse.h"

#include <netinet/icmp6.h>
#include <netinet/in.h>

#include <rte_byteorder.h>
#include <rte_icmp.h>
#include <rte_ip.h>
#include <rte_tcp.h>

static uint16_t
read16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

/* In place: a flow that is made elsewhere and copied costs a store forwarding stall. */
static inline uint8_t
set_flow(struct dp_flow *flow, uint32_t source, uint32_t destination, uint16_t source_port, uint16_t destination_port,
	uint8_t protocol)
{
	uint8_t from = source > destination || (source == destination && source_port > destination_port);

	flow->address[from] = source;
	flow->address[!from] = destination;
	flow->port[from] = source_port;
	flow->port[!from] = destination_port;
	flow->protocol = protocol;
	flow->ipv6 = 0;
	flow->zero[0] = flow->zero[1] = 0;
	return from;
}

uint8_t
dp_flow_set6(struct dp_flow *flow, struct dp_ip6 source, struct dp_ip6 destination, const struct dp_transport *transport)
{
	uint16_t source_port = transport->source_port, destination_port = transport->destination_port;
	uint8_t from = dp_ip6_is_above(source, destination)
		|| (dp_ip6_equals(source, destination) && source_port > destination_port);

	*flow = (struct dp_flow){.protocol = transport->protocol, .ipv6 = 1};
	flow->ends[from] = source;
	flow->ends[!from] = destination;
	flow->address[from] = dp_ip6_fold(source);
	flow->address[!from] = dp_ip6_fold(destination);
	flow->port[from] = source_port;
	flow->port[!from] = destination_port;
	return from;
}

bool
dp_protocol_has_ports(uint8_t protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP
		|| protocol == IPPROTO_DCCP || protocol == IPPROTO_UDPLITE;
}

static bool
is_icmp_echo(uint8_t protocol, uint8_t type)
{
	return protocol == IPPROTO_ICMP ? type == RTE_IP_ICMP_ECHO_REQUEST || type == RTE_IP_ICMP_ECHO_REPLY
		: type == ICMP6_ECHO_REQUEST || type == ICMP6_ECHO_REPLY;
}

bool
dp_inner_is_icmp_error(const struct dp_inner *inner)
{
	uint8_t type = inner->icmp_type;

	if (inner->ipv6)
		return inner->protocol == IPPROTO_ICMPV6 && type < 128;
	return inner->protocol == IPPROTO_ICMP && (type == 3 || type == 4 || type == 5 || type == 11 || type == 12);
}

bool
dp_inner_is_echo_request(const struct dp_inner *inner)
{
	return inner->protocol == dp_icmp_protocol(inner->ipv6)
		&& inner->icmp_type == (inner->ipv6 ? ICMP6_ECHO_REQUEST : RTE_IP_ICMP_ECHO_REQUEST);
}

bool
dp_inner_is_echo_reply(const struct dp_inner *inner)
{
	return inner->protocol == dp_icmp_protocol(inner->ipv6)
		&& inner->icmp_type == (inner->ipv6 ? ICMP6_ECHO_REPLY : RTE_IP_ICMP_ECHO_REPLY);
}

void
dp_inner_read_quoted(const uint8_t *l4, bool ipv6, struct dp_transport *transport)
{
	if (dp_protocol_has_ports(transport->protocol)) {
		transport->source_port = read16(l4);
		transport->destination_port = read16(l4 + 2);
	} else if (transport->protocol == dp_icmp_protocol(ipv6) && is_icmp_echo(transport->protocol, l4[0])) {
		transport->source_port = transport->destination_port = read16(l4 + 4);
	}
}

static struct dp_fragment_key
fragment_of(const struct rte_ipv4_hdr *ip)
{
	return (struct dp_fragment_key){
		.source = rte_be_to_cpu_32(ip->src_addr),
		.destination = rte_be_to_cpu_32(ip->dst_addr),
		.id = rte_be_to_cpu_16(ip->packet_id),
		.protocol = ip->next_proto_id,
	};
}

/*
 * An ICMP error goes to the sender of the packet it quotes, so it belongs to that packet's flow and comes, as it were,
 * from that packet's destination. One that quotes a packet of somebody else is left a plain ICMP message.
 */
static void
relate_icmp_error(const uint8_t *quoted, uint32_t size, struct dp_inner *inner)
{
	const struct rte_ipv4_hdr *ip = (const void *)quoted;
	struct dp_transport transport = {0};
	uint32_t source, destination, header;
	uint16_t fragment;

	if (size < sizeof(*ip) || ip->version != 4)
		return;
	header = rte_ipv4_hdr_len(ip);
	if (header < sizeof(*ip) || size < header + DP_INNER_QUOTED_L4)
		return;
	source = rte_be_to_cpu_32(ip->src_addr);
	destination = rte_be_to_cpu_32(ip->dst_addr);
	if (source != inner->destination)
		return;
	fragment = rte_be_to_cpu_16(ip->fragment_offset);
	transport.protocol = ip->next_proto_id;
	if ((fragment & RTE_IPV4_HDR_OFFSET_MASK) == 0)
		dp_inner_read_quoted(quoted + header, false, &transport);
	inner->side = !set_flow(&inner->flow, source, destination, transport.source_port, transport.destination_port,
		transport.protocol);
	inner->unresolved = (fragment & RTE_IPV4_HDR_OFFSET_MASK) != 0;
	inner->fragment = fragment_of(ip);
	inner->kind = DP_INNER_RELATED;
}

static bool
parse_icmp(const uint8_t *l4, uint32_t size, struct dp_inner *inner)
{
	if (size < DP_INNER_ICMP_HEADER)
		return false;
	inner->icmp_type = l4[0];
	if (is_icmp_echo(inner->protocol, l4[0]))
		inner->source_port = inner->destination_port = read16(l4 + 4);
	return true;
}

bool
dp_inner_parse_transport(const uint8_t *l4, uint32_t size, struct dp_inner *inner)
{
	if (inner->protocol == dp_icmp_protocol(inner->ipv6))
		return parse_icmp(l4, size, inner);
	if (!dp_protocol_has_ports(inner->protocol))
		return true;
	if (size < (inner->protocol == IPPROTO_TCP ? sizeof(struct rte_tcp_hdr) : DP_INNER_QUOTED_L4))
		return false;
	inner->source_port = read16(l4);
	inner->destination_port = read16(l4 + 2);
	if (inner->protocol == IPPROTO_TCP) {
		const struct rte_tcp_hdr *tcp = (const void *)l4;

		inner->tcp_flags = tcp->tcp_flags;
		return (tcp->data_off >> 4) * 4u >= sizeof(*tcp);
	}
	return true;
}

/* Sets the kind by the fragment field. False for a fragment that would overwrite the TCP flags. */
static bool
parse_fragment(uint16_t field, struct dp_inner *inner)
{
	uint16_t offset = field & RTE_IPV4_HDR_OFFSET_MASK;

	if (offset == 0) {
		inner->kind = field & RTE_IPV4_HDR_MF_FLAG ? DP_INNER_FIRST_FRAGMENT : DP_INNER_WHOLE;
		return true;
	}
	inner->kind = DP_INNER_LATER_FRAGMENT;
	return inner->protocol != IPPROTO_TCP || offset > 1;
}

static bool
parse4(const uint8_t *data, uint32_t contiguous, uint32_t available, struct dp_inner *inner)
{
	const struct rte_ipv4_hdr *ip = (const void *)data;
	uint32_t header, length, readable;

	if (contiguous < sizeof(*ip))
		return false;
	header = rte_ipv4_hdr_len(ip);
	length = rte_be_to_cpu_16(ip->total_length);
	if (header < sizeof(*ip) || header > contiguous || length < header || length > available)
		return false;
	inner->source = rte_be_to_cpu_32(ip->src_addr);
	inner->destination = rte_be_to_cpu_32(ip->dst_addr);
	inner->source_port = inner->destination_port = 0;
	inner->length = (uint16_t)length;
	inner->header_length = (uint16_t)header;
	inner->ipv6 = false;
	inner->protocol = ip->next_proto_id;
	inner->tcp_flags = inner->icmp_type = 0;
	inner->ttl = ip->time_to_live;
	inner->whole_only = (ip->fragment_offset & rte_cpu_to_be_16(RTE_IPV4_HDR_DF_FLAG)) != 0;
	inner->unresolved = false;
	if (!parse_fragment(rte_be_to_cpu_16(ip->fragment_offset), inner))
		return false;
	readable = RTE_MIN(length, contiguous) - header;
	if (inner->kind != DP_INNER_LATER_FRAGMENT && !dp_inner_parse_transport(data + header, readable, inner))
		return false;
	inner->side = set_flow(&inner->flow, inner->source, inner->destination, inner->source_port, inner->destination_port,
		inner->protocol);
	if (inner->kind != DP_INNER_WHOLE) {
		inner->fragment = fragment_of(ip);
		inner->unresolved = inner->kind == DP_INNER_LATER_FRAGMENT;
	} else if (dp_inner_is_icmp_error(inner)) {
		relate_icmp_error(data + header + DP_INNER_ICMP_HEADER, readable - DP_INNER_ICMP_HEADER, inner);
	}
	return true;
}

bool
dp_inner_parse(const uint8_t *data, uint32_t contiguous, uint32_t available, struct dp_inner *inner)
{
	if (contiguous == 0)
		return false;
	if (data[0] >> 4 == 4)
		return parse4(data, contiguous, available, inner);
	return data[0] >> 4 == 6 && dp_inner_parse6(data, contiguous, available, inner);
}

struct dp_flow
dp_inner_flow_with_ports(const struct dp_inner *inner, uint8_t *side)
{
	const struct dp_transport transport = {
		.protocol = inner->protocol,
		.source_port = inner->source_port,
		.destination_port = inner->destination_port,
	};
	struct dp_flow flow = {0};

	*side = inner->ipv6 ? dp_flow_set6(&flow, inner->source6, inner->destination6, &transport)
		: set_flow(&flow, inner->source, inner->destination, inner->source_port, inner->destination_port,
			inner->protocol);
	return flow;
}
