/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A burst of one tenant: every packet is resolved to a view and a position (and its flow's bucket prefetched), then
 * walked through the positions this pod runs, until it leaves for another pod or for its host, or is dropped.
 */
#include "../explain/record.h"
#include "../function/function.h"
#include "../function/gateway.h"
#include "context.h"
#include "enter.h"
#include "match.h"
#include "next_hop.h"
#include "reunite.h"

#include <string.h>

#define FLOW_BUCKETS_PER_HOUSEKEEPING 64
#define FRAGMENTS_PER_HOUSEKEEPING 64 /* when none waits */

static void walk(struct dp_context *context, struct dp_packet *packet);

static bool
refuse(struct dp_context *context, struct rte_mbuf *m, dp_drop_reason_t reason)
{
	dp_drop(context->dp, context->state, m, reason, DP_WRITER_WORKER);
	return false;
}

static bool
refuse_at_node(struct dp_context *context, struct dp_packet *packet, dp_drop_reason_t reason)
{
	if (dp_is_explained(packet->meta))
		dp_explain_refused(context, packet, reason);
	return refuse(context, packet->m, reason);
}

/* A mirror's copy, which may be cut anywhere: nothing is asked of it but that it is at a tap. */
static bool
resolve_copy(struct dp_context *context, struct dp_packet *packet, const struct dp_node *node)
{
	const struct dp_meta *meta = packet->meta;

	if (node->attachment == NULL || node->attachment->collector == 0)
		return refuse(context, packet->m, DP_REASON(UNKNOWN_POSITION));
	if (meta->inner_length < sizeof(struct rte_ipv4_hdr)
		|| rte_pktmbuf_data_len(packet->m) < meta->inner_offset + meta->inner_length)
		return refuse(context, packet->m, DP_REASON(MALFORMED));
	packet->inner = (struct dp_inner){.length = meta->inner_length};
	dp_packet_enter_node(context, packet, node);
	return true;
}

/* A packet from the fabric: where its headers say it is. */
static bool
resolve_position(struct dp_context *context, struct dp_packet *packet)
{
	struct rte_mbuf *m = packet->m;
	const struct dp_meta *meta = packet->meta;
	const struct dp_view *view = context->tenant->views[meta->view_id];
	uint8_t index;

	if (view == NULL)
		return refuse(context, m, DP_REASON(UNKNOWN_VIEW));
	if (meta->spi == 0)
		return refuse(context, m, DP_REASON(UNKNOWN_POSITION));
	packet->view = view;
	packet->direction = dp_spi_direction(meta->spi);
	index = view->by_si[packet->direction][meta->si];
	if (index == DP_NODE_NONE || !(view->nodes[index].local || dp_is_origin(packet->direction, &view->nodes[index])))
		return refuse(context, m, DP_REASON(UNKNOWN_POSITION));
	if (meta->flags & DP_META_COPY)
		return resolve_copy(context, packet, &view->nodes[index]);
	if (!dp_inner_parse(rte_pktmbuf_mtod_offset(m, const uint8_t *, meta->inner_offset),
		rte_pktmbuf_data_len(m) - meta->inner_offset, meta->inner_length, &packet->inner))
		return refuse(context, m, DP_REASON(MALFORMED));
	packet->meta->inner_length = packet->inner.length;
	if (!dp_reunite(context, packet))
		return false;
	packet->meta->flow_hash = dp_flow_hash(&packet->inner.flow);
	dp_packet_enter_node(context, packet, &view->nodes[index]);
	return true;
}

static bool
resolve(struct dp_context *context, struct dp_packet *packet, struct rte_mbuf *m)
{
	packet->m = m;
	packet->meta = dp_meta(m);
	packet->entry = NULL;
	packet->fragment = NULL;
	packet->entering = false;
	if (packet->meta->tenant_id != context->tenant->tenant_id) {
		dp_drop_malformed(context->dp, m, DP_WRITER_WORKER); /* of the slot's former tenant: not ours to count */
		return false;
	}
	if (!(packet->meta->sender == 0 ? dp_gateway_enter(context, packet) : resolve_position(context, packet)))
		return false;
	dp_flow_table_prefetch(context->flows, packet->hash);
	return true;
}

/* The node and the pod the packet came from take the flow's answers: so both directions meet the same state whatever
 * becomes of the pools, and where branches of the graph meet. */
static void
note_sender(struct dp_packet *packet)
{
	const struct dp_meta *meta = packet->meta;
	const struct dp_view *view = packet->view;
	uint8_t from = view->by_si[packet->direction][meta->from_si];

	if (packet->entry == NULL || meta->sender == 0)
		return;
	packet->entry->next_hop[!packet->direction] = meta->sender;
	if (from != DP_NODE_NONE)
		packet->entry->came_from[!packet->direction] = (uint32_t)view->nodes[from].key;
}

/* Takes the packet over an edge. True: to a node of this pod, packet->node. False: it is gone. */
static bool
take_edge(struct dp_context *context, struct dp_packet *packet)
{
	const struct dp_edge *edge = dp_match_edge(packet);
	const struct dp_node *to;
	const struct dp_hop *hop;
	dp_drop_reason_t reason;

	if (edge == NULL)
		return refuse_at_node(context, packet, DP_REASON(NO_ROUTE));
	to = &packet->view->nodes[edge->to];
	hop = dp_next_hop_choose(context, packet, to->pool, to);
	if (hop == NULL)
		return refuse_at_node(context, packet, DP_REASON(NO_BACKEND));
	if (packet->meta->ttl <= 1)
		return refuse_at_node(context, packet,
			packet->meta->flags & DP_META_ENTERED ? DP_REASON(VIEW_LOOP) : DP_REASON(TTL_EXPIRED));
	if (!hop->self && hop->port == DP_PORT_NONE)
		return refuse_at_node(context, packet, DP_REASON(LINK_DOWN));
	packet->meta->ttl--;
	if (hop->self) {
		dp_count(&packet->view->counters->edges[edge->counter], packet->inner.length);
		packet->meta->sender = context->state->address;
		packet->meta->from_si = packet->node->si[packet->direction];
		packet->entering = false;
		if (dp_is_explained(packet->meta))
			dp_explain_edge(context, packet, to, hop);
		dp_packet_enter_node(context, packet, to);
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
static bool
goes_on(struct dp_context *context, struct dp_packet *packet)
{
	dp_drop_reason_t reason;

	if (packet->entrance == NULL)
		return packet->node->attachment == NULL || packet->entering || dp_gateway_leave(context, packet);
	reason = dp_enter_view(context, packet);
	return reason == DP_PASS || refuse_at_node(context, packet, reason);
}

/* Ends: in a view SI falls along every edge; from view to view, as at every hop, TTL does. */
static void
walk_nodes(struct dp_context *context, struct dp_packet *packet)
{
	if (dp_is_explained(packet->meta))
		dp_explain_begin(packet);
	do {
		dp_drop_reason_t reason = process_node(context, packet);

		if (reason == DP_HELD)
			return;
		if (reason != DP_PASS) {
			refuse_at_node(context, packet, reason);
			return;
		}
		note_sender(packet);
		if (!goes_on(context, packet))
			return;
	} while (take_edge(context, packet));
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
		refuse(context, m, DP_REASON(NAME_PENDING));
		return;
	}
	context->reserved_out++;
	if (resolve(context, &packet, m))
		walk(context, &packet);
	context->reserved_out--;
}

/* What the functions on the way left to be done. A packet walks again once only, since its flow has a verdict then. */
static void
settle(struct dp_context *context, const struct dp_packet *about)
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

static void
walk(struct dp_context *context, struct dp_packet *packet)
{
	walk_nodes(context, packet);
	if (unlikely((context->n_made | context->n_again) != 0))
		settle(context, packet);
}

/* Those that came before their first fragment follow it. What finds no room in out[] goes with the housekeeping. */
static void
release_fragments(struct dp_context *context, struct dp_fragment *fragment)
{
	struct dp_fragments *fragments = &context->tenant->tenant->fragments;
	struct dp_packet packet;

	while (fragment->state == DP_FRAGMENT_KNOWN && fragment->n_pending > 0 && dp_has_spare_out(context)) {
		context->reserved_out++; /* its own room: asking for a neighbour takes some too */
		fragment->seen = context->now;
		if (resolve(context, &packet, dp_fragment_take(fragments, fragment)))
			walk(context, &packet);
		context->reserved_out--;
	}
}

static void
housekeep_fragment(struct dp_context *context, struct dp_fragment *fragment)
{
	release_fragments(context, fragment);
	if (!dp_fragment_is_over(fragment, context->now))
		return;
	while (fragment->n_pending > 0)
		refuse(context, dp_fragment_take(&context->tenant->tenant->fragments, fragment), DP_REASON(FRAGMENT));
	fragment->state = DP_FRAGMENT_FREE;
}

static void
housekeep_fragments(struct dp_context *context)
{
	struct dp_fragments *fragments = &context->tenant->tenant->fragments;
	unsigned n = fragments->n_pending > 0 ? DP_FRAGMENTS : FRAGMENTS_PER_HOUSEKEEPING;

	for (; n > 0; n--) {
		struct dp_fragment *fragment = &fragments->entries[fragments->next];

		fragments->next = (fragments->next + 1) % DP_FRAGMENTS;
		if (fragment->state != DP_FRAGMENT_FREE)
			housekeep_fragment(context, fragment);
	}
}

static struct dp_context
context_make(struct dp *dp, const struct dp_state *state, uint16_t slot, uint64_t now, struct rte_mbuf **out)
{
	const struct dp_state_tenant *tenant = state->slots[slot];

	return (struct dp_context){
		.dp = dp,
		.state = state,
		.tenant = tenant,
		.flows = tenant != NULL ? &tenant->tenant->flows : NULL,
		.out = out,
		.now = dp_ticks(dp, now),
		.tsc = now,
		.explains = tenant != NULL && dp_explain_filter_of(&tenant->tenant->explain) != NULL,
	};
}

uint16_t
dp_process_burst(struct dp *dp, const struct dp_state *state, uint16_t slot, struct rte_mbuf **pkts, uint16_t n,
	uint64_t now, struct rte_mbuf **out)
{
	struct dp_context context = context_make(dp, state, slot, now, out);
	struct dp_packet packets[DP_BURST];
	uint16_t resolved = 0;

	if (context.tenant == NULL) {
		for (uint16_t i = 0; i < n; i++)
			dp_drop_malformed(dp, pkts[i], DP_WRITER_WORKER);
		return 0;
	}
	for (uint16_t i = 0; i < n; i++)
		rte_prefetch0(rte_pktmbuf_mtod_offset(pkts[i], void *, dp_meta(pkts[i])->inner_offset));
	context.reserved_out = n;
	for (uint16_t i = 0; i < n; i++)
		resolved += resolve(&context, &packets[resolved], pkts[i]);
	for (uint16_t i = 0; i < resolved; i++)
		dp_flow_table_prefetch_entry(context.flows, packets[i].hash, context.now);
	for (uint16_t i = 0; i < resolved; i++) {
		context.reserved_out = (uint16_t)(resolved - i);
		walk(&context, &packets[i]);
		if (packets[i].fragment != NULL)
			release_fragments(&context, packets[i].fragment);
	}
	return context.n_out;
}

uint32_t
dp_buffers_kept(const struct dp_state *state, uint16_t slot)
{
	const struct dp_state_tenant *tenant = state->slots[slot];

	return tenant == NULL ? 0 : tenant->tenant->fragments.n_pending + tenant->tenant->neighbours.n_pending
		+ (tenant->tenant->web != NULL ? tenant->tenant->web->held.n_packets : 0);
}

uint16_t
dp_housekeep(struct dp *dp, const struct dp_state *state, uint16_t slot, uint64_t now, struct rte_mbuf **out)
{
	struct dp_context context = context_make(dp, state, slot, now, out);

	if (context.tenant == NULL)
		return 0;
	dp_flow_table_age(context.flows, RTE_MIN(context.flows->mask + 1, FLOW_BUCKETS_PER_HOUSEKEEPING), context.now);
	housekeep_fragments(&context);
	if (dp->function->housekeep != NULL)
		dp->function->housekeep(&context);
	settle(&context, NULL);
	return context.n_out;
}
