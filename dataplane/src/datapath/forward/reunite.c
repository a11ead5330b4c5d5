/* SPDX-License-Identifier: Apache-2.0 */
#include "reunite.h"

/* An error about a fragment of which nobody knows the flow is a message like any other. */
static bool
reunite_error(struct dp_context *context, struct dp_inner *inner)
{
	const struct dp_fragment *fragment = dp_fragment_find(&context->tenant->tenant->fragments, &inner->fragment,
		context->now);

	if (fragment != NULL && fragment->state == DP_FRAGMENT_KNOWN) {
		inner->flow = fragment->flow;
		inner->side = !fragment->side;
	} else {
		inner->kind = DP_INNER_WHOLE;
		inner->flow = dp_inner_flow_with_ports(inner, &inner->side);
	}
	return true;
}

static bool
reunite_later(struct dp_context *context, struct dp_packet *packet)
{
	struct dp_fragments *fragments = &context->tenant->tenant->fragments;
	struct dp_inner *inner = &packet->inner;
	struct dp_fragment *fragment = dp_fragment_find(fragments, &inner->fragment, context->now);

	if (fragment != NULL && fragment->state == DP_FRAGMENT_KNOWN) {
		fragment->seen = context->now;
		inner->flow = fragment->flow;
		inner->side = fragment->side;
		return true;
	}
	if (!dp_fragment_wait(fragments, &inner->fragment, packet->m, context->now))
		dp_drop(context->dp, context->state, packet->m, DP_REASON(FRAGMENT), DP_WRITER_WORKER);
	return false;
}

bool
dp_reunite(struct dp_context *context, struct dp_packet *packet)
{
	struct dp_inner *inner = &packet->inner;

	if (inner->kind == DP_INNER_FIRST_FRAGMENT) {
		packet->fragment = dp_fragment_note(&context->tenant->tenant->fragments, &inner->fragment, &inner->flow,
			inner->side, context->now);
		packet->waited_for = packet->fragment != NULL;
	}
	if (!inner->unresolved)
		return true;
	return inner->kind == DP_INNER_RELATED ? reunite_error(context, inner) : reunite_later(context, packet);
}
