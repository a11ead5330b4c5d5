/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway_keep.h"

#include <string.h>

#include "../flow/flow_track.h"

#define BUCKETS_PER_COUNT 64

static bool
is_over(struct dp_context *context, const struct dp_flow_entry *entry, const struct dp_inner *inner)
{
	/* A port in use again is another connection: it goes where new flows go. */
	return *dp_flow_class(context->flows, entry) == DP_FLOW_TCP_CLOSING && dp_flow_opens(inner);
}

static uint64_t
key_of(const struct dp_injection *injection)
{
	return injection->view->nodes[injection->node].key;
}

/* The flow's entry at the attachment's node. */
static const struct dp_flow_entry *
find_entry(struct dp_context *context, uint64_t key, const struct dp_packet *packet)
{
	uint64_t hash = dp_flow_table_hash(context->flows, key, &packet->inner.flow);

	return dp_flow_table_find(context->flows, hash, key, &packet->inner.flow, context->now);
}

const struct dp_injection *
dp_gateway_keep(struct dp_context *context, const struct dp_attachment *attachment, const struct dp_packet *packet,
	const struct dp_injection *chosen)
{
	const struct dp_flow_entry *entry = NULL;
	uint64_t key = 0;

	for (unsigned i = 0; i < attachment->n_ingress; i++) {
		const struct dp_ingress *ingress = &attachment->ingress[i];

		if (i == 0 || key != key_of(&ingress->injection)) { /* views of one chain share it */
			key = key_of(&ingress->injection);
			entry = find_entry(context, key, packet);
		}
		if (entry == NULL || entry->view_id != ingress->injection.view->view_id)
			continue;
		/* The initiator stays where flows are kept; its answers follow it, also to a view that keeps none. */
		if ((ingress->keep_flows || packet->inner.side != entry->initiator) && !is_over(context, entry, &packet->inner))
			return &ingress->injection;
	}
	return chosen;
}

static void
see(void *kept, const struct dp_flow_entry *entry, uint8_t class)
{
	if (class != DP_FLOW_TCP_CLOSING)
		((struct dp_kept *)kept)->counting[entry->entered != 0 ? entry->entered : entry->view_id]++;
}

static void
publish(struct dp_kept *kept)
{
	for (unsigned i = 0; i < DP_KEPT_VIEWS; i++)
		__atomic_store_n(&kept->flows[i], kept->counting[i], __ATOMIC_RELAXED);
	memset(kept->counting, 0, sizeof(kept->counting));
	__atomic_store_n(&kept->looks, kept->looks + 1, __ATOMIC_RELEASE);
}

void
dp_gateway_keep_count(struct dp_context *context)
{
	struct dp_kept *kept = &context->tenant->tenant->kept;

	if (!context->tenant->keeps) {
		if (kept->looks != 0 || kept->next != 0)
			*kept = (struct dp_kept){0};
		return;
	}
	for (unsigned i = 0; i < BUCKETS_PER_COUNT; i++) {
		kept->next = dp_flow_table_look(context->flows, kept->next, context->now, see, kept);
		if (kept->next == 0) {
			publish(kept);
			return;
		}
	}
}
