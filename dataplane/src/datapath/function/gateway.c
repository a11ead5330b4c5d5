/* SPDX-License-Identifier: Apache-2.0 */
/* The gateway as a function: its nodes are attachments. The ways in and out are in gateway_enter.c, gateway_leave.c. */
#include <string.h>

#include "follow.h"
#include "function.h"
#include "gateway.h"
#include "neighbour_send.h"
#include "gateway_keep.h"

static bool
read_entered_from(struct dp_build *build, const Nfaas__Dataplane__V1__AttachmentNode *message, struct dp_node *node)
{
	if (message->n_entered_from > UINT8_MAX)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), "attachment.entered_from", "%zu pools; at most %d",
			message->n_entered_from, UINT8_MAX);
	node->entered_from = dp_build_alloc(build, message->n_entered_from, sizeof(node->entered_from[0]));
	if (node->entered_from == NULL)
		return false;
	for (; node->n_entered_from < message->n_entered_from; node->n_entered_from++) {
		const char *name = message->entered_from[node->n_entered_from];
		const struct dp_state_pool *pool = dp_state_find_pool(build->state, name);

		if (pool == NULL)
			return dp_build_fail(build, DP_CODE(UNKNOWN_REFERENCE), "attachment.entered_from", "there is no pool %.64s", name);
		node->entered_from[node->n_entered_from] = pool;
	}
	return true;
}

static bool
build(struct dp_build *build, const struct dp_state_tenant *tenant, const Nfaas__Dataplane__V1__Node *message,
	struct dp_node *node)
{
	if (!dp_build_name(build, node->attachment_name, message->attachment->name, "attachment.name")
		|| !read_entered_from(build, message->attachment, node))
		return false;
	for (unsigned i = 0; node->local && i < tenant->n_attachments; i++)
		if (strcmp(tenant->attachments[i].name, node->attachment_name) == 0)
			node->attachment = &tenant->attachments[i];
	if (node->local && node->attachment == NULL)
		return dp_build_fail(build, DP_CODE(UNKNOWN_REFERENCE), "attachment.name", "tenant %u has no attachment %s here",
			tenant->tenant_id, node->attachment_name);
	return true;
}

/* Without an entry (table full) packets still go, by Maglev alone. */
static dp_drop_reason_t
process(struct dp_context *context, struct dp_packet *packet)
{
	if (packet->node->attachment->collector != 0)
		return DP_PASS; /* who sent what a tap gets is nothing to it */
	dp_follow_flow(context, packet);
	dp_gateway_keep_note(packet);
	return DP_PASS;
}

static void
housekeep(struct dp_context *context)
{
	dp_neighbours_housekeep(context);
	dp_gateway_keep_count(context);
}

const struct dp_function dp_function_gateway = {
	.name = "gateway",
	.kind = NFAAS__DATAPLANE__V1__NODE__KIND_ATTACHMENT,
	.build = build,
	.process = process,
	.housekeep = housekeep,
	.shares_flows = true,
};
