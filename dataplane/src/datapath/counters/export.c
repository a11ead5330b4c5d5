/* SPDX-License-Identifier: Apache-2.0 */
#include "../function/nat.h"
#include "export_internal.h"

typedef Nfaas__Dataplane__V1__CountersResponse response_t;
typedef Nfaas__Dataplane__V1__ViewCounters view_message_t;
typedef Nfaas__Dataplane__V1__TenantCounters tenant_message_t;
typedef Nfaas__Dataplane__V1__DropCounter drop_message_t;
typedef Nfaas__Dataplane__V1__Direction direction_t;

bool
dp_append_drop(drop_message_t ***list, size_t *n, const char *node, direction_t direction, dp_drop_reason_t reason,
	struct dp_counter counter)
{
	drop_message_t *message;

	if (counter.packets == 0)
		return true;
	if (!dp_message_reserve(list, *n, 1))
		return false;
	message = dp_message_append(list, n, &nfaas__dataplane__v1__drop_counter__descriptor);
	if (message == NULL)
		return false;
	message->direction = direction;
	message->reason = reason;
	message->packets = counter.packets;
	message->bytes = counter.bytes;
	return dp_message_string(&message->node, node);
}

static bool
fill_tenant(tenant_message_t *message, const struct dp_state_tenant *tenant)
{
	struct dp_nat_usage nat = dp_nat_usage(tenant);

	message->tenant_id = tenant->tenant_id;
	message->nat_mappings = nat.mappings;
	message->nat_blocks = nat.blocks;
	message->flows = __atomic_load_n(&tenant->tenant->flows.live, __ATOMIC_RELAXED);
	message->icmp_errors = __atomic_load_n(&tenant->tenant->icmp_errors.sent, __ATOMIC_RELAXED);
	message->icmp_errors_limited = __atomic_load_n(&tenant->tenant->icmp_errors.limited, __ATOMIC_RELAXED);
	message->mss_clamped = __atomic_load_n(&tenant->tenant->mss_clamped, __ATOMIC_RELAXED);
	for (unsigned reason = 0; reason < DP_DROP_REASONS; reason++) {
		struct dp_counter sum = dp_counter_sum(
			dp_counter_read(&tenant->tenant->drops[DP_WRITER_WORKER][reason]),
			dp_counter_read(&tenant->tenant->drops[DP_WRITER_IO][reason]));

		if (!dp_append_drop(&message->drops, &message->n_drops, "",
			NFAAS__DATAPLANE__V1__DIRECTION__DIRECTION_UNSPECIFIED, (dp_drop_reason_t)reason, sum))
			return false;
	}
	return true;
}

static bool
fill_tenants(response_t *response, const struct dp_state *state)
{
	if (!dp_message_reserve(&response->tenants, response->n_tenants, state->n_tenants))
		return false;
	for (unsigned i = 0; i < state->n_tenants; i++) {
		tenant_message_t *message = dp_message_append(&response->tenants, &response->n_tenants,
			&nfaas__dataplane__v1__tenant_counters__descriptor);

		if (message == NULL)
			return false;
		if (!fill_tenant(message, &state->tenants[i]))
			return false;
	}
	return true;
}

static void
fill_kept(view_message_t *message, const struct dp_state *state, const struct dp_view *view)
{
	const struct dp_state_tenant *tenant = dp_state_find_tenant(state, view->tenant_id);
	const struct dp_kept *kept = &tenant->tenant->kept;

	if (tenant->keeps)
		message->kept_looks = __atomic_load_n(&kept->looks, __ATOMIC_ACQUIRE);
	message->kept_flows_counted = message->kept_looks > 0;
	if (message->kept_flows_counted)
		message->kept_flows = __atomic_load_n(&kept->flows[view->view_id], __ATOMIC_RELAXED);
}

static bool
fill_views(response_t *response, const struct dp_state *state)
{
	if (!dp_message_reserve(&response->views, response->n_views, state->n_views))
		return false;
	for (unsigned i = 0; i < state->n_views; i++) {
		view_message_t *message = dp_message_append(&response->views, &response->n_views,
			&nfaas__dataplane__v1__view_counters__descriptor);

		if (message == NULL)
			return false;
		if (!dp_export_view(message, &state->views[i]))
			return false;
		fill_kept(message, state, &state->views[i]);
	}
	return true;
}

bool
dp_counters_fill(struct dp *dp, const struct dp_state *state, response_t *response)
{
	for (unsigned writer = 0; writer < DP_WRITERS; writer++)
		response->malformed_packets += __atomic_load_n(&dp->malformed[writer], __ATOMIC_RELAXED);
	return state == NULL || (fill_tenants(response, state) && fill_views(response, state));
}
