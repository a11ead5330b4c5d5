/* SPDX-License-Identifier: Apache-2.0 */
/* The counters of a view: lent by the state before, if it had the view. */
#include <string.h>

#include "../counters/view_counters.h"
#include "build.h"

/* All names that counters are told by, in order. */
static uint64_t
shape_of(const struct dp_view *view)
{
	uint64_t shape = view->n_nodes;

	for (unsigned i = 0; i < view->n_nodes; i++) {
		const struct dp_node *node = &view->nodes[i];

		shape = dp_hash_string(node->name, shape);
		for (unsigned d = 0; d < DP_DIRECTIONS; d++)
			for (unsigned e = 0; e < node->n_edges[d]; e++)
				shape = dp_hash_string(node->edges[d][e].to->name, shape + d);
		for (unsigned r = 0; r < node->n_rules; r++)
			shape = dp_hash_string(node->rule_names[r], shape);
	}
	return shape;
}

static const struct dp_view *
find_by_uid(const struct dp_state *state, uint32_t tenant_id, const char *uid)
{
	for (unsigned i = 0; state != NULL && i < state->n_views; i++)
		if (state->views[i].tenant_id == tenant_id && state->views[i].counters != NULL
			&& strcmp(state->views[i].counters->uid, uid) == 0)
			return &state->views[i];
	return NULL;
}

bool
dp_build_view_counters(struct dp_build *build, struct dp_view *view, const char *uid, unsigned n_edges,
	unsigned n_rules)
{
	const struct dp_view *before = find_by_uid(build->previous, view->tenant_id, uid);
	uint64_t shape = shape_of(view);
	char checked[DP_NAME_SIZE] = "";

	if (!dp_build_name(build, checked, uid, "uid"))
		return false;
	if (find_by_uid(build->state, view->tenant_id, uid) != NULL)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "uid", "two views have the uid %s", uid);
	if (before != NULL && before->counters->shape != shape)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "uid",
			"a view is immutable: other nodes, edges or rules need another uid");
	view->counters = before != NULL ? dp_view_counters_ref(before->counters)
		: dp_view_counters_create(uid, shape, view->n_nodes, n_edges, n_rules);
	return view->counters != NULL || dp_build_fail_memory(build);
}
