/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "export_internal.h"

typedef Nfaas__Dataplane__V1__ViewCounters view_message_t;
typedef Nfaas__Dataplane__V1__EdgeCounter edge_message_t;
typedef Nfaas__Dataplane__V1__RuleCounter rule_message_t;
typedef Nfaas__Dataplane__V1__LatencyHistogram latency_message_t;
typedef Nfaas__Dataplane__V1__Direction direction_t;

static const direction_t directions[DP_DIRECTIONS] = {
	NFAAS__DATAPLANE__V1__DIRECTION__DIRECTION_FORWARD,
	NFAAS__DATAPLANE__V1__DIRECTION__DIRECTION_REVERSE,
};

static bool
append_node_drops(view_message_t *message, const struct dp_view *view, unsigned node)
{
	bool known = node < view->n_nodes;

	for (unsigned d = 0; d < DP_DIRECTIONS; d++) {
		direction_t direction = known ? directions[d] : NFAAS__DATAPLANE__V1__DIRECTION__DIRECTION_UNSPECIFIED;

		for (unsigned reason = 0; reason < DP_DROP_REASONS; reason++) {
			struct dp_counter sum = dp_counter_sum(
				dp_counter_read(&view->counters->drops[DP_WRITER_WORKER][node][d][reason]),
				dp_counter_read(&view->counters->drops[DP_WRITER_IO][node][d][reason]));

			if (!dp_append_drop(&message->drops, &message->n_drops, known ? view->nodes[node].name : "",
				direction, (dp_drop_reason_t)reason, sum))
				return false;
		}
	}
	return true;
}

static bool
append_edge(view_message_t *message, const struct dp_view *view, const struct dp_node *node,
	const struct dp_edge *edge, enum dp_direction direction)
{
	struct dp_counter counter = dp_counter_read(&view->counters->edges[edge->counter]);
	const char *other = edge->to->name;
	edge_message_t *out = dp_message_append(&message->edges, &message->n_edges, &nfaas__dataplane__v1__edge_counter__descriptor);

	if (out == NULL)
		return false;
	out->direction = directions[direction];
	out->packets = counter.packets;
	out->bytes = counter.bytes;
	return dp_message_string(&out->from, direction == DP_FORWARD ? node->name : other)
		&& dp_message_string(&out->to, direction == DP_FORWARD ? other : node->name);
}

static bool
append_node_edges(view_message_t *message, const struct dp_view *view, const struct dp_node *node)
{
	for (unsigned d = 0; d < DP_DIRECTIONS; d++) {
		int last = -1; /* a counter shared with an edge before is not above it */

		for (unsigned i = 0; i < node->n_edges[d]; i++) {
			const struct dp_edge *edge = &node->edges[d][i];

			if (edge->counter <= last)
				continue;
			last = edge->counter;
			if (!append_edge(message, view, node, edge, (enum dp_direction)d))
				return false;
		}
	}
	return true;
}

/* The rules of a firewall and, as rule "", its default action. */
static bool
append_node_rules(view_message_t *message, const struct dp_view *view, const struct dp_node *node)
{
	for (unsigned i = 0; node->rule_names != NULL && i <= node->n_rules; i++) {
		struct dp_counter counter = dp_counter_read(&view->counters->rules[node->first_rule + i]);
		rule_message_t *out = dp_message_append(&message->rules, &message->n_rules, &nfaas__dataplane__v1__rule_counter__descriptor);

		if (out == NULL)
			return false;
		out->packets = counter.packets;
		out->bytes = counter.bytes;
		if (!dp_message_string(&out->node, node->name)
			|| !dp_message_string(&out->rule, i < node->n_rules ? node->rule_names[i] : ""))
			return false;
	}
	return true;
}

/* Without those that no packet has been at. */
static bool
append_node_latency(view_message_t *message, const struct dp_view *view, unsigned node)
{
	for (unsigned d = 0; d < DP_DIRECTIONS; d++) {
		const struct dp_latency *latency = &view->counters->latency[node][d];
		latency_message_t *out;
		uint64_t packets = 0;

		for (unsigned i = 0; i < DP_LATENCY_BUCKETS; i++)
			packets += __atomic_load_n(&latency->buckets[i], __ATOMIC_RELAXED);
		if (packets == 0)
			continue;
		if (!dp_message_reserve(&message->latency, message->n_latency, 1))
			return false;
		out = dp_message_append(&message->latency, &message->n_latency, &nfaas__dataplane__v1__latency_histogram__descriptor);
		if (out == NULL)
			return false;
		out->direction = directions[d];
		out->buckets = calloc(DP_LATENCY_BUCKETS, sizeof(*out->buckets));
		if (out->buckets == NULL || !dp_message_string(&out->node, view->nodes[node].name))
			return false;
		out->n_buckets = DP_LATENCY_BUCKETS;
		for (unsigned i = 0; i < DP_LATENCY_BUCKETS; i++)
			out->buckets[i] = __atomic_load_n(&latency->buckets[i], __ATOMIC_RELAXED);
		out->sum_ns = __atomic_load_n(&latency->sum_ns, __ATOMIC_RELAXED);
	}
	return true;
}

bool
dp_export_view(view_message_t *message, const struct dp_view *view)
{
	struct dp_counter injected = dp_counter_read(&view->counters->injected);
	struct dp_counter left = dp_counter_read(&view->counters->left);
	struct dp_counter copied = dp_counter_read(&view->counters->copied);
	struct dp_counter entered = dp_counter_read(&view->counters->entered);
	struct dp_counter handed = dp_counter_read(&view->counters->handed);

	message->tenant_id = view->tenant_id;
	message->view_id = view->view_id;
	message->injected_packets = injected.packets;
	message->injected_bytes = injected.bytes;
	message->left_packets = left.packets;
	message->left_bytes = left.bytes;
	message->copied_packets = copied.packets;
	message->copied_bytes = copied.bytes;
	message->entered_packets = entered.packets;
	message->entered_bytes = entered.bytes;
	message->handed_packets = handed.packets;
	message->handed_bytes = handed.bytes;
	if (!dp_message_string(&message->uid, view->counters->uid)
		|| !dp_message_reserve(&message->edges, 0, view->counters->n_edges)
		|| !dp_message_reserve(&message->rules, 0, view->counters->n_rules))
		return false;
	for (unsigned i = 0; i <= view->n_nodes; i++) {
		if (!append_node_drops(message, view, i))
			return false;
		if (i < view->n_nodes && !(append_node_edges(message, view, &view->nodes[i])
			&& append_node_rules(message, view, &view->nodes[i]) && append_node_latency(message, view, i)))
			return false;
	}
	return true;
}
