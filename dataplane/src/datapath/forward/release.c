/* SPDX-License-Identifier: Apache-2.0 */
#include "release.h"

#include "resolve.h"
#include "walk.h"

#define FRAGMENTS_PER_HOUSEKEEPING 64 /* when none waits */

void
dp_release_fragments(struct dp_context *context, struct dp_fragment *fragment)
{
	struct dp_fragments *fragments = &context->tenant->tenant->fragments;
	struct dp_packet packet;

	while (fragment->state == DP_FRAGMENT_KNOWN && fragment->n_pending > 0 && dp_has_spare_out(context)) {
		context->reserved_out++; /* its own room: asking for a neighbour takes some too */
		fragment->seen = context->now;
		if (dp_resolve(context, &packet, dp_fragment_take(fragments, fragment)))
			dp_walk(context, &packet);
		context->reserved_out--;
	}
}

static void
housekeep_fragment(struct dp_context *context, struct dp_fragment *fragment)
{
	dp_release_fragments(context, fragment);
	if (!dp_fragment_is_over(fragment, context->now))
		return;
	while (fragment->n_pending > 0)
		dp_refuse(context, dp_fragment_take(&context->tenant->tenant->fragments, fragment), DP_REASON(FRAGMENT));
	fragment->state = DP_FRAGMENT_FREE;
}

void
dp_housekeep_fragments(struct dp_context *context)
{
	struct dp_fragments *fragments = &context->tenant->tenant->fragments;
	unsigned n = fragments->n_pending > 0 ? DP_FRAGMENTS : FRAGMENTS_PER_HOUSEKEEPING;

	for (; n > 0; n--) {
		struct dp_fragment *fragment = &fragments->entries[fragments->next];

		fragments->next = (fragments->next + 1) % DP_FRAGMENTS;
		if (fragment->state != DP_FRAGMENT_FREE)
			housekeep_fragment(context, fragment);
	}
}
