/* SPDX-License-Identifier: Apache-2.0 */
/* IPv6 packets (RFC 8200). Of the extension headers only the fragment header means something here; the others are passed
 * over. ESP and AH are protocols: what is behind them is not for routers to read. */
#include "inner_parse.h"

#include <rte_common.h>
#include <rte_ip.h>

#define FRAGMENT_OFFSET 0xfff8 /* in bytes, since it counts units of 8 (RFC 8200 section 4.5) */
#define FRAGMENT_MORE 0x0001
#define ROUTING_SOURCE 0       /* RFC 5095: an amplifier; nobody may use it */

/* Where a packet's extension headers lead to. */
struct chain {
	uint32_t end;     /* offset of what is behind them */
	uint32_t id;      /* of the datagram, with a fragment header */
	uint16_t offset;  /* of the fragment, bytes */
	uint8_t protocol; /* of what is behind them */
	bool fragmented;  /* has a fragment header */
	bool more;        /* fragments follow */
};

static bool
read_fragment(const uint8_t *at, struct chain *chain)
{
	uint16_t field = (uint16_t)(at[2] << 8 | at[3]);

	if (chain->fragmented)
		return false;
	chain->fragmented = true;
	chain->offset = field & FRAGMENT_OFFSET;
	chain->more = (field & FRAGMENT_MORE) != 0;
	chain->id = (uint32_t)at[4] << 24 | (uint32_t)at[5] << 16 | (uint32_t)at[6] << 8 | at[7];
	return true;
}

/* Steps over one extension header of `size` bytes at most. 0 = malformed. */
static uint32_t
step_over(const uint8_t *at, uint32_t size, struct chain *chain)
{
	uint32_t length = 8;

	if (size < length)
		return 0;
	if (chain->protocol == IPPROTO_FRAGMENT) {
		if (!read_fragment(at, chain))
			return 0;
	} else {
		if (chain->protocol == IPPROTO_ROUTING && at[2] == ROUTING_SOURCE)
			return 0;
		length = (at[1] + 1u) * 8;
	}
	chain->protocol = at[0];
	return length <= size ? length : 0;
}

static bool
is_extension(uint8_t protocol)
{
	return protocol == IPPROTO_HOPOPTS || protocol == IPPROTO_ROUTING || protocol == IPPROTO_DSTOPTS
		|| protocol == IPPROTO_FRAGMENT;
}

/* Follows the headers of the packet of which `size` bytes can be read; nothing is behind a later fragment's. False when
 * one is cut short, or there are too many. */
static bool
follow(const uint8_t *data, uint32_t size, struct chain *chain)
{
	*chain = (struct chain){.end = sizeof(struct rte_ipv6_hdr), .protocol = ((const struct rte_ipv6_hdr *)data)->proto};
	for (unsigned i = 0; is_extension(chain->protocol) && chain->offset == 0; i++) {
		uint32_t length = i < DP_IPV6_EXTENSIONS_MAX ? step_over(data + chain->end, size - chain->end, chain) : 0;

		if (length == 0)
			return false;
		chain->end += length;
	}
	return true;
}

/* Sets the kind. False for a fragment that would overwrite the TCP flags (RFC 1858 section 3 holds here too). */
static bool
read_kind(const struct chain *chain, struct dp_inner *inner)
{
	inner->kind = DP_INNER_WHOLE; /* also an atomic fragment: one that is all of its datagram (RFC 6946) */
	if (chain->offset != 0)
		inner->kind = DP_INNER_LATER_FRAGMENT;
	else if (chain->more)
		inner->kind = DP_INNER_FIRST_FRAGMENT;
	return inner->kind != DP_INNER_LATER_FRAGMENT || inner->protocol != IPPROTO_TCP || chain->offset > 8;
}

static struct dp_fragment_key
fragment_of(const uint8_t *data, const struct chain *chain)
{
	const struct rte_ipv6_hdr *ip = (const void *)data;

	return (struct dp_fragment_key){
		.id = chain->id,
		.ipv6 = 1,
		.source6 = dp_ip6_read((const uint8_t *)&ip->src_addr),
		.destination6 = dp_ip6_read((const uint8_t *)&ip->dst_addr),
	};
}

/* As in IPv4: an error is of the flow it quotes, and comes as it were from where the quoted packet was going. */
static void
relate_icmp_error(const uint8_t *quoted, uint32_t size, struct dp_inner *inner)
{
	const struct rte_ipv6_hdr *ip = (const void *)quoted;
	struct dp_transport transport = {0};
	struct dp_ip6 source, destination;
	struct chain chain;

	if (size < sizeof(*ip) || quoted[0] >> 4 != 6 || !follow(quoted, size, &chain)
		|| (chain.offset == 0 && size - chain.end < DP_INNER_QUOTED_L4))
		return;
	source = dp_ip6_read((const uint8_t *)&ip->src_addr);
	destination = dp_ip6_read((const uint8_t *)&ip->dst_addr);
	if (!dp_ip6_equals(source, inner->destination6))
		return;
	transport.protocol = chain.protocol;
	if (chain.offset == 0)
		dp_inner_read_quoted(quoted + chain.end, true, &transport);
	inner->side = !dp_flow_set6(&inner->flow, source, destination, &transport);
	inner->unresolved = chain.offset != 0;
	inner->fragment = fragment_of(quoted, &chain);
	inner->kind = DP_INNER_RELATED;
}

bool
dp_inner_parse6(const uint8_t *data, uint32_t contiguous, uint32_t available, struct dp_inner *inner)
{
	const struct rte_ipv6_hdr *ip = (const void *)data;
	uint32_t length, readable;
	struct chain chain;

	if (contiguous < sizeof(*ip))
		return false;
	length = sizeof(*ip) + rte_be_to_cpu_16(ip->payload_len);
	readable = RTE_MIN(length, contiguous);
	if (length > available || length > UINT16_MAX || !follow(data, readable, &chain))
		return false;
	*inner = (struct dp_inner){
		.source6 = dp_ip6_read((const uint8_t *)&ip->src_addr),
		.destination6 = dp_ip6_read((const uint8_t *)&ip->dst_addr),
		.length = (uint16_t)length,
		.header_length = (uint16_t)chain.end,
		.ipv6 = true,
		.protocol = chain.protocol,
		.ttl = ip->hop_limits,
		.whole_only = true,
	};
	if (!read_kind(&chain, inner))
		return false;
	if (inner->kind != DP_INNER_LATER_FRAGMENT
		&& !dp_inner_parse_transport(data + chain.end, readable - chain.end, inner))
		return false;
	inner->flow = dp_inner_flow_with_ports(inner, &inner->side);
	if (inner->kind != DP_INNER_WHOLE) {
		inner->fragment = fragment_of(data, &chain);
		inner->unresolved = inner->kind == DP_INNER_LATER_FRAGMENT;
	} else if (dp_inner_is_icmp_error(inner)) {
		relate_icmp_error(data + chain.end + DP_INNER_ICMP_HEADER, readable - chain.end - DP_INNER_ICMP_HEADER, inner);
	}
	return true;
}
