/* SPDX-License-Identifier: Apache-2.0 */
#include "walk.h"

#include <string.h>

#include "../explain/record.h"
#include "../function/function.h"
#include "../function/gateway.h"
#include "enter.h"
#include "match.h"
#include "next_hop.h"
#include "resolve.h"

static bool
refuse_at_node(struct dp_context *context, struct dp_packet *packet, dp_drop_reason_t reason)
{
	if (dp_is_explained(packet->meta))
		dp_explain_refused(context, packet, reason);
	return dp_refuse(context, packet->m, reason);
}

static bool
refuse_out_of_ttl(struct dp_context *context, struct dp_packet *packet)
{
	return refuse_at_node(context, packet,
		packet->meta->flags & DP_META_ENTERED ? DP_REASON(VIEW_LOOP) : DP_REASON(TTL_EXPIRED));
}

/* The node and the pod the packet came from take the flow's answers: so both directions meet the same state whatever
 * becomes of the pools, and where branches of the graph meet. */
static void
note_sender(struct dp_packet *packet)
{
	const struct dp_meta *meta = packet->meta;
	const struct dp_view *view = packet->view;
	uint8_t from;

	if (packet->entry == NULL || meta->sender == 0)
		return;
	from = view->by_si[packet->direction][meta->from_si];
	packet->entry->next_hop[!packet->direction] = meta->sender;
	if (from != DP_NODE_NONE)
		packet->entry->came_from[!packet->direction] = (uint32_t)view->nodes[from].key;
}

/* To a node of this pod: what the headers would say had the packet come by the wire. */
static void
step_inside(struct dp_context *context, struct dp_packet *packet, const struct dp_edge *edge, const struct dp_node *to)
{
	struct dp_meta *meta = packet->meta;

	dp_count(&packet->view->counters->edges[edge->counter], packet->inner.length);
	meta->sender = context->state->address;
	meta->from_si = packet->node->si[packet->direction];
	packet->entering = false;
	if (packet->entry != NULL)
		packet->answers = packet->side != packet->entry->initiator;
	dp_packet_enter_node(context, packet, to);
}

static void
explain_inside(struct dp_context *context, struct dp_packet *packet, const struct dp_node *to)
{
	const struct dp_state_pool *pool = to->pool;
	bool known = packet->entry != NULL && packet->entry->next_hop[packet->direction] == context->state->address;

	packet->hop_pool = pool;
	packet->choice = known ? DP_CHOICE(FLOW) : DP_CHOICE(UNSPECIFIED);
	dp_explain_edge(context, packet, to, &pool->hops[dp_pool_find(pool->pool, context->state->address, 0)]);
}

/* Over an edge inside the pool: no backend is chosen. */
static __rte_noinline bool
take_edge_inside(struct dp_context *context, struct dp_packet *packet, const struct dp_edge *edge, const struct dp_node *to)
{
	if (unlikely(packet->meta->ttl <= 1))
		return refuse_out_of_ttl(context, packet);
	packet->meta->ttl--;
	if (dp_is_explained(packet->meta))
		explain_inside(context, packet, to);
	if (packet->entry != NULL)
		packet->entry->next_hop[packet->direction] = context->state->address;
	step_inside(context, packet, edge, to);
	return true;
}

/* Takes the packet over an edge. True: to a node of this pod, packet->node. False: it is gone. */
static __rte_always_inline bool
take_edge(struct dp_context *context, struct dp_packet *packet)
{
	const struct dp_edge *edge = dp_match_edge(packet);
	const struct dp_node *to;
	const struct dp_hop *hop;
	dp_drop_reason_t reason;

	if (edge == NULL)
		return refuse_at_node(context, packet, DP_REASON(NO_ROUTE));
	to = edge->to;
	if (edge->inside && dp_next_hop_is_here(context, packet, to->pool))
		return take_edge_inside(context, packet, edge, to);
	hop = dp_next_hop_choose(context, packet, to->pool, to);
	if (hop == NULL)
		return refuse_at_node(context, packet, DP_REASON(NO_BACKEND));
	if (packet->meta->ttl <= 1)
		return refuse_out_of_ttl(context, packet);
	if (!hop->self && hop->port == DP_PORT_NONE)
		return refuse_at_node(context, packet, DP_REASON(LINK_DOWN));
	packet->meta->ttl--;
	if (hop->self) {
		if (dp_is_explained(packet->meta))
			dp_explain_edge(context, packet, to, hop);
		step_inside(context, packet, edge, to);
		return true;
	}
	reason = dp_next_hop_encapsulate(packet, hop, to->si[packet->direction]);
	if (reason != DP_PASS)
		return refuse_at_node(context, packet, reason);
	dp_count(&packet->view->counters->edges[edge->counter], packet->inner.length);
	if (dp_is_explained(packet->meta))
		dp_explain_edge(context, packet, to, hop);
	dp_send(context, packet->m, hop->port);
	return false;
}

/* What its node's function makes of the packet, at a node of this pod: an answer that comes to where its flow entered the
 * view is first taken back to where the flow left another. */
static dp_drop_reason_t
process_node(struct dp_context *context, struct dp_packet *packet)
{
	if (unlikely(!packet->node->local)) {
		dp_drop_reason_t reason = dp_enter_back(context, packet);

		if (reason != DP_PASS)
			return reason;
	}
	return packet->node->function->process(context, packet);
}

/* True: the packet is to take an edge. */
static inline bool
goes_on(struct dp_context *context, struct dp_packet *packet)
{
	dp_drop_reason_t reason;

	if (packet->entrance == NULL)
		return packet->node->attachment == NULL || packet->entering || dp_gateway_leave(context, packet);
	reason = dp_enter_view(context, packet);
	return reason == DP_PASS || refuse_at_node(context, packet, reason);
}

/* What becomes of a packet when its node's function is done with it. True: it is at another node. */
static __rte_always_inline bool
act(struct dp_context *context, struct dp_packet *packet, dp_drop_reason_t reason)
{
	if (reason == DP_HELD)
		return false;
	if (reason != DP_PASS) {
		refuse_at_node(context, packet, reason);
		return false;
	}
	note_sender(packet);
	return goes_on(context, packet) && take_edge(context, packet);
}

bool
dp_walk_step(struct dp_context *context, struct dp_packet *packet)
{
	if (dp_is_explained(packet->meta))
		dp_explain_begin(packet);
	return act(context, packet, process_node(context, packet));
}

/* What take_edge() does, where the edge is known and inside, and there is no entry. */
bool
dp_walk_untracked(struct dp_context *context, struct dp_packet *packet)
{
	struct dp_counter *edges = packet->view->counters->edges;
	struct dp_meta *meta = packet->meta;

	if (dp_is_explained(meta))
		return dp_walk_step(context, packet);
	do {
		const struct dp_node *node = packet->node;
		const struct dp_edge *edge = node->sole[packet->direction];
		dp_drop_reason_t reason = node->function->process(context, packet);

		if (unlikely(reason != DP_PASS || edge == NULL || packet->output != DP_OUTPUT_UNNAMED || meta->ttl <= 1))
			return act(context, packet, reason);
		dp_count(&edges[edge->counter], packet->inner.length);
		meta->ttl--;
		meta->from_si = node->si[packet->direction];
		dp_packet_enter_node(context, packet, edge->to);
	} while (packet->node->untracked);
	meta->sender = context->state->address;
	return true;
}

/* Ends: in a view SI falls along every edge; from view to view, as at every hop, TTL does. */
static void
walk_nodes(struct dp_context *context, struct dp_packet *packet)
{
	while (dp_walk_step(context, packet))
		;
}

/* A packet that a function made about another begins at that one's node, as if it had been injected there. */
static void
send_made(struct dp_context *context, const struct dp_packet *about, const struct dp_made *made)
{
	struct dp_meta *meta = dp_meta(made->m);
	struct dp_packet packet = {.m = made->m, .meta = meta, .view = about->view, .direction = made->direction};

	meta->tenant_id = context->tenant->tenant_id;
	meta->view_id = about->view->view_id;
	meta->spi = made->direction == DP_FORWARD ? DP_SPI_FORWARD : DP_SPI_REVERSE;
	meta->ttl = DP_NSH_TTL_MAX;
	if (!dp_has_spare_out(context)
		|| !dp_inner_parse(rte_pktmbuf_mtod_offset(made->m, const uint8_t *, meta->inner_offset), meta->inner_length,
			meta->inner_length, &packet.inner)) {
		rte_pktmbuf_free(made->m); /* not counted: it is not in the view yet */
		return;
	}
	meta->flow_hash = dp_flow_hash(&packet.inner.flow);
	dp_packet_enter_node(context, &packet, about->node);
	dp_packet_find_entry(context, &packet);
	packet.output = made->output;
	dp_count(&about->view->counters->injected, meta->inner_length);
	if (take_edge(context, &packet))
		walk_nodes(context, &packet);
}

/* A packet that a function held back. What finds no room in out[] is lost: its sender has it still. */
static void
walk_again(struct dp_context *context, struct rte_mbuf *m)
{
	struct dp_packet packet;

	if (!dp_has_spare_out(context)) {
		dp_refuse(context, m, DP_REASON(NAME_PENDING));
		return;
	}
	context->reserved_out++;
	if (dp_resolve(context, &packet, m))
		dp_walk(context, &packet);
	context->reserved_out--;
}

/* What the functions on the way left to be done. A packet walks again once only, since its flow has a verdict then. */
void
dp_settle(struct dp_context *context, const struct dp_packet *about)
{
	struct rte_mbuf *again[DP_HELD_PACKETS];
	struct dp_made made[DP_MADE_MAX];
	unsigned n_made = context->n_made, n_again = context->n_again;

	memcpy(made, context->made, n_made * sizeof(made[0]));
	memcpy(again, context->again, n_again * sizeof(again[0]));
	context->n_made = context->n_again = 0;
	for (unsigned i = 0; i < n_made; i++)
		send_made(context, about, &made[i]);
	for (unsigned i = 0; i < n_again; i++)
		walk_again(context, again[i]);
}

void
dp_walk(struct dp_context *context, struct dp_packet *packet)
{
	walk_nodes(context, packet);
	if (unlikely((context->n_made | context->n_again) != 0))
		dp_settle(context, packet);
}
