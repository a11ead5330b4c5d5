/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The encapsulation for servers that take packets out by themselves: Ethernet | IPv4 or IPv6 | GRE with key (RFC 2784, RFC 2890,
 * RFC 7676) | tenant's packet. The key is tenantId << 8 | viewId, as on the fabric; there is no NSH, since the chain has ended.
 */
#ifndef NFAAS_DP_PLAIN_GRE_H
#define NFAAS_DP_PLAIN_GRE_H

#include "outer.h"

struct dp_plain_gre_hdr {
	struct rte_ether_hdr ether;
	struct rte_ipv4_hdr ip;
	struct dp_gre_hdr gre;
} __attribute__((packed, aligned(2)));

struct dp_plain_gre6_hdr {
	struct rte_ether_hdr ether;
	struct rte_ipv6_hdr ip;
	struct dp_gre_hdr gre;
} __attribute__((packed, aligned(2)));

/* What a packet grows by, bytes. */
static inline uint16_t
dp_plain_gre_overhead(bool ipv6)
{
	return (uint16_t)((ipv6 ? sizeof(struct dp_plain_gre6_hdr) : sizeof(struct dp_plain_gre_hdr)) - sizeof(struct rte_ether_hdr));
}

/* What the headers say. Host byte order. */
struct dp_plain_gre {
	struct dp_ip6 source;      /* of the family of the destination */
	struct dp_ip6 destination; /* IPv4-mapped: IPv4 outside */
	uint32_t key;
	uint32_t flow_hash;      /* IPv6's flow label is made of it, so that routers tell flows apart (RFC 6438) */
	uint16_t protocol;       /* EtherType of the inner packet */
	uint16_t inner_length;   /* at most 65535 - 28 */
	uint8_t type_of_service; /* the inner packet's: DSCP and ECN are seen outside too (RFC 2983, RFC 6040) */
};

static inline bool
dp_plain_gre_is_ipv6(const struct dp_plain_gre *gre)
{
	return !dp_ip6_is_mapped(gre->destination);
}

/* Writes the headers before a packet, Ethernet's and dp_plain_gre_overhead() bytes; Ethernet's addresses are left to the sender. */
void dp_plain_gre_write(void *hdr, const struct dp_plain_gre *gre);

#endif
