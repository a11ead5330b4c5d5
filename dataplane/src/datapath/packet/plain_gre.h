/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The encapsulation for servers that take packets out by themselves: Ethernet | IPv4 | GRE with key (RFC 2784, RFC 2890) |
 * tenant's packet. The key is tenantId << 8 | viewId, as on the fabric; there is no NSH, since the chain has ended.
 */
#ifndef NFAAS_DP_PLAIN_GRE_H
#define NFAAS_DP_PLAIN_GRE_H

#include "outer.h"

struct dp_plain_gre_hdr {
	struct rte_ether_hdr ether;
	struct rte_ipv4_hdr ip;
	struct dp_gre_hdr gre;
} __attribute__((packed, aligned(2)));

#define DP_PLAIN_GRE_OVERHEAD ((int)(sizeof(struct dp_plain_gre_hdr) - sizeof(struct rte_ether_hdr)))
_Static_assert(DP_PLAIN_GRE_OVERHEAD == 28, "what a packet grows by");

/* What the headers say. Host byte order. */
struct dp_plain_gre {
	uint32_t source;
	uint32_t destination;
	uint32_t key;
	uint16_t protocol;       /* EtherType of the inner packet */
	uint16_t inner_length;   /* at most 65535 - 28 */
	uint8_t type_of_service; /* the inner packet's: DSCP and ECN are seen outside too (RFC 2983, RFC 6040) */
};

/* Writes the headers before a packet; Ethernet's addresses are left to the sender. */
void dp_plain_gre_write(struct dp_plain_gre_hdr *hdr, const struct dp_plain_gre *gre);

#endif
