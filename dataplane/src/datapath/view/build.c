/* SPDX-License-Identifier: Apache-2.0 */
#include "../function/function.h"
#include "build.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>

#include "../counters/view_counters.h"
#include "tenant.h"

struct dp_allocation {
	struct dp_allocation *next;
	uint8_t memory[] __attribute__((aligned(RTE_CACHE_LINE_SIZE)));
};

size_t
dp_path_enter(struct dp_build *build, const char *format, ...)
{
	size_t length = strlen(build->path);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(build->path + length, sizeof(build->path) - length, format, arguments);
	va_end(arguments);
	return length;
}

void
dp_path_leave(struct dp_build *build, size_t length)
{
	build->path[length] = '\0';
}

bool
dp_build_fail(struct dp_build *build, Nfaas__Dataplane__V1__ErrorCode code, const char *field, const char *format, ...)
{
	struct dp_error *error = build->error;
	size_t length;
	va_list arguments;

	memset(error, 0, sizeof(*error));
	error->code = code;
	error->tenant_id = build->tenant_id;
	error->view_id = build->view_id;
	length = strlen(build->path);
	memcpy(error->field, build->path, length);
	if (field != NULL)
		snprintf(error->field + length, sizeof(error->field) - length, "%s%s", length > 0 ? "." : "", field);
	va_start(arguments, format);
	vsnprintf(error->message, sizeof(error->message), format, arguments);
	va_end(arguments);
	return false;
}

bool
dp_build_fail_memory(struct dp_build *build)
{
	return dp_build_fail(build, DP_CODE(OUT_OF_MEMORY), NULL, "out of memory: give the pod more, or it fewer views");
}

void *
dp_build_alloc(struct dp_build *build, size_t n, size_t size)
{
	size_t bytes = n * size; /* both are bounded by the size of a request, 16 MiB */
	struct dp_allocation *allocation = aligned_alloc(RTE_CACHE_LINE_SIZE,
		RTE_ALIGN_CEIL(sizeof(*allocation) + bytes, RTE_CACHE_LINE_SIZE));

	if (allocation == NULL) {
		dp_build_fail_memory(build);
		return NULL;
	}
	memset(allocation->memory, 0, bytes);
	allocation->next = build->state->allocations;
	build->state->allocations = allocation;
	return allocation->memory;
}

bool
dp_build_name(struct dp_build *build, char *to, const char *name, const char *field)
{
	size_t length = strlen(name);

	if (length == 0 || length >= DP_NAME_SIZE)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), field, "a name has 1 to %d bytes, this one %zu",
			DP_NAME_SIZE - 1, length);
	memcpy(to, name, length);
	return true;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Names are the keys of counters and edges. */
bool
dp_build_unique_names(struct dp_build *build, char (*names)[DP_NAME_SIZE], unsigned n, const char *field)
{
	char (*sorted)[DP_NAME_SIZE] = calloc(n + 1u, sizeof(*sorted));
	const char *twice = NULL;

	if (sorted == NULL)
		return dp_build_fail_memory(build);
	memcpy(sorted, names, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), compare_names);
	for (unsigned i = 1; i < n && twice == NULL; i++)
		if (strcmp(sorted[i - 1], sorted[i]) == 0)
			twice = sorted[i];
	if (twice != NULL)
		dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), field, "%s is there twice", twice);
	free(sorted);
	return twice == NULL;
}

static bool
is_carried(const struct dp_state *previous, const Nfaas__Dataplane__V1__View *view)
{
	const struct dp_state_tenant *tenant = dp_state_find_tenant(previous, view->tenant_id);
	const struct dp_view *known = tenant == NULL || view->view_id >= DP_VIEWS_PER_TENANT
		? NULL : tenant->views[view->view_id];

	return known != NULL && strcmp(known->counters->uid, view->uid) == 0;
}

/* A cordoned pod takes no new view. One that has just started carries nothing and takes what it had before. */
static bool
check_cordon(struct dp_build *build)
{
	for (size_t i = 0; build->previous != NULL && build->desired->cordoned && i < build->desired->n_views; i++) {
		const Nfaas__Dataplane__V1__View *view = build->desired->views[i];

		if (is_carried(build->previous, view))
			continue;
		build->tenant_id = view->tenant_id;
		build->view_id = view->view_id;
		dp_path_enter(build, "views[%zu]", i);
		return dp_build_fail(build, DP_CODE(CORDONED), NULL, "the pod is cordoned and takes no new view");
	}
	return true;
}

struct dp_state *
dp_state_build(struct dp *dp, const Nfaas__Dataplane__V1__DesiredState *desired, const struct dp_state *previous,
	const struct dp_port *ports, unsigned n_ports, uint64_t now, struct dp_error *error)
{
	struct dp_build build = {
		.dp = dp,
		.desired = desired,
		.previous = previous,
		.ports = ports,
		.n_ports = n_ports,
		.now = dp_ticks(dp, now),
		.error = error,
		.state = calloc(1, sizeof(struct dp_state)),
	};

	if (build.state == NULL) {
		dp_build_fail_memory(&build);
		return NULL;
	}
	if (check_cordon(&build) && dp_build_fabric(&build) && dp_build_pools(&build) && dp_build_tenants(&build)
		&& dp_build_domain_lists(&build) && dp_build_views(&build) && dp_build_shares(&build) && dp_build_pins(&build))
		return build.state;
	dp_state_free(dp, build.state, previous);
	return NULL;
}

static void
release_node(struct dp_node *node)
{
	if (node->config != NULL && node->function->release != NULL)
		node->function->release(node);
}

static void
release_view(struct dp_view *view)
{
	for (unsigned i = 0; view->nodes != NULL && i < view->n_nodes; i++)
		release_node(&view->nodes[i]);
	dp_view_counters_unref(view->counters);
}

/* Also of a half-built state: counts cover only what was entered. */
void
dp_state_free(struct dp *dp, struct dp_state *state, const struct dp_state *current)
{
	struct dp_allocation *allocation, *next;

	(void)dp;
	(void)current; /* what both share has a reference of each */
	if (state == NULL)
		return;
	for (unsigned i = 0; i < state->n_views; i++)
		release_view(&state->views[i]);
	for (unsigned i = 0; i < state->n_domain_lists; i++)
		dp_domain_set_unref(state->domain_lists[i].set);
	for (unsigned i = 0; i < state->n_pools; i++) {
		dp_pool_unref(state->pools[i].pool);
		dp_pool_unref(state->pools[i].settled);
	}
	for (unsigned i = 0; i < state->n_tenants; i++)
		dp_tenant_unref(state->tenants[i].tenant);
	for (allocation = state->allocations; allocation != NULL; allocation = next) {
		next = allocation->next;
		free(allocation);
	}
	free(state);
}

unsigned
dp_state_n_tenants(const struct dp_state *state)
{
	return state->n_tenants;
}

void
dp_state_tenant(const struct dp_state *state, unsigned i, struct dp_tenant_info *info)
{
	const struct dp_state_tenant *tenant = &state->tenants[i];

	*info = (struct dp_tenant_info){
		.tenant_id = tenant->tenant_id,
		.slot = tenant->slot,
		.cpu_weight = tenant->cpu_weight,
	};
	memcpy(info->name, tenant->name, sizeof(info->name));
}
