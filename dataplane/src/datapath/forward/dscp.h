/* SPDX-License-Identifier: Apache-2.0 */
/* The differentiated services field of the tenant's packet (RFC 2474): six bits of code point above two of ECN. */
#ifndef NFAAS_DP_DSCP_H
#define NFAAS_DP_DSCP_H

#include <rte_ip.h>

#include "context.h"

static inline struct rte_ipv4_hdr *
dp_inner_header(const struct dp_packet *packet)
{
	return rte_pktmbuf_mtod_offset(packet->m, struct rte_ipv4_hdr *, packet->meta->inner_offset);
}

static inline uint8_t
dp_dscp_read(const struct dp_packet *packet)
{
	return dp_inner_header(packet)->type_of_service >> 2;
}

/* Leaves ECN alone; corrects the checksum by what has changed (RFC 1624 equation 3). */
static inline void
dp_dscp_write(const struct dp_packet *packet, uint8_t dscp)
{
	struct rte_ipv4_hdr *ip = dp_inner_header(packet);
	uint8_t before = ip->type_of_service, after = (uint8_t)(dscp << 2 | (before & 3));
	uint32_t sum = (uint16_t)~ip->hdr_checksum + (uint16_t)~rte_cpu_to_be_16(before) + rte_cpu_to_be_16(after);

	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	ip->type_of_service = after;
	ip->hdr_checksum = (rte_be16_t)~sum;
}

#endif
