/* SPDX-License-Identifier: Apache-2.0 */
/* Counters to protobuf. Everything is malloc'ed, as protobuf-c's own unpack would, so that its free function fits. */
#include <stdlib.h>
#include <string.h>

#include "../function/nat.h"
#include "../view/state.h"
#include "drop.h"

typedef Nfaas__Dataplane__V1__CountersResponse response_t;
typedef Nfaas__Dataplane__V1__ViewCounters view_message_t;
typedef Nfaas__Dataplane__V1__TenantCounters tenant_message_t;
typedef Nfaas__Dataplane__V1__DropCounter drop_message_t;
typedef Nfaas__Dataplane__V1__EdgeCounter edge_message_t;
typedef Nfaas__Dataplane__V1__RuleCounter rule_message_t;
typedef Nfaas__Dataplane__V1__LatencyHistogram latency_message_t;
typedef Nfaas__Dataplane__V1__Direction direction_t;

static const direction_t directions[DP_DIRECTIONS] = {
	NFAAS__DATAPLANE__V1__DIRECTION__DIRECTION_FORWARD,
	NFAAS__DATAPLANE__V1__DIRECTION__DIRECTION_REVERSE,
};

/* Room for `more` further elements of a repeated field. `list` is the address of the field's array pointer. */
static bool
reserve(void *list, size_t used, size_t more)
{
	void *grown, *old;

	memcpy(&old, list, sizeof(old));
	if (used + more == 0)
		return true;
	grown = realloc(old, (used + more) * sizeof(void *));
	if (grown == NULL)
		return false;
	memcpy(list, &grown, sizeof(grown));
	return true;
}

/* Sets a string field. protobuf-c's empty string is a constant of its own that its free function knows. */
static bool
set_string(char **field, const char *value)
{
	if (value[0] == '\0')
		return true;
	*field = strdup(value);
	return *field != NULL;
}

static bool
append_drop(drop_message_t ***list, size_t *n, const char *node, direction_t direction, dp_drop_reason_t reason,
	struct dp_counter counter)
{
	drop_message_t *message;

	if (counter.packets == 0)
		return true;
	message = reserve(list, *n, 1) ? malloc(sizeof(*message)) : NULL;
	if (message == NULL)
		return false;
	nfaas__dataplane__v1__drop_counter__init(message);
	(*list)[(*n)++] = message;
	message->direction = direction;
	message->reason = reason;
	message->packets = counter.packets;
	message->bytes = counter.bytes;
	return set_string(&message->node, node);
}

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

			if (!append_drop(&message->drops, &message->n_drops, known ? view->nodes[node].name : "",
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
	const char *other = view->nodes[edge->to].name;
	edge_message_t *out = malloc(sizeof(*out));

	if (out == NULL)
		return false;
	nfaas__dataplane__v1__edge_counter__init(out);
	message->edges[message->n_edges++] = out;
	out->direction = directions[direction];
	out->packets = counter.packets;
	out->bytes = counter.bytes;
	return set_string(&out->from, direction == DP_FORWARD ? node->name : other)
		&& set_string(&out->to, direction == DP_FORWARD ? other : node->name);
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
		rule_message_t *out = malloc(sizeof(*out));

		if (out == NULL)
			return false;
		nfaas__dataplane__v1__rule_counter__init(out);
		message->rules[message->n_rules++] = out;
		out->packets = counter.packets;
		out->bytes = counter.bytes;
		if (!set_string(&out->node, node->name)
			|| !set_string(&out->rule, i < node->n_rules ? node->rule_names[i] : ""))
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
		out = reserve(&message->latency, message->n_latency, 1) ? malloc(sizeof(*out)) : NULL;
		if (out == NULL)
			return false;
		nfaas__dataplane__v1__latency_histogram__init(out);
		message->latency[message->n_latency++] = out;
		out->direction = directions[d];
		out->buckets = calloc(DP_LATENCY_BUCKETS, sizeof(*out->buckets));
		if (out->buckets == NULL || !set_string(&out->node, view->nodes[node].name))
			return false;
		out->n_buckets = DP_LATENCY_BUCKETS;
		for (unsigned i = 0; i < DP_LATENCY_BUCKETS; i++)
			out->buckets[i] = __atomic_load_n(&latency->buckets[i], __ATOMIC_RELAXED);
		out->sum_ns = __atomic_load_n(&latency->sum_ns, __ATOMIC_RELAXED);
	}
	return true;
}

static bool
fill_view(view_message_t *message, const struct dp_view *view)
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
	if (!set_string(&message->uid, view->counters->uid)
		|| !reserve(&message->edges, 0, view->counters->n_edges)
		|| !reserve(&message->rules, 0, view->counters->n_rules))
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

static bool
fill_tenant(tenant_message_t *message, const struct dp_state_tenant *tenant)
{
	struct dp_nat_usage nat = dp_nat_usage(tenant);

	message->tenant_id = tenant->tenant_id;
	message->nat_mappings = nat.mappings;
	message->nat_blocks = nat.blocks;
	message->flows = __atomic_load_n(&tenant->tenant->flows.live, __ATOMIC_RELAXED);
	message->icmp_errors = __atomic_load_n(&tenant->tenant->icmp_errors.sent, __ATOMIC_RELAXED);
	message->icmp_errors_limited = __atomic_load_n(&tenant->tenant->icmp_errors.limited, __ATOMIC_RELAXED);
	message->mss_clamped = __atomic_load_n(&tenant->tenant->mss_clamped, __ATOMIC_RELAXED);
	for (unsigned reason = 0; reason < DP_DROP_REASONS; reason++) {
		struct dp_counter sum = dp_counter_sum(
			dp_counter_read(&tenant->tenant->drops[DP_WRITER_WORKER][reason]),
			dp_counter_read(&tenant->tenant->drops[DP_WRITER_IO][reason]));

		if (!append_drop(&message->drops, &message->n_drops, "",
			NFAAS__DATAPLANE__V1__DIRECTION__DIRECTION_UNSPECIFIED, (dp_drop_reason_t)reason, sum))
			return false;
	}
	return true;
}

static bool
fill_tenants(response_t *response, const struct dp_state *state)
{
	if (!reserve(&response->tenants, response->n_tenants, state->n_tenants))
		return false;
	for (unsigned i = 0; i < state->n_tenants; i++) {
		tenant_message_t *message = malloc(sizeof(*message));

		if (message == NULL)
			return false;
		nfaas__dataplane__v1__tenant_counters__init(message);
		response->tenants[response->n_tenants++] = message;
		if (!fill_tenant(message, &state->tenants[i]))
			return false;
	}
	return true;
}

static void
fill_kept(view_message_t *message, const struct dp_state *state, const struct dp_view *view)
{
	const struct dp_state_tenant *tenant = dp_state_find_tenant(state, view->tenant_id);
	const struct dp_kept *kept = &tenant->tenant->kept;

	if (tenant->keeps)
		message->kept_looks = __atomic_load_n(&kept->looks, __ATOMIC_ACQUIRE);
	message->kept_flows_counted = message->kept_looks > 0;
	if (message->kept_flows_counted)
		message->kept_flows = __atomic_load_n(&kept->flows[view->view_id], __ATOMIC_RELAXED);
}

static bool
fill_views(response_t *response, const struct dp_state *state)
{
	if (!reserve(&response->views, response->n_views, state->n_views))
		return false;
	for (unsigned i = 0; i < state->n_views; i++) {
		view_message_t *message = malloc(sizeof(*message));

		if (message == NULL)
			return false;
		nfaas__dataplane__v1__view_counters__init(message);
		response->views[response->n_views++] = message;
		if (!fill_view(message, &state->views[i]))
			return false;
		fill_kept(message, state, &state->views[i]);
	}
	return true;
}

bool
dp_counters_fill(struct dp *dp, const struct dp_state *state, response_t *response)
{
	for (unsigned writer = 0; writer < DP_WRITERS; writer++)
		response->malformed_packets += __atomic_load_n(&dp->malformed[writer], __ATOMIC_RELAXED);
	return state == NULL || (fill_tenants(response, state) && fill_views(response, state));
}
