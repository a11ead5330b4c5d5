/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a packet need not ask for while it stays in its pod.
 *
 * An edge is inside when it leads to a function of the pool that its node is of: who got the packet by that pool is who
 * would get it again. So no backend is chosen there, and none to be remembered: it is this pod, whatever becomes of
 * the pool. Unless the flow is known to be elsewhere: its entry, where it has one, still says so.
 *
 * A node needs no entries of flows when its function asks for none, and each of its ways is a sole edge inside: there is no
 * way back to be remembered either. Where a run of such nodes begins and ends flows are tracked, as the pools beyond change.
 * What an entry would have said is known from the view and from the entry at the run's end (dp_follow_new()), so that flows
 * go on as they did when another view of the chain has edges to choose from there.
 */
#include "../function/function.h"
#include "build.h"

static bool
is_inside(const struct dp_node *from, const struct dp_node *to)
{
	return from->local && from->attachment == NULL && to->pool == from->pool && to->attachment_name[0] == '\0'
		&& to->function->steer == NULL;
}

static void
find_sole(struct dp_node *node, enum dp_direction direction)
{
	const struct dp_edge *edge = node->edges[direction];

	if (node->n_edges[direction] == 1 && edge->match.all && edge->output == DP_OUTPUT_UNNAMED)
		node->sole[direction] = edge;
}

static bool
stays_inside(const struct dp_node *node, enum dp_direction direction)
{
	return node->n_edges[direction] == 0 || (node->sole[direction] != NULL && node->sole[direction]->inside);
}

static void
build_node(struct dp_node *node)
{
	const struct dp_function *function = node->function;

	for (unsigned d = 0; d < DP_DIRECTIONS; d++) {
		for (unsigned i = 0; i < node->n_edges[d]; i++)
			node->edges[d][i].inside = is_inside(node, node->edges[d][i].to);
		find_sole(node, (enum dp_direction)d);
	}
	node->untracked = node->local && function->asks_entry != NULL && !function->asks_entry(node)
		&& stays_inside(node, DP_FORWARD) && stays_inside(node, DP_REVERSE);
}

static void
read_former(const struct dp_state *state, uint32_t tenant_id, struct dp_node *node, enum dp_direction direction)
{
	for (unsigned v = 0; state != NULL && node->former[direction] == 0 && v < state->n_views; v++) {
		const struct dp_view *view = &state->views[v];

		for (unsigned i = 0; view->tenant_id == tenant_id && i < view->n_nodes; i++) {
			const struct dp_node *other = &view->nodes[i];

			if (other->key != node->key)
				continue;
			if (other->untracked && other->sole[direction] != NULL)
				node->former[direction] = (uint32_t)other->sole[direction]->to->key;
			else if (!other->untracked)
				node->former[direction] = other->former[direction];
		}
	}
}

static void
build_former(const struct dp_build *build, uint32_t tenant_id, struct dp_node *node)
{
	if (node->untracked || !node->local || node->function->asks_entry == NULL)
		return;
	for (unsigned d = 0; d < DP_DIRECTIONS; d++) {
		read_former(build->state, tenant_id, node, (enum dp_direction)d);
		read_former(build->previous, tenant_id, node, (enum dp_direction)d);
	}
}

void
dp_build_inside(struct dp_build *build)
{
	struct dp_state *state = build->state;

	for (unsigned v = 0; v < state->n_views; v++)
		for (unsigned i = 0; i < state->views[v].n_nodes; i++)
			build_node(&state->views[v].nodes[i]);
	for (unsigned v = 0; v < state->n_views; v++)
		for (unsigned i = 0; i < state->views[v].n_nodes; i++)
			build_former(build, state->views[v].tenant_id, &state->views[v].nodes[i]);
}
