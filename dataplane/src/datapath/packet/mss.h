/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_MSS_H
#define NFAAS_DP_MSS_H

#include "inner.h"

/* What a TCP segment may have at most so that its packet has `mtu` bytes: 20 of IPv4 or 40 of IPv6, 20 of TCP, whatever
 * options are sent (RFC 6691 section 2). */
#define DP_MSS_OF(mtu, ipv6) ((uint16_t)((mtu) - ((ipv6) ? 60 : 40)))

/*
 * Lowers the MSS option (RFC 9293 section 3.7.1) of a TCP packet with SYN to `max`, its checksum with it. A packet
 * without the option stays as it is: its sender expects 536 bytes at most, which every link here carries. `contiguous`
 * bytes can be read and written at `ip`, which dp_inner_parse() has read. True when something was lowered.
 */
bool dp_mss_clamp(uint8_t *ip, uint32_t contiguous, const struct dp_inner *inner, uint16_t max);

#endif
