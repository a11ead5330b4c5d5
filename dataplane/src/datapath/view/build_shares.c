/* SPDX-License-Identifier: Apache-2.0 */
/* The views that attachments inject into, once views are read. */
#include <string.h>

#include "build.h"

/* The node an attachment is in a view. A source of the graph injects forward, a sink reverse. */
static bool
find_injection(const struct dp_view *view, const char *attachment, struct dp_injection *injection)
{
	for (unsigned i = 0; i < view->n_nodes; i++) {
		const struct dp_node *node = &view->nodes[i];

		if (strcmp(node->attachment_name, attachment) != 0)
			continue;
		*injection = (struct dp_injection){
			.view = view,
			.node = (uint8_t)i,
			.direction = node->n_edges[DP_REVERSE] > 0 ? DP_REVERSE : DP_FORWARD,
		};
		return node->local;
	}
	return false;
}

static bool
build_share(struct dp_build *build, const struct dp_state_tenant *tenant, struct dp_attachment *attachment,
	const Nfaas__Dataplane__V1__ViewShare *message, struct dp_ingress *ingress, unsigned *used)
{
	struct dp_injection injection;

	if (message->share > DP_SHARES - *used)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "share", "shares sum to more than %d", DP_SHARES);
	if (message->view_id >= DP_VIEWS_PER_TENANT || tenant->views[message->view_id] == NULL)
		return dp_build_fail(build, DP_CODE(UNKNOWN_REFERENCE), "view_id", "tenant %u has no view %u",
			tenant->tenant_id, message->view_id);
	if (!find_injection(tenant->views[message->view_id], attachment->name, &injection))
		return dp_build_fail(build, DP_CODE(UNKNOWN_REFERENCE), "view_id",
			"view %u has no node for attachment %s that this pod runs", message->view_id, attachment->name);
	for (unsigned i = 0; i < message->share; i++)
		attachment->shares[(*used)++] = injection;
	*ingress = (struct dp_ingress){.injection = injection, .keep_flows = message->keep_flows};
	return true;
}

static bool
build_attachment_shares(struct dp_build *build, const Nfaas__Dataplane__V1__Attachment *message,
	struct dp_state_tenant *tenant, struct dp_attachment *attachment)
{
	struct dp_ingress *ingress = dp_build_alloc(build, message->n_ingress, sizeof(*ingress));
	bool keeps = false;
	unsigned used = 0;

	if (ingress == NULL)
		return false;
	if (message->n_ingress >= DP_VIEWS_PER_TENANT)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), "ingress", "%zu views; at most %d", message->n_ingress,
			DP_VIEWS_PER_TENANT - 1);
	for (size_t i = 0; i < message->n_ingress; i++) {
		size_t mark = dp_path_enter(build, ".ingress[%zu]", i);

		build->tenant_id = tenant->tenant_id;
		build->view_id = message->ingress[i]->view_id;
		if (!build_share(build, tenant, attachment, message->ingress[i], &ingress[i], &used))
			return false;
		keeps |= ingress[i].keep_flows;
		build->tenant_id = build->view_id = 0;
		dp_path_leave(build, mark);
	}
	if (message->n_ingress > 0 && used != DP_SHARES)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "ingress", "shares sum to %u, not %d", used, DP_SHARES);
	if (keeps) {
		attachment->ingress = ingress;
		attachment->n_ingress = (uint8_t)message->n_ingress;
		tenant->keeps = true;
	}
	return true;
}

bool
dp_build_shares(struct dp_build *build)
{
	for (unsigned t = 0; t < build->state->n_tenants; t++) {
		struct dp_state_tenant *tenant = &build->state->tenants[t];

		for (unsigned a = 0; a < tenant->n_attachments; a++) {
			size_t mark = dp_path_enter(build, "tenants[%u].attachments[%u]", t, a);

			if (!build_attachment_shares(build, build->desired->tenants[t]->attachments[a], tenant,
				&tenant->attachments[a]))
				return false;
			dp_path_leave(build, mark);
		}
	}
	return true;
}
