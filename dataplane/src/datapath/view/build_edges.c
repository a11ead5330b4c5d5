/* SPDX-License-Identifier: Apache-2.0 */
/* Edges of a view with their outputs and matches, once its nodes are read. */
#include <string.h>

#include "build.h"

typedef Nfaas__Dataplane__V1__Edge edge_message_t;

/* On the way back a function has only the unnamed output: branches of the graph meet there. */
static bool
find_output(struct dp_build *build, const struct dp_node *node, enum dp_direction direction, const char *name,
	uint8_t *output)
{
	*output = DP_OUTPUT_UNNAMED;
	if (name[0] == '\0')
		return true;
	for (uint8_t i = 0; direction == DP_FORWARD && i < node->n_outputs; i++)
		if (strcmp(node->output_names[i], name) == 0) {
			*output = i;
			return true;
		}
	return dp_build_fail(build, DP_CODE(UNKNOWN_REFERENCE), "output", "node %s has no output %.64s", node->name, name);
}

static bool
build_edge(struct dp_build *build, const struct dp_view *view, const struct dp_node *from, enum dp_direction direction,
	const edge_message_t *message, struct dp_edge *edge)
{
	const struct dp_node *to = dp_build_find_node(view, message->to);

	if (to == NULL)
		return dp_build_fail(build, DP_CODE(UNKNOWN_REFERENCE), "to", "there is no node %.64s", message->to);
	if (to->si[direction] >= from->si[direction])
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "to",
			"SI must fall along an edge: %u at %s, %u at %s", from->si[direction], from->name,
			to->si[direction], to->name);
	edge->to = to;
	if (!find_output(build, from, direction, message->output, &edge->output))
		return false;
	if (from->copies && edge->output != DP_OUTPUT_UNNAMED && to->attachment_name[0] == '\0')
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "to", "copies go to an attachment, %s is a function",
			to->name);
	return dp_build_match(build, message->match, &edge->match);
}

/* Counters are told by the nodes an edge joins, so edges between the same two count together. */
static void
assign_counter(struct dp_edge *edges, size_t index, unsigned *n_edges)
{
	for (size_t i = 0; i < index; i++)
		if (edges[i].to == edges[index].to) {
			edges[index].counter = edges[i].counter;
			return;
		}
	edges[index].counter = (uint16_t)(*n_edges)++;
}

static bool
build_edges(struct dp_build *build, const struct dp_view *view, struct dp_node *node, enum dp_direction direction,
	edge_message_t *const *messages, size_t n, unsigned *n_edges)
{
	const char *field = direction == DP_FORWARD ? "forward" : "reverse";

	if (n > DP_EDGES_MAX || *n_edges + n > 2 * DP_EDGES_MAX)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), field, "more than %d edges", DP_EDGES_MAX);
	node->edges[direction] = dp_build_alloc(build, n, sizeof(struct dp_edge));
	if (node->edges[direction] == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t mark = dp_path_enter(build, ".%s[%zu]", field, i);

		if (!build_edge(build, view, node, direction, messages[i], &node->edges[direction][i]))
			return false;
		assign_counter(node->edges[direction], i, n_edges);
		dp_path_leave(build, mark);
	}
	node->n_edges[direction] = (uint16_t)n;
	return true;
}

/* An attachment is an end of the chain: traffic leaves there, so in one direction it has no edges. */
static bool
check_ends(struct dp_build *build, const struct dp_node *node)
{
	if (node->attachment_name[0] == '\0' || node->n_edges[DP_FORWARD] == 0 || node->n_edges[DP_REVERSE] == 0)
		return true;
	return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "attachment",
		"an attachment is a source or a sink, %s is in the middle", node->name);
}

bool
dp_build_edges(struct dp_build *build, const Nfaas__Dataplane__V1__View *message, struct dp_view *view, unsigned *n_edges)
{
	for (size_t i = 0; i < message->n_nodes; i++) {
		size_t mark = dp_path_enter(build, ".nodes[%zu]", i);
		struct dp_node *node = &view->nodes[i];

		if (!build_edges(build, view, node, DP_FORWARD, message->nodes[i]->forward,
				message->nodes[i]->n_forward, n_edges)
			|| !build_edges(build, view, node, DP_REVERSE, message->nodes[i]->reverse,
				message->nodes[i]->n_reverse, n_edges)
			|| !check_ends(build, node))
			return false;
		dp_path_leave(build, mark);
	}
	return true;
}
