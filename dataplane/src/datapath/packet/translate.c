/* SPDX-License-Identifier: Apache-2.0 */
#include "translate.h"

#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#define ICMP_ERROR_HEADER 8
#define ICMP_CHECKSUM 2
#define ICMP_IDENTIFIER 4

/* What a one's complement sum of 16-bit words grows by when words of it are replaced. */
typedef uint32_t delta_t;

static delta_t
replace(uint8_t *at, rte_be16_t word)
{
	rte_be16_t old;

	memcpy(&old, at, sizeof(old));
	memcpy(at, &word, sizeof(word));
	return (uint32_t)(uint16_t)~old + word;
}

static delta_t
replace_address(uint8_t *at, uint32_t address)
{
	uint32_t word = rte_cpu_to_be_32(address);
	rte_be16_t halves[2];

	memcpy(halves, &word, sizeof(halves));
	return replace(at, halves[0]) + replace(at + 2, halves[1]);
}

static uint16_t
fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)((sum & 0xffff) + (sum >> 16));
}

/* RFC 1624 equation 3. Returns what the change of the checksum itself adds to a sum it is part of. */
static delta_t
amend(uint8_t *checksum, delta_t delta)
{
	rte_be16_t old;

	memcpy(&old, checksum, sizeof(old));
	return replace(checksum, (rte_be16_t)~fold((uint16_t)~old + fold(delta)));
}

/* RFC 768: 0 is no checksum; a sum of 0 is sent as all ones. */
static delta_t
amend_udp(uint8_t *checksum, delta_t delta)
{
	rte_be16_t old, now;
	delta_t change;

	memcpy(&old, checksum, sizeof(old));
	if (old == 0)
		return 0;
	change = amend(checksum, delta);
	memcpy(&now, checksum, sizeof(now));
	return now == 0 ? change + replace(checksum, 0xffff) : change;
}

/*
 * The transport header, of which `size` bytes are there: all that dp_inner_parse() asks for, but a quoted one may be
 * cut short behind its first 8. `addresses` is how the pseudo header changed. Returns the change of all its words.
 */
static delta_t
rewrite_transport(uint8_t *l4, uint32_t size, uint8_t protocol, enum dp_end end, uint16_t port, delta_t addresses)
{
	delta_t delta;

	if (protocol == IPPROTO_ICMP) {
		delta = replace(l4 + ICMP_IDENTIFIER, rte_cpu_to_be_16(port));
		return delta + amend(l4 + ICMP_CHECKSUM, delta);
	}
	delta = replace(l4 + (end == DP_END_SOURCE ? 0 : 2), rte_cpu_to_be_16(port));
	if (protocol == IPPROTO_UDP)
		return delta + amend_udp(l4 + offsetof(struct rte_udp_hdr, dgram_cksum), addresses + delta);
	if (size >= offsetof(struct rte_tcp_hdr, tcp_urp))
		delta += amend(l4 + offsetof(struct rte_tcp_hdr, cksum), addresses + delta);
	return delta;
}

static delta_t
rewrite_ip(uint8_t *ip, enum dp_end end, uint32_t address, delta_t *addresses)
{
	*addresses = replace_address(ip + (end == DP_END_SOURCE ? offsetof(struct rte_ipv4_hdr, src_addr)
		: offsetof(struct rte_ipv4_hdr, dst_addr)), address);
	return *addresses + amend(ip + offsetof(struct rte_ipv4_hdr, hdr_checksum), *addresses);
}

/* dp_inner_parse() has found the quoted headers to be there; a later fragment has no transport header. */
static void
rewrite_quoted(uint8_t *icmp, uint32_t size, enum dp_end end, struct dp_endpoint to)
{
	uint8_t *quoted = icmp + ICMP_ERROR_HEADER;
	const struct rte_ipv4_hdr *ip = (const void *)quoted;
	uint32_t header = rte_ipv4_hdr_len(ip);
	delta_t addresses, delta = rewrite_ip(quoted, end, to.address, &addresses);

	if ((ip->fragment_offset & rte_cpu_to_be_16(RTE_IPV4_HDR_OFFSET_MASK)) == 0)
		delta += fold(rewrite_transport(quoted + header, size - ICMP_ERROR_HEADER - header, ip->next_proto_id, end,
			to.port, addresses));
	amend(icmp + ICMP_CHECKSUM, delta);
}

/* The flow with its new end, ordered anew. */
static void
follow(struct dp_inner *inner, enum dp_end end, struct dp_endpoint to)
{
	struct dp_endpoint source = end == DP_END_SOURCE ? to : dp_endpoint_of(inner, DP_END_SOURCE);
	struct dp_endpoint destination = end == DP_END_DESTINATION ? to : dp_endpoint_of(inner, DP_END_DESTINATION);
	bool query = inner->flow.protocol == IPPROTO_ICMP;
	struct dp_inner ends = {
		.source = source.address,
		.destination = destination.address,
		.source_port = query ? to.port : source.port,
		.destination_port = query ? to.port : destination.port,
		.protocol = inner->flow.protocol,
	};

	inner->flow = dp_inner_flow_with_ports(&ends, &inner->side);
	*(end == DP_END_SOURCE ? &inner->source : &inner->destination) = to.address;
	if (inner->kind == DP_INNER_RELATED || inner->kind == DP_INNER_LATER_FRAGMENT)
		return;
	inner->source_port = ends.source_port;
	inner->destination_port = ends.destination_port;
}

void
dp_translate(uint8_t *data, uint32_t contiguous, struct dp_inner *inner, enum dp_end end, struct dp_endpoint to)
{
	uint8_t *l4 = data + inner->header_length;
	uint32_t size = RTE_MIN(contiguous, inner->length) - inner->header_length;
	delta_t addresses;

	rewrite_ip(data, end, to.address, &addresses);
	if (inner->kind == DP_INNER_RELATED)
		rewrite_quoted(l4, size, end == DP_END_SOURCE ? DP_END_DESTINATION : DP_END_SOURCE, to);
	else if (inner->kind != DP_INNER_LATER_FRAGMENT)
		rewrite_transport(l4, size, inner->protocol, end, to.port, addresses);
	follow(inner, end, to);
}
