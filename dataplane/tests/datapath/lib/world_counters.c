/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

typedef Nfaas__Dataplane__V1__CountersResponse response_t;
typedef Nfaas__Dataplane__V1__ViewCounters view_counters_t;

static response_t *
read_counters(const struct world *world, enum pod pod)
{
	response_t *response = malloc(sizeof(*response));

	CHECK(response != NULL);
	nfaas__dataplane__v1__counters_response__init(response);
	CHECK(dp_counters_fill(world->dp[pod], world->state[pod], response));
	return response;
}

static void
release(response_t *response)
{
	nfaas__dataplane__v1__counters_response__free_unpacked(response, NULL);
}

static const view_counters_t *
find_view(const response_t *response, unsigned tenant, const char *uid)
{
	for (size_t i = 0; i < response->n_views; i++)
		if (response->views[i]->tenant_id == TENANT_ID(tenant) && strcmp(response->views[i]->uid, uid) == 0)
			return response->views[i];
	return NULL;
}

static void
add_view(struct world_counts *counts, const view_counters_t *view)
{
	counts->injected += view->injected_packets;
	counts->left += view->left_packets;
	counts->injected_bytes += view->injected_bytes;
	counts->left_bytes += view->left_bytes;
	counts->entered += view->entered_packets;
	counts->handed += view->handed_packets;
	counts->copied += view->copied_packets;
	counts->copied_bytes += view->copied_bytes;
	for (size_t i = 0; i < view->n_drops; i++) {
		counts->dropped += view->drops[i]->packets;
		counts->dropped_bytes += view->drops[i]->bytes;
	}
}

struct world_counts
world_count(const struct world *world, unsigned tenant, const char *uid)
{
	struct world_counts counts = {0};

	for (enum pod pod = 0; pod < PODS; pod++) {
		response_t *response = read_counters(world, pod);
		const view_counters_t *view = find_view(response, tenant, uid);

		if (view != NULL)
			add_view(&counts, view);
		release(response);
	}
	return counts;
}

uint64_t
world_drops(const struct world *world, enum pod pod, unsigned tenant, const char *uid, const char *node,
	Nfaas__Dataplane__V1__DropReason reason)
{
	response_t *response = read_counters(world, pod);
	const view_counters_t *view = find_view(response, tenant, uid);
	uint64_t packets = 0;

	for (size_t i = 0; view != NULL && i < view->n_drops; i++)
		if (view->drops[i]->reason == reason && strcmp(view->drops[i]->node, node) == 0)
			packets += view->drops[i]->packets;
	release(response);
	return packets;
}

uint64_t
world_tenant_drops(const struct world *world, enum pod pod, unsigned tenant, Nfaas__Dataplane__V1__DropReason reason)
{
	response_t *response = read_counters(world, pod);
	uint64_t packets = 0;

	for (size_t t = 0; t < response->n_tenants; t++)
		for (size_t i = 0; i < response->tenants[t]->n_drops; i++)
			if (response->tenants[t]->tenant_id == TENANT_ID(tenant)
				&& response->tenants[t]->drops[i]->reason == reason)
				packets += response->tenants[t]->drops[i]->packets;
	release(response);
	return packets;
}

struct world_tenant_counts
world_tenant_count(const struct world *world, enum pod pod, unsigned tenant)
{
	response_t *response = read_counters(world, pod);
	struct world_tenant_counts counts = {0};

	for (size_t t = 0; t < response->n_tenants; t++)
		if (response->tenants[t]->tenant_id == TENANT_ID(tenant))
			counts = (struct world_tenant_counts){
				.icmp_errors = response->tenants[t]->icmp_errors,
				.icmp_errors_limited = response->tenants[t]->icmp_errors_limited,
				.mss_clamped = response->tenants[t]->mss_clamped,
				.nat_mappings = response->tenants[t]->nat_mappings,
				.nat_blocks = response->tenants[t]->nat_blocks,
			};
	release(response);
	return counts;
}

uint64_t
world_rule(const struct world *world, unsigned tenant, const char *uid, const char *rule)
{
	uint64_t packets = 0;

	for (enum pod pod = 0; pod < PODS; pod++) {
		response_t *response = read_counters(world, pod);
		const view_counters_t *view = find_view(response, tenant, uid);

		for (size_t i = 0; view != NULL && i < view->n_rules; i++)
			if (strcmp(view->rules[i]->rule, rule) == 0)
				packets += view->rules[i]->packets;
		release(response);
	}
	return packets;
}

uint64_t
world_edge(const struct world *world, unsigned tenant, const char *uid, const char *from, const char *to,
	Nfaas__Dataplane__V1__Direction direction)
{
	uint64_t packets = 0;

	for (enum pod pod = 0; pod < PODS; pod++) {
		response_t *response = read_counters(world, pod);
		const view_counters_t *view = find_view(response, tenant, uid);

		for (size_t i = 0; view != NULL && i < view->n_edges; i++)
			if (view->edges[i]->direction == direction && strcmp(view->edges[i]->from, from) == 0
				&& strcmp(view->edges[i]->to, to) == 0)
				packets += view->edges[i]->packets;
		release(response);
	}
	return packets;
}

int64_t
world_kept(const struct world *world, enum pod pod, unsigned tenant, const char *uid)
{
	response_t *response = read_counters(world, pod);
	const view_counters_t *view = find_view(response, tenant, uid);
	int64_t kept = view != NULL && view->kept_flows_counted ? (int64_t)view->kept_flows : -1;

	release(response);
	return kept;
}

uint64_t
world_malformed(const struct world *world, enum pod pod)
{
	response_t *response = read_counters(world, pod);
	uint64_t packets = response->malformed_packets;

	release(response);
	return packets;
}
