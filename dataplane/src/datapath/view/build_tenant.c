/* SPDX-License-Identifier: Apache-2.0 */
/* Tenants with their worker slots. */
#include "build.h"
#include "tenant.h"

#define CPU_WEIGHT_DEFAULT 100
#define CPU_WEIGHT_MAX 10000

static bool
is_slot_used(const struct dp_state *state, uint16_t slot)
{
	return state != NULL && state->slots[slot] != NULL;
}

/* A tenant keeps its slot. A new one takes, if it can, one that no tenant has just left: its thread may still run. */
static bool
assign_slot(struct dp_build *build, struct dp_state_tenant *tenant)
{
	const struct dp_state_tenant *before = build->previous == NULL ? NULL
		: dp_state_find_tenant(build->previous, tenant->tenant_id);
	int slot = before != NULL ? before->slot : -1;

	for (uint16_t i = 0; i < DP_MAX_TENANTS && slot < 0; i++)
		if (!is_slot_used(build->state, i) && !is_slot_used(build->previous, i))
			slot = i;
	if (slot < 0)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), NULL, "no worker is free; at most %d tenants",
			DP_MAX_TENANTS);
	tenant->slot = (uint16_t)slot;
	build->state->slots[slot] = tenant;
	return true;
}

static void
map_tenant(struct dp_state *state, struct dp_state_tenant *tenant)
{
	uint32_t at = dp_tenant_place(tenant->tenant_id);

	while (state->tenant_map[at] != NULL)
		at = (at + 1) % DP_TENANT_MAP_SIZE;
	state->tenant_map[at] = tenant;
}

static bool
lend_tenant(struct dp_build *build, struct dp_state_tenant *tenant)
{
	const struct dp_state_tenant *before = build->previous == NULL ? NULL
		: dp_state_find_tenant(build->previous, tenant->tenant_id);

	tenant->tenant = before != NULL ? dp_tenant_ref(before->tenant)
		: dp_tenant_create(build->dp, tenant->tenant_id);
	return tenant->tenant != NULL || dp_build_fail_memory(build);
}

static bool
build_tenant(struct dp_build *build, const Nfaas__Dataplane__V1__Tenant *message, struct dp_state_tenant *tenant)
{
	if (message->tenant_id < 1 || message->tenant_id > DP_TENANT_ID_MAX)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "tenant_id", "%u is not in 1..%d", message->tenant_id,
			DP_TENANT_ID_MAX);
	if (dp_state_find_tenant(build->state, message->tenant_id) != NULL)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "tenant_id", "tenant %u is there twice",
			message->tenant_id);
	if (message->cpu_weight > CPU_WEIGHT_MAX)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "cpu_weight", "%u is not in 1..%d",
			message->cpu_weight, CPU_WEIGHT_MAX);
	tenant->tenant_id = message->tenant_id;
	tenant->cpu_weight = message->cpu_weight == 0 ? CPU_WEIGHT_DEFAULT : message->cpu_weight;
	if (!dp_build_name(build, tenant->name, message->name, "name") || !assign_slot(build, tenant))
		return false;
	map_tenant(build->state, tenant);
	return lend_tenant(build, tenant) && dp_build_attachments(build, message, tenant);
}

bool
dp_build_tenants(struct dp_build *build)
{
	const Nfaas__Dataplane__V1__DesiredState *desired = build->desired;

	if (desired->n_tenants > DP_MAX_TENANTS)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), "tenants", "%zu tenants; at most %d", desired->n_tenants,
			DP_MAX_TENANTS);
	build->state->tenants = dp_build_alloc(build, desired->n_tenants, sizeof(*build->state->tenants));
	if (build->state->tenants == NULL)
		return false;
	for (size_t i = 0; i < desired->n_tenants; i++) {
		size_t mark = dp_path_enter(build, "tenants[%zu]", i);

		build->state->n_tenants++;
		if (!build_tenant(build, desired->tenants[i], &build->state->tenants[i]))
			return false;
		dp_path_leave(build, mark);
	}
	return true;
}
