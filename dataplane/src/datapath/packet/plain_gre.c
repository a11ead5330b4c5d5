/* SPDX-License-Identifier: Apache-2.0 */
#include "plain_gre.h"

#include <netinet/in.h>

#include <rte_byteorder.h>

#define TTL 64

void
dp_plain_gre_write(struct dp_plain_gre_hdr *hdr, const struct dp_plain_gre *gre)
{
	hdr->ether.ether_type = rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4);
	hdr->ip = (struct rte_ipv4_hdr){
		.version_ihl = RTE_IPV4_VHL_DEF,
		.type_of_service = gre->type_of_service,
		.total_length = rte_cpu_to_be_16((uint16_t)(DP_PLAIN_GRE_OVERHEAD + gre->inner_length)),
		.fragment_offset = rte_cpu_to_be_16(RTE_IPV4_HDR_DF_FLAG), /* so that the identification may be 0: RFC 6864 */
		.time_to_live = TTL,
		.next_proto_id = IPPROTO_GRE,
		.src_addr = rte_cpu_to_be_32(gre->source),
		.dst_addr = rte_cpu_to_be_32(gre->destination),
	};
	hdr->ip.hdr_checksum = rte_ipv4_cksum(&hdr->ip);
	hdr->gre = (struct dp_gre_hdr){
		.flags = rte_cpu_to_be_16(DP_GRE_FLAGS_KEY),
		.protocol = rte_cpu_to_be_16(gre->protocol),
		.key = rte_cpu_to_be_32(gre->key),
	};
}
