/* SPDX-License-Identifier: Apache-2.0 */
#include "record.h"

#include <string.h>

#include <rte_cycles.h>

#include "../counters/latency.h"

#define VERDICT(name) NFAAS__DATAPLANE__V1__EXPLAIN_VERDICT__EXPLAIN_VERDICT_##name

static bool
prefix_holds(const struct dp_explain_prefix *prefix, const struct dp_flow *flow, uint8_t end)
{
	struct dp_ip6 address = flow->ipv6 ? flow->ends[end] : dp_ip6_mapped(flow->address[end]);

	return (address.high & prefix->mask.high) == prefix->address.high
		&& (address.low & prefix->mask.low) == prefix->address.low;
}

static bool
holds(const struct dp_explain_filter *filter, const struct dp_flow *flow, uint8_t from)
{
	return (filter->protocol == 0 || filter->protocol == flow->protocol)
		&& prefix_holds(&filter->source, flow, from)
		&& prefix_holds(&filter->destination, flow, !from)
		&& (filter->source_port == 0 || filter->source_port == flow->port[from])
		&& (filter->destination_port == 0 || filter->destination_port == flow->port[!from]);
}

void
dp_explain_mark(const struct dp_context *context, const struct dp_packet *packet)
{
	struct dp_explain_filter *filter = dp_explain_filter_of(&context->tenant->tenant->explain);
	const struct dp_inner *inner = &packet->inner;

	/* A later fragment has no ports yet, and need not find its first one. */
	if (filter == NULL || filter->marked == filter->packets || context->tsc >= filter->ends || inner->unresolved)
		return;
	if (!holds(filter, &inner->flow, inner->side) && !holds(filter, &inner->flow, !inner->side))
		return;
	packet->meta->flags |= DP_META_EXPLAIN;
	packet->meta->trace = (uint8_t)(filter->first_trace + filter->marked);
	__atomic_store_n(&filter->marked, (uint8_t)(filter->marked + 1), __ATOMIC_RELAXED);
}

/* NULL when the tick has had its share. */
static struct dp_explain_record *
claim(const struct dp *dp, struct dp_explain_ring *ring, uint32_t stamp)
{
	uint32_t tick = (uint32_t)(dp->tsc_per_tick >> DP_STAMP_SHIFT);

	if (stamp - ring->since > tick) {
		ring->since = stamp;
		ring->in_tick = 0;
	}
	if (ring->in_tick == DP_EXPLAIN_PER_TICK) {
		dp_count_one(&ring->missed);
		return NULL;
	}
	ring->in_tick++;
	return &ring->records[ring->written % DP_EXPLAIN_RECORDS];
}

static void
publish(struct dp_explain_ring *ring)
{
	__atomic_store_n(&ring->written, ring->written + 1, __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_RELEASE); /* the next record's bytes must not be seen before */
}

static const struct dp_node *
node_of(const struct dp_view *view, const struct dp_meta *meta)
{
	uint8_t index;

	if (view == NULL || (meta->spi != DP_SPI_FORWARD && meta->spi != DP_SPI_REVERSE))
		return NULL;
	index = view->by_si[meta->spi == DP_SPI_FORWARD ? DP_FORWARD : DP_REVERSE][meta->si];
	return index == DP_NODE_NONE ? NULL : &view->nodes[index];
}

/* What the packet's meta alone tells. */
static struct dp_explain_record *
begin_record(const struct dp *dp, struct dp_explain_ring *ring, const struct dp_state_tenant *tenant,
	const struct dp_meta *meta, uint8_t verdict)
{
	const struct dp_view *view = tenant->views[meta->view_id];
	const struct dp_node *node = node_of(view, meta);
	struct dp_explain_record *record = claim(dp, ring, meta->received);

	if (record == NULL)
		return NULL;
	*record = (struct dp_explain_record){
		.tsc = rte_rdtsc(),
		.trace = meta->trace,
		.view_id = meta->view_id,
		.verdict = verdict,
		.direction = meta->spi == DP_SPI_FORWARD || meta->spi == DP_SPI_REVERSE ? meta->spi : 0,
		.ttl = meta->ttl,
	};
	if (view != NULL)
		memcpy(record->view_uid, view->counters->uid, DP_NAME_SIZE);
	if (node != NULL)
		memcpy(record->node, node->name, DP_NAME_SIZE);
	return record;
}

static uint32_t
waited_ns(const struct dp_context *context, const struct dp_meta *meta)
{
	uint64_t ns = dp_latency_ns(context->dp, meta->received, dp_latency_stamp(context->tsc));

	return (uint32_t)RTE_MIN(ns, (uint64_t)UINT32_MAX);
}

/* What the worker knows besides. */
static struct dp_explain_record *
begin_decision(const struct dp_context *context, const struct dp_packet *packet, uint8_t verdict)
{
	struct dp_explain *explain = &context->tenant->tenant->explain;
	struct dp_explain_record *record = begin_record(context->dp, &explain->rings[DP_WRITER_WORKER], context->tenant,
		packet->meta, verdict);
	const struct dp_node *node = packet->node;

	if (record == NULL)
		return NULL;
	record->cycles = (uint32_t)(record->tsc - packet->started);
	record->waited_ns = waited_ns(context, packet->meta);
	if (packet->rule < node->n_rules)
		memcpy(record->rule, node->rule_names[packet->rule], DP_NAME_SIZE);
	if (packet->output < node->n_outputs)
		memcpy(record->output, node->output_names[packet->output], DP_NAME_SIZE);
	record->by_default = packet->rule == node->n_rules;
	return record;
}

void
dp_explain_begin(struct dp_packet *packet)
{
	packet->started = rte_rdtsc();
}

void
dp_explain_edge(const struct dp_context *context, struct dp_packet *packet, const struct dp_node *to,
	const struct dp_hop *hop)
{
	struct dp_explain_record *record = begin_decision(context, packet,
		hop->self ? VERDICT(STAYED) : VERDICT(FORWARDED));

	if (record != NULL) {
		record->ttl++; /* the edge has taken one already */
		record->choice = packet->choice;
		memcpy(record->next_node, to->name, DP_NAME_SIZE);
		memcpy(record->backend, packet->hop_pool->pool->backends[hop - packet->hop_pool->hops].name, DP_NAME_SIZE);
		publish(&context->tenant->tenant->explain.rings[DP_WRITER_WORKER]);
	}
	dp_explain_begin(packet);
}

void
dp_explain_entered(const struct dp_context *context, struct dp_packet *packet)
{
	struct dp_explain_record *record = begin_decision(context, packet, VERDICT(ENTERED));

	if (record != NULL)
		publish(&context->tenant->tenant->explain.rings[DP_WRITER_WORKER]);
	dp_explain_begin(packet);
}

void
dp_explain_refused(const struct dp_context *context, struct dp_packet *packet, dp_drop_reason_t reason)
{
	struct dp_explain_record *record = begin_decision(context, packet, VERDICT(DROPPED));

	packet->meta->flags &= (uint8_t)~DP_META_EXPLAIN;
	if (record == NULL)
		return;
	record->reason = (uint8_t)reason;
	publish(&context->tenant->tenant->explain.rings[DP_WRITER_WORKER]);
}

void
dp_explain_left(const struct dp_context *context, const struct rte_mbuf *m)
{
	struct dp_explain_ring *ring = &context->tenant->tenant->explain.rings[DP_WRITER_WORKER];
	const struct dp_meta *meta = RTE_MBUF_DYNFIELD(m, dp_meta_offset, const struct dp_meta *);
	struct dp_explain_record *record = begin_record(context->dp, ring, context->tenant, meta, VERDICT(LEFT));

	if (record == NULL)
		return;
	record->waited_ns = waited_ns(context, meta);
	publish(ring);
}

void
dp_explain_dropped(const struct dp *dp, const struct dp_state_tenant *tenant, const struct rte_mbuf *m,
	dp_drop_reason_t reason, enum dp_writer writer)
{
	struct dp_explain_ring *ring = &tenant->tenant->explain.rings[writer];
	const struct dp_meta *meta = RTE_MBUF_DYNFIELD(m, dp_meta_offset, const struct dp_meta *);
	struct dp_explain_record *record = begin_record(dp, ring, tenant, meta, VERDICT(DROPPED));

	if (record == NULL)
		return;
	record->reason = (uint8_t)reason;
	publish(ring);
}
