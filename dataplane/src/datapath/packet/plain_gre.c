/* SPDX-License-Identifier: Apache-2.0 */
#include "plain_gre.h"

#include <netinet/in.h>

#include <rte_byteorder.h>

#define TTL 64

#define LABEL_BITS 20

static void
write_gre(struct dp_gre_hdr *hdr, const struct dp_plain_gre *gre)
{
	*hdr = (struct dp_gre_hdr){
		.flags = rte_cpu_to_be_16(DP_GRE_FLAGS_KEY),
		.protocol = rte_cpu_to_be_16(gre->protocol),
		.key = rte_cpu_to_be_32(gre->key),
	};
}

static void
write_ipv4(struct dp_plain_gre_hdr *hdr, const struct dp_plain_gre *gre)
{
	hdr->ether.ether_type = rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4);
	hdr->ip = (struct rte_ipv4_hdr){
		.version_ihl = RTE_IPV4_VHL_DEF,
		.type_of_service = gre->type_of_service,
		.total_length = rte_cpu_to_be_16((uint16_t)(dp_plain_gre_overhead(false) + gre->inner_length)),
		.fragment_offset = rte_cpu_to_be_16(RTE_IPV4_HDR_DF_FLAG), /* so that the identification may be 0: RFC 6864 */
		.time_to_live = TTL,
		.next_proto_id = IPPROTO_GRE,
		.src_addr = rte_cpu_to_be_32((uint32_t)gre->source.low),
		.dst_addr = rte_cpu_to_be_32((uint32_t)gre->destination.low),
	};
	hdr->ip.hdr_checksum = rte_ipv4_cksum(&hdr->ip);
	write_gre(&hdr->gre, gre);
}

static void
write_ipv6(struct dp_plain_gre6_hdr *hdr, const struct dp_plain_gre *gre)
{
	uint32_t first = UINT32_C(6) << 28 | (uint32_t)gre->type_of_service << LABEL_BITS | gre->flow_hash >> (32 - LABEL_BITS);

	hdr->ether.ether_type = rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV6);
	hdr->ip = (struct rte_ipv6_hdr){
		.vtc_flow = rte_cpu_to_be_32(first),
		.payload_len = rte_cpu_to_be_16((uint16_t)(sizeof(hdr->gre) + gre->inner_length)),
		.proto = IPPROTO_GRE,
		.hop_limits = TTL,
	};
	dp_ip6_write((uint8_t *)&hdr->ip.src_addr, gre->source);
	dp_ip6_write((uint8_t *)&hdr->ip.dst_addr, gre->destination);
	write_gre(&hdr->gre, gre);
}

void
dp_plain_gre_write(void *hdr, const struct dp_plain_gre *gre)
{
	if (dp_plain_gre_is_ipv6(gre))
		write_ipv6(hdr, gre);
	else
		write_ipv4(hdr, gre);
}
