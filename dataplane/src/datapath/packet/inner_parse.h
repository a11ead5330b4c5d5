/* SPDX-License-Identifier: Apache-2.0 */
/* What the parsers of tenants' IPv4 and IPv6 packets share. */
#ifndef NFAAS_DP_INNER_PARSE_H
#define NFAAS_DP_INNER_PARSE_H

#include <netinet/in.h>

#include "inner.h"

#define DP_INNER_ICMP_HEADER 8
#define DP_INNER_QUOTED_L4 8 /* RFC 792: an error quotes at least 8 bytes beyond the IP header */

/* A protocol and its ports, or what stands for them. */
struct dp_transport {
	uint8_t protocol;
	uint16_t source_port;
	uint16_t destination_port;
};

static inline uint8_t
dp_icmp_protocol(bool ipv6)
{
	return ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
}

/* Sets the flow of an IPv6 packet with these ends. Returns the end it comes from. */
uint8_t dp_flow_set6(struct dp_flow *flow, struct dp_ip6 source, struct dp_ip6 destination,
	const struct dp_transport *transport);

/* Reads ports, TCP flags and ICMP type of inner->protocol; `size` bytes of the packet can be read at l4. False when they
 * are cut short. */
bool dp_inner_parse_transport(const uint8_t *l4, uint32_t size, struct dp_inner *inner);

/* The ports of a quoted packet of transport->protocol, as far as DP_INNER_QUOTED_L4 bytes tell. */
void dp_inner_read_quoted(const uint8_t *l4, bool ipv6, struct dp_transport *transport);

/* As dp_inner_parse(), of a packet whose version is 6. */
bool dp_inner_parse6(const uint8_t *data, uint32_t contiguous, uint32_t available, struct dp_inner *inner);

#endif
