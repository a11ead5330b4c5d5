/* SPDX-License-Identifier: Apache-2.0 */
#include "next_hop.h"

#include "../explain/record.h"
#include "../function/function.h"

#define INNER_MAX (UINT16_MAX - (sizeof(struct dp_outer_hdr) - sizeof(struct rte_ether_hdr)))
#define JOINING_FIRST 100u /* per mille of its share */

/* Of the flows that a joining backend would get, a part that grows with time. By a hash of its own, so that a flow that
 * was let in once stays in. */
static bool
is_let_in(const struct dp_state_pool *pool, const struct dp_hop *hop, uint32_t flow_hash, uint32_t now)
{
	uint32_t hash = (uint32_t)(dp_hash_mix(flow_hash ^ DP_HASH_SEED_B, DP_HASH_SEED_B) >> 16);
	uint32_t age = now - hop->joined;

	if (!hop->joining || age >= pool->slow_start)
		return true;
	return dp_hash_scale(hash, 1000) < JOINING_FIRST + (1000 - JOINING_FIRST) * age / pool->slow_start;
}

static int32_t
pick(const struct dp_state_pool *pool, uint32_t flow_hash, uint32_t now)
{
	int32_t index = dp_pool_pick(pool->pool, flow_hash);

	if (pool->settled == NULL || index < 0 || is_let_in(pool, &pool->hops[index], flow_hash, now))
		return index;
	index = dp_pool_pick(pool->settled, flow_hash);
	return dp_pool_find(pool->pool, pool->settled->backends[index].address, (uint16_t)index);
}

static int32_t
pick_for(const struct dp_state_pool *pool, const struct dp_node *to, const struct dp_packet *packet, uint32_t now)
{
	struct dp_steering steering = {.hash = packet->meta->flow_hash};

	if (to != NULL && to->function->steer != NULL)
		to->function->steer(to, packet, &steering);
	return steering.settled ? dp_pool_pick(pool->pool, steering.hash) : pick(pool, steering.hash, now);
}

/* -1 = the flow is not pinned, or not any more. */
static int32_t
find_pinned(const struct dp_context *context, const struct dp_packet *packet, const struct dp_state_pool *pool)
{
	const struct dp_pin *pin;

	if (context->state->pins == NULL)
		return -1;
	pin = dp_state_find_pin(context->state, context->tenant->tenant_id, pool, &packet->inner.flow,
		packet->meta->flow_hash);
	return pin->pool != NULL && context->now - pin->since < pin->lifetime ? pin->backend : -1;
}

/* For those that are explained. */
static inline void
note_choice(struct dp_packet *packet, const struct dp_state_pool *pool, uint8_t choice)
{
	if (!dp_is_explained(packet->meta))
		return;
	packet->hop_pool = pool;
	packet->choice = choice;
}

/* The pod that sent the flow into the view here, for its answers; NULL = it came by the attachment. */
static const struct dp_hop *
find_origin(struct dp_packet *packet, const struct dp_node *to, uint32_t address)
{
	for (unsigned i = 0; i < to->n_entered_from; i++) {
		const struct dp_state_pool *from = to->entered_from[i];
		int32_t index = dp_pool_find(from->pool, address, 0);

		if (index >= 0) {
			note_choice(packet, from, DP_CHOICE(FLOW));
			return &from->hops[index];
		}
	}
	return NULL;
}

const struct dp_hop *
dp_next_hop_choose(const struct dp_context *context, struct dp_packet *packet,
	const struct dp_state_pool *pool, const struct dp_node *to)
{
	struct dp_flow_entry *entry = packet->entry;
	enum dp_direction direction = packet->direction;
	int32_t index = -1;

	note_choice(packet, pool, DP_CHOICE(FLOW));
	if (entry != NULL && entry->next_hop[direction] != 0) {
		index = dp_pool_find(pool->pool, entry->next_hop[direction], entry->hint[direction]);
		if (index < 0 && to != NULL && to->n_entered_from > 0) {
			const struct dp_hop *origin = find_origin(packet, to, entry->next_hop[direction]);

			if (origin != NULL)
				return origin;
		}
	}
	if (index < 0) {
		note_choice(packet, pool, DP_CHOICE(PIN));
		index = find_pinned(context, packet, pool);
	}
	if (index < 0) {
		note_choice(packet, pool, DP_CHOICE(MAGLEV));
		index = pick_for(pool, to, packet, context->now);
	}
	if (index < 0)
		return NULL;
	if (entry != NULL) {
		entry->next_hop[direction] = pool->pool->backends[index].address;
		entry->hint[direction] = (uint16_t)index;
	}
	return &pool->hops[index];
}

/* Moves the start of the data so that the fabric's headers fit before the tenant's packet; cuts padding off the end. */
static dp_drop_reason_t
make_room(struct rte_mbuf *m, const struct dp_meta *meta, uint16_t inner_length, uint16_t size)
{
	uint32_t excess = rte_pktmbuf_pkt_len(m) - meta->inner_offset - inner_length;
	int32_t grow = (int32_t)size - meta->inner_offset;

	if (inner_length > INNER_MAX)
		return DP_REASON(TOO_BIG);
	if (grow > (int32_t)rte_pktmbuf_headroom(m))
		return DP_REASON(NO_MEMORY);
	if (excess > 0 && (excess > UINT16_MAX || rte_pktmbuf_trim(m, (uint16_t)excess) != 0))
		return DP_REASON(MALFORMED);
	m->data_off = (uint16_t)(m->data_off - grow);
	m->data_len = (uint16_t)(m->data_len + grow);
	m->pkt_len = (uint32_t)((int32_t)m->pkt_len + grow);
	return DP_PASS;
}

dp_drop_reason_t
dp_next_hop_encapsulate(struct dp_packet *packet, const struct dp_hop *hop, uint8_t si)
{
	struct dp_meta *meta = packet->meta;
	struct dp_outer outer = {
		.tenant_id = meta->tenant_id,
		.view_id = meta->view_id,
		.spi = meta->spi | (meta->flags & DP_META_ENTERED ? DP_SPI_ENTERED : 0),
		.si = si,
		.from_si = packet->node->si[packet->direction],
		.ttl = meta->ttl,
		.next_protocol = packet->inner.ipv6 ? DP_NSH_NEXT_IPV6 : DP_NSH_NEXT_IPV4,
		.inner_length = packet->inner.length,
		.trace = meta->trace,
		.explain = (meta->flags & DP_META_EXPLAIN) != 0,
		.flow_hash = meta->flow_hash,
	};
	dp_drop_reason_t reason = make_room(packet->m, meta, packet->inner.length,
		dp_outer_size(dp_outer_is_ipv6(&hop->prepared)));

	if (reason != DP_PASS)
		return reason;
	meta->inner_offset = 0;
	dp_outer_write(rte_pktmbuf_mtod(packet->m, void *), &hop->prepared, &outer);
	return DP_PASS;
}
