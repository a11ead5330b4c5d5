/* SPDX-License-Identifier: Apache-2.0 */
/* Ways from a view into others: read when all views are, and noted at both ends. */
#include "build.h"

typedef Nfaas__Dataplane__V1__Entrance entrance_message_t;

/* So that answers which come to `to` find back to `node`. */
static bool
add_origin(struct dp_build *build, struct dp_node *to, const struct dp_view *view, const struct dp_node *node, bool replaced)
{
	struct dp_origin *origin;

	for (origin = to->origins; origin != NULL; origin = origin->next)
		if (origin->node == node)
			return true;
	origin = dp_build_alloc(build, 1, sizeof(*origin));
	if (origin == NULL)
		return false;
	*origin = (struct dp_origin){.next = to->origins, .view = view, .node = node, .replaced = replaced};
	to->origins = origin;
	return true;
}

static bool
is_entered_from(const struct dp_node *to, const struct dp_state_pool *pool)
{
	for (unsigned i = 0; i < to->n_entered_from; i++)
		if (to->entered_from[i] == pool)
			return true;
	return false;
}

static bool
check_way(struct dp_build *build, const struct dp_node *to, const char *name, const struct dp_node *from)
{
	if (to == NULL)
		return dp_build_fail(build, DP_CODE(UNKNOWN_REFERENCE), "node", "the view has no node %.64s", name);
	if (to->attachment_name[0] == '\0' || to->n_edges[DP_FORWARD] == 0)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "node", "node %s is no attachment where its view begins", to->name);
	if (!is_entered_from(to, from->pool))
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "node", "node %s is not entered from pool %s", to->name,
			from->pool->name);
	return true;
}

static bool
read_entrance(struct dp_build *build, const struct dp_state_tenant *tenant, const entrance_message_t *message,
	const struct dp_view *view, const struct dp_node *node, struct dp_ingress *entrance)
{
	struct dp_view *entered = message->view_id < DP_VIEWS_PER_TENANT ? tenant->views[message->view_id] : NULL;
	struct dp_node *to;

	if (entered == NULL)
		return dp_build_fail(build, DP_CODE(UNKNOWN_REFERENCE), "view_id", "tenant %u has no view %u", tenant->tenant_id,
			message->view_id);
	if (entered == view)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "view_id", "a view does not enter itself");
	to = dp_build_find_node(entered, message->node);
	if (!check_way(build, to, message->node, node) || !add_origin(build, to, view, node, message->replaced))
		return false;
	*entrance = (struct dp_ingress){
		.injection = {.view = entered, .node = (uint8_t)(to - entered->nodes), .direction = DP_FORWARD},
		.keep_flows = message->keep_flows,
	};
	return true;
}

bool
dp_build_enter(struct dp_build *build, const struct dp_state_tenant *tenant, entrance_message_t *const *messages, size_t n,
	const struct dp_view *view, const struct dp_node *node, struct dp_enter *enter)
{
	struct dp_state_tenant *own = dp_state_find_tenant(build->state, tenant->tenant_id);
	unsigned used = 0;

	if (n >= DP_VIEWS_PER_TENANT)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), "enter", "%zu views; at most %d", n, DP_VIEWS_PER_TENANT - 1);
	enter->entrances = dp_build_alloc(build, n, sizeof(*enter->entrances));
	if (enter->entrances == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t mark = dp_path_enter(build, ".enter[%zu]", i);

		if (messages[i]->share > DP_SHARES - used)
			return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "share", "shares sum to more than %d", DP_SHARES);
		if (!read_entrance(build, tenant, messages[i], view, node, &enter->entrances[i]))
			return false;
		for (uint32_t share = 0; share < messages[i]->share; share++)
			enter->shares[used++] = enter->entrances[i].injection;
		enter->keeps |= messages[i]->keep_flows;
		own->keeps |= messages[i]->keep_flows;
		enter->n++;
		dp_path_leave(build, mark);
	}
	return used == DP_SHARES || used == 0
		|| dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "enter", "shares sum to %u, not %d", used, DP_SHARES);
}
