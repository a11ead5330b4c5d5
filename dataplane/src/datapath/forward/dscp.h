/* SPDX-License-Identifier: Apache-2.0 */
/* The differentiated services field of the tenant's packet (RFC 2474): six bits of code point above two of ECN; in IPv4
 * the second byte of the header, in IPv6 the bits 4 to 11. */
#ifndef NFAAS_DP_DSCP_H
#define NFAAS_DP_DSCP_H

#include <rte_ip.h>

#include "context.h"

static inline struct rte_ipv4_hdr *
dp_inner_header(const struct dp_packet *packet)
{
	return rte_pktmbuf_mtod_offset(packet->m, struct rte_ipv4_hdr *, packet->meta->inner_offset);
}

/* The whole byte: DSCP and ECN. */
static inline uint8_t
dp_traffic_class(const struct dp_packet *packet)
{
	const uint8_t *ip = (const uint8_t *)dp_inner_header(packet);

	return packet->inner.ipv6 ? (uint8_t)(ip[0] << 4 | ip[1] >> 4) : ip[1];
}

static inline uint8_t
dp_dscp_read(const struct dp_packet *packet)
{
	return dp_traffic_class(packet) >> 2;
}

static inline void
dp_dscp_write6(uint8_t *ip, uint8_t dscp)
{
	ip[0] = (uint8_t)(0x60 | dscp >> 2);
	ip[1] = (uint8_t)((ip[1] & 0x3f) | dscp << 6);
}

/* Leaves ECN alone; corrects the checksum by what has changed (RFC 1624 equation 3). */
static inline void
dp_dscp_write(const struct dp_packet *packet, uint8_t dscp)
{
	struct rte_ipv4_hdr *ip = dp_inner_header(packet);
	uint8_t before, after;
	uint32_t sum;

	if (packet->inner.ipv6) {
		dp_dscp_write6((uint8_t *)ip, dscp);
		return;
	}
	before = ip->type_of_service;
	after = (uint8_t)(dscp << 2 | (before & 3));
	sum = (uint16_t)~ip->hdr_checksum + (uint16_t)~rte_cpu_to_be_16(before) + rte_cpu_to_be_16(after);

	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	ip->type_of_service = after;
	ip->hdr_checksum = (rte_be16_t)~sum;
}

#endif
