/* SPDX-License-Identifier: Apache-2.0 */
/* The ICMP errors a router sends about packets it can't forward (RFC 792, RFC 1812 section 4.3, RFC 1191). */
#ifndef NFAAS_DP_ICMP_ERROR_H
#define NFAAS_DP_ICMP_ERROR_H

#include "inner.h"

#define DP_ICMP_ERROR_MAX 576 /* bytes of the whole packet; it quotes as much as fits (RFC 1812 section 4.3.2.3) */

struct dp_icmp_error {
	uint8_t type;
	uint8_t code;
	uint16_t mtu; /* of the next hop; 0 unless fragmentation is needed */
};

#define DP_ICMP_TTL_EXPIRED ((struct dp_icmp_error){.type = 11})
#define DP_ICMP_FRAGMENTATION_NEEDED(next_hop_mtu) \
	((struct dp_icmp_error){.type = 3, .code = 4, .mtu = (next_hop_mtu)})

/*
 * Whether an error may be sent about a packet: never about an ICMP error, a fragment other than the first, a multicast
 * or broadcast, one whose source is not a single host, or one with a broken header (RFC 1812 section 4.3.2.7).
 */
bool dp_icmp_error_is_due(const uint8_t *ip, const struct dp_inner *inner);

/* Bytes of the error about a packet of which `contiguous` bytes can be read. */
uint16_t dp_icmp_error_length(const struct dp_inner *inner, uint32_t contiguous);

/* Writes the error, an IPv4 packet of `length` bytes (as above), from the router's address `from` (host order) to the
 * packet's source. */
void dp_icmp_error_write(uint8_t *at, uint16_t length, const struct dp_icmp_error *error, uint32_t from,
	const uint8_t *ip, const struct dp_inner *inner);

#endif
