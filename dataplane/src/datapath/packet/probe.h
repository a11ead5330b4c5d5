/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probes: how a pod knows that its neighbour still takes packets. A probe is a packet of the fabric like any other, over the
 * link that tenants' packets take, with tenant 0 (nobody's) and NSH next protocol 0xfe (RFC 8300 section 12.2.5,
 * experiment 1); the neighbour's I/O thread turns it round.
 */
#ifndef NFAAS_DP_PROBE_H
#define NFAAS_DP_PROBE_H

#include "outer.h"

#define DP_NSH_NEXT_PROBE 0xfe

enum dp_probe_kind { DP_PROBE_QUESTION = 1, DP_PROBE_ANSWER = 2 };

/* What stands after the outer headers. */
struct dp_probe {
	rte_be32_t kind;     /* enum dp_probe_kind */
	rte_be32_t sequence; /* of the one who asks, from 1 */
} __attribute__((packed, aligned(2)));

/* Bytes of a probe's frame. */
static inline uint16_t
dp_probe_size(bool ipv6)
{
	return (uint16_t)(dp_outer_size(ipv6) + sizeof(struct dp_probe));
}

/* Writes a question, dp_probe_size() bytes, from one pod to its neighbour. */
void dp_probe_ask(void *frame, bool ipv6, const struct dp_outer_end *from, const struct dp_outer_end *to, uint32_t sequence);

/* Turns a question into its answer. */
void dp_probe_turn(void *frame, bool ipv6);

#endif
