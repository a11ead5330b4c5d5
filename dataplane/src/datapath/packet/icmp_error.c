/* SPDX-License-Identifier: Apache-2.0 */
#include "icmp_error.h"

#include <netinet/in.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_ip.h>

#define TTL 64
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

/* 0.0.0.0/8, 127.0.0.0/8, multicast and above (RFC 1122 section 3.2.1.3). */
static bool
is_host(uint32_t address)
{
	return address >> 24 != 0 && address >> 24 != 127 && address >> 28 < 14;
}

bool
dp_icmp_error_is_due(const uint8_t *ip, const struct dp_inner *inner)
{
	return inner->kind != DP_INNER_LATER_FRAGMENT && inner->kind != DP_INNER_RELATED
		&& !dp_inner_is_icmp_error(inner)
		&& is_host(inner->source) && is_host(inner->destination)
		&& rte_raw_cksum(ip, inner->header_length) == 0xffff;
}

uint16_t
dp_icmp_error_length(const struct dp_inner *inner, uint32_t contiguous)
{
	uint32_t quoted = RTE_MIN(contiguous, inner->length);

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
		.type = error->type,
		.code = error->code,
		.mtu = rte_cpu_to_be_16(error->mtu),
	};
	hdr->ip.hdr_checksum = rte_ipv4_cksum(&hdr->ip);
	memcpy(hdr + 1, ip, length - sizeof(*hdr));
	hdr->checksum = (rte_be16_t)~rte_raw_cksum(&hdr->type, length - sizeof(hdr->ip));
}
