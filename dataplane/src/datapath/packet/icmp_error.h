/* SPDX-License-Identifier: Apache-2.0 */
/* The ICMP errors a router sends about packets it can't forward (RFC 792, RFC 1812 section 4.3, RFC 1191; ICMPv6: RFC 4443). */
#ifndef NFAAS_DP_ICMP_ERROR_H
#define NFAAS_DP_ICMP_ERROR_H

#include "inner.h"

/* Bytes of the whole packet; it quotes as much as fits (RFC 1812 section 4.3.2.3, RFC 4443 section 2.4). */
#define DP_ICMP_ERROR_MAX 576
#define DP_ICMP6_ERROR_MAX 1280

struct dp_icmp_error {
	bool too_big; /* else its TTL has expired */
	uint16_t mtu; /* of the next hop; 0 unless too big */
};

#define DP_ICMP_TTL_EXPIRED ((struct dp_icmp_error){.too_big = false})
#define DP_ICMP_TOO_BIG(next_hop_mtu) ((struct dp_icmp_error){.too_big = true, .mtu = (next_hop_mtu)})

/*
 * Whether an error may be sent about a packet: never about an ICMP error, a fragment other than the first, a multicast
 * or broadcast, one whose source is not a single host, or one with a broken header (RFC 1812 section 4.3.2.7, RFC 4443
 * section 2.4).
 */
bool dp_icmp_error_is_due(const uint8_t *ip, const struct dp_inner *inner);

/* Bytes of the error about a packet of which `contiguous` bytes can be read. */
uint16_t dp_icmp_error_length(const struct dp_inner *inner, uint32_t contiguous);

/* Writes the error, an IPv4 packet of `length` bytes (as above), from the router's address `from` (host order) to the
 * packet's source. */
void dp_icmp_error_write(uint8_t *at, uint16_t length, const struct dp_icmp_error *error, uint32_t from,
	const uint8_t *ip, const struct dp_inner *inner);

/* The same about an IPv6 packet, an IPv6 packet. */
void dp_icmp_error_write6(uint8_t *at, uint16_t length, const struct dp_icmp_error *error, struct dp_ip6 from,
	const uint8_t *ip, const struct dp_inner *inner);

#endif
