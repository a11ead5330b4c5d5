/* SPDX-License-Identifier: Apache-2.0 */
/* Views and their nodes by position. */
#include <string.h>

#include "../function/function.h"
#include "build.h"

#define VIEWS_MAX 4096

typedef Nfaas__Dataplane__V1__View view_message_t;
typedef Nfaas__Dataplane__V1__Node node_message_t;

struct dp_node *
dp_build_find_node(const struct dp_view *view, const char *name)
{
	for (unsigned i = 0; i < view->n_nodes; i++)
		if (strcmp(view->nodes[i].name, name) == 0)
			return &view->nodes[i];
	return NULL;
}

/* Claims a position: SI 1..255, one node each, in each direction. */
static bool
claim_position(struct dp_build *build, struct dp_view *view, uint8_t index, enum dp_direction direction, uint32_t si)
{
	const char *field = direction == DP_FORWARD ? "forward_si" : "reverse_si";

	if (si < 1 || si > UINT8_MAX)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), field, "%u is not in 1..255", si);
	if (view->by_si[direction][si] != DP_NODE_NONE)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), field, "node %s has %u already",
			view->nodes[view->by_si[direction][si]].name, si);
	view->by_si[direction][si] = index;
	view->nodes[index].si[direction] = (uint8_t)si;
	return true;
}

static bool
check_key(struct dp_build *build, const struct dp_view *view, struct dp_node *node, const char *state_key)
{
	node->key = dp_hash_string(state_key[0] != '\0' ? state_key : node->name, 0);
	for (const struct dp_node *other = view->nodes; other != node; other++)
		if (other->key == node->key)
			return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "state_key", "node %s has it already", other->name);
	return true;
}

static bool
build_function(struct dp_build *build, const struct dp_state_tenant *tenant, const node_message_t *message,
	struct dp_node *node)
{
	const struct dp_function *own = build->dp->function;

	node->function = dp_function_of_kind(message->kind_case);
	if (node->function == NULL)
		return dp_build_fail(build, DP_CODE(UNSUPPORTED), "kind", "a function this process does not know");
	if (node->local && node->function != own)
		return dp_build_fail(build, DP_CODE(UNSUPPORTED), "pool", "a %s is run by pods of its own kind, this one is a %s",
			node->function->name, own->name);
	return node->function->build(build, tenant, message, node);
}

static bool
build_node(struct dp_build *build, const struct dp_state_tenant *tenant, struct dp_view *view,
	const node_message_t *message, struct dp_node *node)
{
	uint8_t index = (uint8_t)(node - view->nodes);

	if (!dp_build_name(build, node->name, message->name, "name"))
		return false;
	if (dp_build_find_node(view, message->name) != node)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "name", "node %s is there twice", node->name);
	if (!claim_position(build, view, index, DP_FORWARD, message->forward_si)
		|| !claim_position(build, view, index, DP_REVERSE, message->reverse_si)
		|| !check_key(build, view, node, message->state_key))
		return false;
	node->pool = dp_state_find_pool(build->state, message->pool);
	if (node->pool == NULL)
		return dp_build_fail(build, DP_CODE(UNKNOWN_REFERENCE), "pool", "there is no pool %.64s", message->pool);
	if (!dp_build_check_pods(build, node->pool))
		return false;
	node->local = node->pool->self;
	return build_function(build, tenant, message, node);
}

static bool
check_one_node_each(struct dp_build *build, const struct dp_view *view, unsigned index)
{
	const char *name = view->nodes[index].attachment_name;

	for (unsigned i = 0; name[0] != '\0' && i < index; i++)
		if (strcmp(view->nodes[i].attachment_name, name) == 0)
			return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "attachment.name",
				"attachment %s is at node %s already", name, view->nodes[i].name);
	return true;
}

static bool
build_nodes(struct dp_build *build, const view_message_t *message, struct dp_state_tenant *tenant,
	struct dp_view *view, unsigned *n_rules)
{
	view->nodes = dp_build_alloc(build, message->n_nodes, sizeof(*view->nodes));
	if (view->nodes == NULL)
		return false;
	for (size_t i = 0; i < message->n_nodes; i++) {
		size_t mark = dp_path_enter(build, ".nodes[%zu]", i);
		struct dp_node *node = &view->nodes[i];

		view->n_nodes++;
		node->first_rule = *n_rules;
		if (!build_node(build, tenant, view, message->nodes[i], node) || !check_one_node_each(build, view, (unsigned)i))
			return false;
		tenant->copies |= node->local && node->copies;
		if (node->rule_names != NULL)
			*n_rules += node->n_rules + 1;
		dp_path_leave(build, mark);
	}
	return true;
}

static bool
build_view(struct dp_build *build, const view_message_t *message, struct dp_view *view)
{
	struct dp_state_tenant *tenant = dp_state_find_tenant(build->state, message->tenant_id);
	unsigned n_rules = 0, n_edges = 0;

	memset(view->by_si, DP_NODE_NONE, sizeof(view->by_si));
	if (tenant == NULL || message->tenant_id == 0)
		return dp_build_fail(build, DP_CODE(UNKNOWN_REFERENCE), "tenant_id", "there is no tenant %u",
			message->tenant_id);
	if (message->view_id < 1 || message->view_id >= DP_VIEWS_PER_TENANT)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "view_id", "%u is not in 1..255", message->view_id);
	if (tenant->views[message->view_id] != NULL)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "view_id", "tenant %u has two views %u",
			message->tenant_id, message->view_id);
	if (message->n_nodes > DP_NODES_MAX)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), "nodes", "%zu nodes; at most %d", message->n_nodes,
			DP_NODES_MAX);
	view->tenant_id = message->tenant_id;
	view->view_id = (uint8_t)message->view_id;
	if (!build_nodes(build, message, tenant, view, &n_rules) || !dp_build_edges(build, message, view, &n_edges)
		|| !dp_build_view_counters(build, view, message->uid, n_edges, n_rules))
		return false;
	tenant->views[message->view_id] = view;
	return true;
}

static bool
link_view(struct dp_build *build, const view_message_t *message, const struct dp_view *view)
{
	const struct dp_state_tenant *tenant = dp_state_find_tenant(build->state, view->tenant_id);

	for (size_t i = 0; i < message->n_nodes; i++) {
		size_t mark = dp_path_enter(build, ".nodes[%zu]", i);
		struct dp_node *node = &view->nodes[i];

		if (node->local && node->function->link != NULL
			&& !node->function->link(build, tenant, message->nodes[i], view, node))
			return false;
		dp_path_leave(build, mark);
	}
	return true;
}

static bool
link_views(struct dp_build *build)
{
	for (size_t i = 0; i < build->desired->n_views; i++) {
		size_t mark = dp_path_enter(build, "views[%zu]", i);

		build->tenant_id = build->desired->views[i]->tenant_id;
		build->view_id = build->desired->views[i]->view_id;
		if (!link_view(build, build->desired->views[i], &build->state->views[i]))
			return false;
		build->tenant_id = build->view_id = 0;
		dp_path_leave(build, mark);
	}
	return true;
}

bool
dp_build_views(struct dp_build *build)
{
	const Nfaas__Dataplane__V1__DesiredState *desired = build->desired;

	if (desired->n_views > VIEWS_MAX)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), "views", "%zu views; at most %d", desired->n_views,
			VIEWS_MAX);
	build->state->views = dp_build_alloc(build, desired->n_views, sizeof(*build->state->views));
	if (build->state->views == NULL)
		return false;
	for (size_t i = 0; i < desired->n_views; i++) {
		size_t mark = dp_path_enter(build, "views[%zu]", i);

		build->tenant_id = desired->views[i]->tenant_id;
		build->view_id = desired->views[i]->view_id;
		build->state->n_views++;
		if (!build_view(build, desired->views[i], &build->state->views[i]))
			return false;
		build->tenant_id = build->view_id = 0;
		dp_path_leave(build, mark);
	}
	if (!link_views(build))
		return false;
	dp_build_inside(build);
	return true;
}
