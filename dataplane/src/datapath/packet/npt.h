/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IPv6-to-IPv6 network prefix translation (RFC 6296): each address of an internal prefix has one of an external prefix of the
 * same length, and the other way round, without any state. It is checksum-neutral: 16 bits of the address take up what the
 * prefixes differ by, so that no checksum over the address changes, whatever the transport.
 */
#ifndef NFAAS_DP_NPT_H
#define NFAAS_DP_NPT_H

#include "../base/prefix.h"
#include "translate.h"

#define DP_NPT_MAX 16        /* prefixes of one NAT */
#define DP_NPT_LENGTH_MAX 64 /* behind that is the interface identifier */

struct dp_npt_prefix {
	struct dp_prefix6 internal;
	struct dp_prefix6 external;
	uint16_t adjustment;   /* for the way out; one's complement (section 3.1) */
	bool in_subnet;        /* it goes to bits 48..63: prefixes of /48 and shorter (section 3.4) */
};

struct dp_npt {
	unsigned n;
	struct dp_npt_prefix prefixes[DP_NPT_MAX]; /* neither internal nor external ones overlap */
};

enum dp_npt_way { DP_NPT_OUT, DP_NPT_IN };

/* Length 1..DP_NPT_LENGTH_MAX. */
struct dp_npt_prefix dp_npt_prefix_make(struct dp_ip6 internal, struct dp_ip6 external, unsigned length);

/* The address's counterpart. False when it is in no prefix, or has none: subnet 0xffff beside /48 and shorter prefixes, an
 * interface identifier of zeros or ones only beside longer ones (sections 3.4, 3.5), or that would become zeros. */
bool dp_npt_map(const struct dp_npt *npt, enum dp_npt_way way, struct dp_ip6 *address);

/* The packet's flow on the other side of the translation, as dp_inner.flow; *side becomes the end the packet comes from. */
struct dp_flow dp_npt_flow(const struct dp_npt *npt, enum dp_npt_way way, const struct dp_inner *inner, uint8_t *side);

/*
 * Gives the packet its source (way out) or destination (way in) on the other side, and the packet that an ICMPv6 error quotes
 * its other end. `inner` is dp_inner_parse()'s of these bytes, and becomes that of the new packet. `contiguous` bytes can be
 * read and written at `data`. False, with nothing changed, when the address has no counterpart; only an error from inside
 * keeps such a source, a router's: a host has to learn of a packet that is too big.
 */
bool dp_npt_translate(const struct dp_npt *npt, enum dp_npt_way way, uint8_t *data, uint32_t contiguous,
	struct dp_inner *inner);

#endif
