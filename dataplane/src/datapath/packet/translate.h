/* SPDX-License-Identifier: Apache-2.0 */
/* Rewriting one end of a tenant's IPv4 packet, as a NAT does (RFC 3022 section 4, RFC 5508). */
#ifndef NFAAS_DP_TRANSLATE_H
#define NFAAS_DP_TRANSLATE_H

#include "inner.h"

/* Host byte order. The port of an ICMP query is its identifier. */
struct dp_endpoint {
	uint32_t address;
	uint16_t port;
};

enum dp_end { DP_END_SOURCE, DP_END_DESTINATION };

/* The end of the packet's flow: for an ICMP error, of the flow it is about. */
static inline struct dp_endpoint
dp_endpoint_of(const struct dp_inner *inner, enum dp_end end)
{
	uint8_t side = end == DP_END_SOURCE ? inner->side : !inner->side;

	return (struct dp_endpoint){.address = inner->flow.address[side], .port = inner->flow.port[side]};
}

/*
 * Gives the packet another source or destination: in the IP header, in the transport header of what has one, and in the
 * packet that an ICMP error quotes, where it is the other end. Checksums change by what changes under them (RFC 1624),
 * so a wrong one stays wrong. `inner` is dp_inner_parse()'s of these bytes, of TCP, UDP or ICMP; its addresses, ports,
 * flow and side become those of the new packet. `contiguous` bytes can be read and written at `data`.
 */
void dp_translate(uint8_t *data, uint32_t contiguous, struct dp_inner *inner, enum dp_end end, struct dp_endpoint to);

#endif
