/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packets of clients whose flow has no verdict yet: they wait here until the name is known, so that a denied server never sees
 * them and nobody has to send them again. One table per tenant, of fixed size, touched only by the tenant's worker.
 */
#ifndef NFAAS_DP_HELD_H
#define NFAAS_DP_HELD_H

#include <rte_mbuf.h>

#include "../packet/inner.h"

#define DP_HELD_FLOWS 64  /* per tenant; more at a time hide their names */
#define DP_HELD_PACKETS 8 /* per flow */
#define DP_HELD_TICKS 10  /* a second: who takes longer to say a name hides it */

struct dp_held_packet {
	struct rte_mbuf *m;
	uint32_t from;    /* offset of its payload in the client's bytes; 0 for a datagram */
	uint16_t offset;  /* of the payload in the packet's data */
	uint16_t length;  /* of the payload */
};

struct dp_held_flow {
	uint64_t position; /* as in the flow's entry */
	struct dp_flow flow;
	uint32_t since;    /* tick */
	uint8_t n;         /* 0 = free */
	struct dp_held_packet packets[DP_HELD_PACKETS];
};

struct dp_held {
	unsigned n_packets; /* over all flows */
	struct dp_held_flow flows[DP_HELD_FLOWS];
};

/* A free place, NULL when all are taken; it is the flow's once it has a packet. */
struct dp_held_flow *dp_held_claim(struct dp_held *held, uint64_t position, const struct dp_flow *flow, uint32_t now);

/* What becomes of a segment. */
enum dp_held_result {
	DP_HELD_KEPT,
	DP_HELD_AGAIN, /* it is there already, whole or in part: not kept */
	DP_HELD_FULL,
};

/* Keeps a TCP segment of a claimed flow, so that no byte is in two of them; one that covers a kept one takes its place, which is then given
 * back in *replaced (else NULL). */
enum dp_held_result dp_held_keep_segment(struct dp_held *held, struct dp_held_flow *flow,
	const struct dp_held_packet *segment, struct rte_mbuf **replaced);

enum dp_held_result dp_held_keep_datagram(struct dp_held *held, struct dp_held_flow *flow,
	const struct dp_held_packet *datagram);

/* Takes a flow's packets out, in order: at most DP_HELD_PACKETS. Returns how many; the place is free then. */
unsigned dp_held_take(struct dp_held *held, struct dp_held_flow *flow, struct rte_mbuf *packets[DP_HELD_PACKETS]);

/* Copies the segments' bytes from the first on, as far as none is missing, to `to`, room for `size`. Returns how many. */
size_t dp_held_join(const struct dp_held_flow *flow, uint8_t *to, size_t size);

static inline const uint8_t *
dp_held_payload(const struct dp_held_packet *packet)
{
	return rte_pktmbuf_mtod_offset(packet->m, const uint8_t *, packet->offset);
}

#endif
