/* SPDX-License-Identifier: Apache-2.0 */
/* What is done for all mappings of a tenant: views of one chain share a table, so each is met once. */
#include "nat.h"

#define AGE_STEP 512 /* mappings; every 10 ms or so */

const struct dp_nat *
dp_nat_next(const struct dp_state_tenant *tenant, unsigned *view, unsigned *node)
{
	for (; *view < DP_VIEWS_PER_TENANT; (*view)++, *node = 0) {
		const struct dp_view *in = tenant->views[*view];

		while (in != NULL && *node < in->n_nodes) {
			const struct dp_node *candidate = &in->nodes[(*node)++];
			const struct dp_nat *nat = candidate->function == &dp_function_nat ? candidate->config : NULL;

			if (nat != NULL && nat->table != NULL)
				return nat;
		}
	}
	return NULL;
}

static bool
is_met_before(const struct dp_state_tenant *tenant, const struct dp_nat *nat)
{
	unsigned view = 0, node = 0;
	const struct dp_nat *other;

	do
		other = dp_nat_next(tenant, &view, &node);
	while (other->table != nat->table);
	return other != nat;
}

void
dp_nat_housekeep(struct dp_context *context)
{
	unsigned view = 0, node = 0;
	const struct dp_nat *nat;

	while ((nat = dp_nat_next(context->tenant, &view, &node)) != NULL)
		if (!is_met_before(context->tenant, nat))
			dp_nat_age(nat->table, AGE_STEP, context->now);
}

struct dp_nat_usage
dp_nat_usage(const struct dp_state_tenant *tenant)
{
	struct dp_nat_usage usage = {0};
	unsigned view = 0, node = 0;
	const struct dp_nat *nat;

	while ((nat = dp_nat_next(tenant, &view, &node)) != NULL) {
		if (is_met_before(tenant, nat))
			continue;
		usage.mappings += __atomic_load_n(&nat->table->live, __ATOMIC_RELAXED);
		for (unsigned i = 0; i < nat->n_public; i++)
			usage.blocks += nat->public[i].n_blocks;
	}
	return usage;
}
