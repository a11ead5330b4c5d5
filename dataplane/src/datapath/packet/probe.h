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

struct dp_probe {
	struct dp_outer_hdr outer;
	rte_be32_t kind;     /* enum dp_probe_kind */
	rte_be32_t sequence; /* of the one who asks, from 1 */
} __attribute__((packed, aligned(2)));

/* Writes a question from the state's address to a neighbour; addresses in host order. */
void dp_probe_ask(struct dp_probe *probe, uint32_t from, uint32_t to, const struct rte_ether_addr *from_mac,
	const struct rte_ether_addr *to_mac, uint32_t sequence);

/* Turns a question into its answer. */
void dp_probe_turn(struct dp_probe *probe);

#endif
