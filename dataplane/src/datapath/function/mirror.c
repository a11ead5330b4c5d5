/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies packets to taps. The original goes on by the unnamed output as if nothing were; a copy takes an edge of the
 * output `copy`, on a path of its own (DP_SPI_COPY), straight to the pod of an attachment. It is a buffer of its own, since
 * the headers of the next hop are written before the packet, where one that shares its bytes has those of the original.
 *
 * Copies are made only while there is room that originals do not need; the rest is counted as TAP_SHED. While the tap's link
 * has none, one of a few is made all the same, to hear when it has again.
 */
#include <rte_mempool.h>

#include "../forward/match.h"
#include "../forward/next_hop.h"
#include "follow.h"
#include "function.h"

#define COPY 0                 /* the output */
#define SNAP_MIN 20            /* an IPv4 header */
#define TRY_AGAIN 64           /* copies */
#define POOL_RESERVE 4         /* of the pool, the part (1/n) that copies do not touch */

struct mirror {
	uint16_t snap_length; /* bytes */
	uint8_t percent;
};

static bool
read_mirror(struct dp_build *build, const Nfaas__Dataplane__V1__Mirror *message, struct mirror *mirror)
{
	if (message->snap_length > UINT16_MAX || (message->snap_length > 0 && message->snap_length < SNAP_MIN))
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "snap_length", "%u is neither 0 nor in %d..%d",
			message->snap_length, SNAP_MIN, UINT16_MAX);
	if (message->percent < 1 || message->percent > 100)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "percent", "%u is not in 1..100", message->percent);
	mirror->snap_length = message->snap_length == 0 ? UINT16_MAX : (uint16_t)message->snap_length;
	mirror->percent = (uint8_t)message->percent;
	return true;
}

static bool
build(struct dp_build *build, const struct dp_state_tenant *tenant, const Nfaas__Dataplane__V1__Node *message,
	struct dp_node *node)
{
	struct mirror *mirror = dp_build_alloc(build, 1, sizeof(*mirror));
	size_t mark = dp_path_enter(build, ".mirror");

	(void)tenant;
	node->output_names = dp_build_alloc(build, 1, sizeof(*node->output_names));
	if (mirror == NULL || node->output_names == NULL || !dp_build_name(build, node->output_names[COPY], "copy", NULL))
		return false;
	node->n_outputs = 1;
	node->copies = true;
	if (!read_mirror(build, message->mirror, mirror))
		return false;
	if (node->local)
		node->config = mirror;
	dp_path_leave(build, mark);
	return true;
}

/* Both directions of a flow draw alike. */
static bool
is_drawn(const struct dp_packet *packet, uint8_t percent)
{
	uint64_t hash = dp_hash_mix(packet->meta->flow_hash ^ DP_HASH_SEED_A, packet->node->key ^ DP_HASH_SEED_B);

	return percent == 100 || dp_hash_scale((uint32_t)(hash >> 32), 100) < percent;
}

/* NULL = nobody wants a copy. */
static const struct dp_edge *
find_edge(const struct dp_packet *packet)
{
	const struct dp_node *node = packet->node;
	uint8_t from = packet->entry != NULL ? packet->entry->initiator : packet->inner.side;

	for (uint16_t i = 0; i < node->n_edges[DP_FORWARD]; i++) {
		const struct dp_edge *edge = &node->edges[DP_FORWARD][i];

		if (edge->output == COPY && (edge->match.all || dp_match_holds(&edge->match, &packet->inner.flow, from)))
			return edge;
	}
	return NULL;
}

static bool
has_room(const struct dp_context *context)
{
	const struct rte_mempool *pool = context->dp->pool;

	/* What caches hold is not counted: reading them all costs more than a copy. */
	return dp_has_spare_out(context) && rte_mempool_get_ops(pool->ops_index)->get_count(pool) >= pool->size / POOL_RESERVE;
}

/* The first `length` bytes of the packet, at the same offset. NULL = no room. */
static struct rte_mbuf *
duplicate(const struct dp_context *context, const struct dp_packet *packet, uint16_t length)
{
	struct rte_mbuf *m = has_room(context) ? rte_pktmbuf_alloc(context->dp->pool) : NULL;
	uint8_t *to = m == NULL ? NULL : (uint8_t *)rte_pktmbuf_append(m, length);

	if (to == NULL) {
		rte_pktmbuf_free(m);
		return NULL;
	}
	rte_memcpy(to, rte_pktmbuf_mtod_offset(packet->m, const uint8_t *, packet->meta->inner_offset), length);
	return m;
}

static struct dp_meta
meta_of_copy(const struct dp_packet *packet, uint16_t length)
{
	return (struct dp_meta){
		.tenant_id = packet->meta->tenant_id,
		.flow_hash = packet->meta->flow_hash,
		.in_port = packet->meta->in_port,
		.out_port = DP_PORT_NONE,
		.inner_length = length,
		.view_id = packet->meta->view_id,
		.spi = DP_SPI_COPY,
		.si = packet->node->si[DP_FORWARD],
		.flags = DP_META_COPY,
		.ttl = DP_NSH_TTL_MAX,
	};
}

/* Nothing is copied that would be thrown away: a tap that stands still costs originals next to no time. */
static bool
is_in_vain(const struct dp_context *context, const struct dp_hop *hop, const struct dp_packet *packet)
{
	return dp_link_is_filling(context->dp, hop->port) && packet->view->counters->copied.packets % TRY_AGAIN != 0;
}

/* The copy's way; NULL with the reason why there is none. */
static const struct dp_hop *
find_way(struct dp_context *context, struct dp_packet *copy, const struct dp_node *to, dp_drop_reason_t *reason)
{
	const struct dp_hop *hop = dp_next_hop_choose(context, copy, to->pool, NULL);

	*reason = hop == NULL ? DP_REASON(NO_BACKEND)
		: hop->self || hop->port == DP_PORT_NONE ? DP_REASON(LINK_DOWN)
		: is_in_vain(context, hop, copy) ? DP_REASON(TAP_SHED) : DP_PASS;
	return *reason == DP_PASS ? hop : NULL;
}

static void
copy_to_tap(struct dp_context *context, const struct dp_packet *packet, const struct dp_edge *edge, uint16_t length)
{
	struct dp_meta meta = meta_of_copy(packet, length);
	struct dp_packet copy = {.view = packet->view, .meta = &meta, .node = packet->node, .direction = DP_FORWARD, .inner = packet->inner};
	const struct dp_node *to = edge->to;
	const struct dp_hop *hop;
	dp_drop_reason_t reason;

	dp_count(&packet->view->counters->copied, length);
	hop = find_way(context, &copy, to, &reason);
	copy.m = hop == NULL ? NULL : duplicate(context, packet, length);
	if (copy.m == NULL) {
		dp_drop_count(packet->view, &meta, hop == NULL ? reason : DP_REASON(TAP_SHED), DP_WRITER_WORKER);
		return;
	}
	copy.meta = dp_meta(copy.m);
	*copy.meta = meta;
	copy.inner.length = length;
	reason = dp_next_hop_encapsulate(&copy, hop, to->si[DP_FORWARD]);
	if (reason != DP_PASS) {
		dp_drop(context->dp, context->state, copy.m, reason, DP_WRITER_WORKER);
		return;
	}
	dp_count(&copy.view->counters->edges[edge->counter], length);
	dp_send(context, copy.m, hop->port);
}

static dp_drop_reason_t
process(struct dp_context *context, struct dp_packet *packet)
{
	const struct mirror *mirror = packet->node->config;
	uint32_t readable = rte_pktmbuf_data_len(packet->m) - packet->meta->inner_offset;
	const struct dp_edge *edge;

	dp_follow_flow(context, packet);
	edge = is_drawn(packet, mirror->percent) ? find_edge(packet) : NULL;
	if (edge != NULL)
		copy_to_tap(context, packet, edge,
			(uint16_t)RTE_MIN(RTE_MIN((uint32_t)packet->inner.length, (uint32_t)mirror->snap_length), readable));
	return DP_PASS;
}

const struct dp_function dp_function_mirror = {
	.name = "mirror",
	.kind = NFAAS__DATAPLANE__V1__NODE__KIND_MIRROR,
	.build = build,
	.process = process,
};
