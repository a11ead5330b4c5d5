/* SPDX-License-Identifier: Apache-2.0 */
#include "icmp_error.h"

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_ip.h>

#define TTL 64
#define TYPE_UNREACHABLE 3
#define CODE_FRAGMENTATION_NEEDED 4
#define TYPE_TIME_EXCEEDED 11
#define TOS_NETWORK_CONTROL 0xc0 /* RFC 1812 section 4.3.2.5 */

struct error_hdr {
	struct rte_ipv4_hdr ip;
	uint8_t type;
	uint8_t code;
	rte_be16_t checksum;
	rte_be16_t unused;
	rte_be16_t mtu; /* RFC 1191 section 4 */
} __attribute__((packed, aligned(2)));
_Static_assert(sizeof(struct error_hdr) == 28, "an IPv4 header and 8 bytes of ICMP");

struct error6_hdr {
	struct rte_ipv6_hdr ip;
	uint8_t type;
	uint8_t code;
	rte_be16_t checksum;
	rte_be32_t mtu;
} __attribute__((packed, aligned(2)));
_Static_assert(sizeof(struct error6_hdr) == 48, "an IPv6 header and 8 bytes of ICMPv6");

/* 0.0.0.0/8, 127.0.0.0/8, multicast and above (RFC 1122 section 3.2.1.3). */
static bool
is_host(uint32_t address)
{
	return address >> 24 != 0 && address >> 24 != 127 && address >> 28 < 14;
}

bool
dp_icmp_error_is_due(const uint8_t *ip, const struct dp_inner *inner)
{
	if (inner->kind == DP_INNER_LATER_FRAGMENT || inner->kind == DP_INNER_RELATED || dp_inner_is_icmp_error(inner))
		return false;
	if (inner->ipv6)
		return dp_ip6_is_host(inner->source6) && dp_ip6_is_host(inner->destination6);
	return is_host(inner->source) && is_host(inner->destination)
		&& rte_raw_cksum(ip, inner->header_length) == 0xffff;
}

uint16_t
dp_icmp_error_length(const struct dp_inner *inner, uint32_t contiguous)
{
	uint32_t quoted = RTE_MIN(contiguous, inner->length);

	if (inner->ipv6)
		return (uint16_t)RTE_MIN(sizeof(struct error6_hdr) + quoted, (size_t)DP_ICMP6_ERROR_MAX);
	return (uint16_t)RTE_MIN(sizeof(struct error_hdr) + quoted, (size_t)DP_ICMP_ERROR_MAX);
}

void
dp_icmp_error_write(uint8_t *at, uint16_t length, const struct dp_icmp_error *error, uint32_t from,
	const uint8_t *ip, const struct dp_inner *inner)
{
	struct error_hdr *hdr = (struct error_hdr *)at;

	*hdr = (struct error_hdr){
		.ip = {
			.version_ihl = RTE_IPV4_VHL_DEF,
			.type_of_service = TOS_NETWORK_CONTROL,
			.total_length = rte_cpu_to_be_16(length),
			.fragment_offset = rte_cpu_to_be_16(RTE_IPV4_HDR_DF_FLAG),
			.time_to_live = TTL,
			.next_proto_id = IPPROTO_ICMP,
			.src_addr = rte_cpu_to_be_32(from),
			.dst_addr = rte_cpu_to_be_32(inner->source),
		},
		.type = error->too_big ? TYPE_UNREACHABLE : TYPE_TIME_EXCEEDED,
		.code = error->too_big ? CODE_FRAGMENTATION_NEEDED : 0,
		.mtu = rte_cpu_to_be_16(error->mtu),
	};
	hdr->ip.hdr_checksum = rte_ipv4_cksum(&hdr->ip);
	memcpy(hdr + 1, ip, length - sizeof(*hdr));
	hdr->checksum = (rte_be16_t)~rte_raw_cksum(&hdr->type, length - sizeof(hdr->ip));
}

void
dp_icmp_error_write6(uint8_t *at, uint16_t length, const struct dp_icmp_error *error, struct dp_ip6 from,
	const uint8_t *ip, const struct dp_inner *inner)
{
	struct error6_hdr *hdr = (struct error6_hdr *)at;

	*hdr = (struct error6_hdr){
		.ip = {
			.vtc_flow = rte_cpu_to_be_32(UINT32_C(6) << 28 | (uint32_t)TOS_NETWORK_CONTROL << 20),
			.payload_len = rte_cpu_to_be_16((uint16_t)(length - sizeof(hdr->ip))),
			.proto = IPPROTO_ICMPV6,
			.hop_limits = TTL,
		},
		.type = error->too_big ? ICMP6_PACKET_TOO_BIG : ICMP6_TIME_EXCEEDED,
		.mtu = rte_cpu_to_be_32(error->mtu),
	};
	dp_ip6_write((uint8_t *)&hdr->ip.src_addr, from);
	dp_ip6_write((uint8_t *)&hdr->ip.dst_addr, inner->source6);
	memcpy(hdr + 1, ip, length - sizeof(*hdr));
	hdr->checksum = rte_ipv6_udptcp_cksum(&hdr->ip, &hdr->type);
}
