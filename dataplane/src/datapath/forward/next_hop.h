/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_NEXT_HOP_H
#define NFAAS_DP_NEXT_HOP_H

#include "context.h"

/* Whether a packet that takes an edge inside a pool (dp_edge.inside) goes on in this pod: unless its flow's entry has another
 * one, which the pool has still. */
static inline bool
dp_next_hop_is_here(const struct dp_context *context, const struct dp_packet *packet, const struct dp_state_pool *pool)
{
	uint32_t known = packet->entry != NULL ? packet->entry->next_hop[packet->direction] : 0;

	return known == 0 || known == context->state->address || dp_pool_find(pool->pool, known, 0) < 0;
}

/*
 * The backend that takes the packet at the next node: the one the flow has, as long as it is in the pool (weight 0 or
 * not); else the one it is pinned to; else Maglev's, by the flow or by what the node's function steers by, which the flow
 * then keeps, but one that has just joined the pool gets only a part of those. NULL = the pool has none. `to` is the node
 * that the pool runs; NULL = it is of servers beyond the chain. The answers of a flow that entered the view at `to` go to the
 * pod it came from, which is of another pool. packet->hop_pool says which pool's hop it is.
 */
const struct dp_hop *dp_next_hop_choose(const struct dp_context *context, struct dp_packet *packet,
	const struct dp_state_pool *pool, const struct dp_node *to);

/* Replaces the frame's headers down to the tenant's packet by those of the fabric, for position `si`. DP_PASS, or why
 * not; the packet is then untouched. */
dp_drop_reason_t dp_next_hop_encapsulate(struct dp_packet *packet, const struct dp_hop *hop, uint8_t si);

#endif
