/* SPDX-License-Identifier: Apache-2.0 */
/* Pools: validation, sharing of equal ones, and where each backend is. */
#include <stdlib.h>
#include <string.h>

#include "build.h"

#define POOLS_MAX 4096
#define WEIGHT_MAX 10000
#define SLOW_START_MS_MAX 600000

static bool
read_backend(struct dp_build *build, const Nfaas__Dataplane__V1__Backend *message, struct dp_backend *backend)
{
	if (!dp_build_name(build, backend->name, message->name, "name"))
		return false;
	if (!dp_fabric_address_read(&message->address, &backend->address, &backend->address6))
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "address",
			"give a host's address, 4 bytes (IPv4) or 16 (IPv6), not %zu", message->address.len);
	if (message->weight > WEIGHT_MAX)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "weight", "%u is above %d", message->weight,
			WEIGHT_MAX);
	backend->weight = message->weight;
	return true;
}

static bool
read_backends(struct dp_build *build, const Nfaas__Dataplane__V1__Pool *message, struct dp_backend *backends)
{
	for (size_t i = 0; i < message->n_backends; i++) {
		size_t mark = dp_path_enter(build, ".backends[%zu]", i);

		if (!read_backend(build, message->backends[i], &backends[i]))
			return false;
		dp_path_leave(build, mark);
	}
	return true;
}

static struct dp_pool *
find_equal(const struct dp_state *state, const struct dp_backend *sorted, uint16_t n, uint32_t table_size)
{
	for (unsigned i = 0; state != NULL && i < state->n_pools; i++) {
		const struct dp_state_pool *pool = &state->pools[i];

		if (pool->pool != NULL && dp_pool_equals(pool->pool, sorted, n, table_size))
			return pool->pool;
		if (pool->settled != NULL && dp_pool_equals(pool->settled, sorted, n, table_size))
			return pool->settled;
	}
	return NULL;
}

static struct dp_pool *
share_or_build(struct dp_build *build, struct dp_backend *backends, uint16_t n, uint32_t table_size)
{
	static const char *const faults[] = {
		[DP_POOL_DUPLICATE_NAME] = "two backends have one name",
		[DP_POOL_DUPLICATE_ADDRESS] = "two backends have one address, or IPv6 ones that tables can't tell apart: give one another",
	};
	enum dp_pool_fault fault;
	struct dp_pool *pool;

	dp_pool_sort(backends, n);
	pool = find_equal(build->previous, backends, n, table_size);
	if (pool == NULL)
		pool = find_equal(build->state, backends, n, table_size);
	if (pool != NULL)
		return dp_pool_ref(pool);
	pool = dp_pool_build(backends, n, table_size, &fault);
	if (pool == NULL && fault == DP_POOL_NO_MEMORY)
		dp_build_fail_memory(build);
	else if (pool == NULL)
		dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "backends", "%s", faults[fault]);
	return pool;
}

static bool
is_self(const struct dp_state *state, const struct dp_backend *backend)
{
	return backend->address == state->address && dp_ip6_equals(backend->address6, state->address6);
}

static void
locate_backend(const struct dp_build *build, const struct dp_backend *backend, struct dp_hop *hop)
{
	hop->port = DP_PORT_NONE;
	hop->self = is_self(build->state, backend);
	for (unsigned i = 0; i < build->n_ports; i++) {
		const struct dp_port *port = &build->ports[i];
		const struct dp_outer_end self = dp_state_end(build->state, port), peer = dp_port_peer(port);

		if (!dp_port_leads_to(port, backend) || port->index >= DP_MAX_PORTS)
			continue;
		hop->port = port->index;
		dp_outer_prepare(&hop->prepared, build->state->ipv6, &self, &peer);
	}
}

static bool
is_dead(const struct dp_build *build, const struct dp_backend *backend)
{
	for (unsigned i = 0; i < build->n_ports; i++)
		if (build->ports[i].dead && dp_port_leads_to(&build->ports[i], backend))
			return !is_self(build->state, backend);
	return false;
}

/* Keeps those that are alive, in order; all of them when none with a weight is: then to try is better than to drop. */
static uint16_t
keep_alive(const struct dp_build *build, const struct dp_backend *named, uint16_t n, struct dp_backend *alive)
{
	uint16_t kept = 0;
	bool weighted = false;

	for (uint16_t i = 0; i < n; i++) {
		if (is_dead(build, &named[i]))
			continue;
		alive[kept++] = named[i];
		weighted = weighted || named[i].weight > 0;
	}
	if (weighted)
		return kept;
	memcpy(alive, named, n * sizeof(*named));
	return n;
}

static const struct dp_state_pool *
find_previous(const struct dp_build *build, const char *name)
{
	for (unsigned i = 0; build->previous != NULL && i < build->previous->n_pools; i++)
		if (strcmp(build->previous->pools[i].name, name) == 0)
			return &build->previous->pools[i];
	return NULL;
}

/* Whether the backend got no new flows before, or not yet its share of them. */
static void
note_joining(const struct dp_build *build, const struct dp_state_pool *pool, const struct dp_state_pool *previous,
	const struct dp_backend *backend, struct dp_hop *hop)
{
	int32_t index = dp_pool_find_name(previous->pool, backend->name);

	if (backend->weight == 0)
		return;
	if (index < 0 || previous->pool->backends[index].weight == 0) {
		hop->joining = true;
		hop->joined = build->now;
	} else if (previous->hops[index].joining) {
		hop->joined = previous->hops[index].joined;
		hop->joining = build->now - hop->joined < pool->slow_start;
	}
}

/* When nobody is settled, as in a pool that was empty, there is nobody to spare the new ones: they start at once. */
static bool
build_settled(struct dp_build *build, struct dp_state_pool *pool)
{
	struct dp_backend *backends = calloc(pool->pool->n + 1u, sizeof(*backends));
	uint16_t n = 0;

	if (backends == NULL)
		return dp_build_fail_memory(build);
	for (uint16_t i = 0; i < pool->pool->n; i++)
		if (!pool->hops[i].joining && pool->pool->backends[i].weight > 0)
			backends[n++] = pool->pool->backends[i];
	if (n > 0)
		pool->settled = share_or_build(build, backends, n, pool->pool->table_size);
	free(backends);
	for (uint16_t i = 0; n == 0 && i < pool->pool->n; i++)
		pool->hops[i].joining = false;
	return n == 0 || pool->settled != NULL;
}

static bool
build_slow_start(struct dp_build *build, const Nfaas__Dataplane__V1__Pool *message, struct dp_state_pool *pool)
{
	const struct dp_state_pool *previous = find_previous(build, pool->name);
	bool joining = false;

	if (message->slow_start_ms > SLOW_START_MS_MAX)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "slow_start_ms", "%u is above %d",
			message->slow_start_ms, SLOW_START_MS_MAX);
	pool->slow_start = message->slow_start_ms * DP_FLOW_TICKS_PER_SECOND / 1000;
	for (uint16_t i = 0; previous != NULL && pool->slow_start > 0 && i < pool->pool->n; i++) {
		note_joining(build, pool, previous, &pool->pool->backends[i], &pool->hops[i]);
		joining = joining || pool->hops[i].joining;
	}
	return !joining || build_settled(build, pool);
}

static bool
read_table_size(struct dp_build *build, const Nfaas__Dataplane__V1__Pool *message, uint32_t *size)
{
	*size = message->table_size == 0 ? DP_MAGLEV_SIZE : message->table_size;
	return *size == DP_MAGLEV_SIZE || *size == DP_MAGLEV_SIZE_LARGE
		|| dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "table_size", "%u is neither %d nor %d", *size,
			DP_MAGLEV_SIZE, DP_MAGLEV_SIZE_LARGE);
}

/* Reads what the message names, and makes the pool of those of them that are alive. */
static bool
build_members(struct dp_build *build, const Nfaas__Dataplane__V1__Pool *message, struct dp_state_pool *pool)
{
	struct dp_backend *alive;
	uint32_t table_size;

	if (!read_table_size(build, message, &table_size))
		return false;
	pool->named = dp_build_alloc(build, message->n_backends, sizeof(*pool->named));
	if (pool->named == NULL || !read_backends(build, message, pool->named))
		return false;
	pool->n_named = (uint16_t)message->n_backends;
	dp_pool_sort(pool->named, pool->n_named);
	alive = calloc(message->n_backends + 1, sizeof(*alive));
	if (alive == NULL)
		return dp_build_fail_memory(build);
	pool->pool = share_or_build(build, alive, keep_alive(build, pool->named, pool->n_named, alive), table_size);
	free(alive);
	return pool->pool != NULL;
}

static bool
build_pool(struct dp_build *build, const Nfaas__Dataplane__V1__Pool *message, struct dp_state_pool *pool)
{
	if (!dp_build_name(build, pool->name, message->name, "name"))
		return false;
	for (unsigned i = 0; &build->state->pools[i] != pool; i++)
		if (strcmp(build->state->pools[i].name, pool->name) == 0)
			return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "name", "pool %s is there twice", pool->name);
	if (message->n_backends > DP_POOL_BACKENDS_MAX)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), "backends", "%zu backends; at most %d",
			message->n_backends, DP_POOL_BACKENDS_MAX);
	if (!build_members(build, message, pool))
		return false;
	pool->hops = dp_build_alloc(build, pool->pool->n, sizeof(*pool->hops));
	if (pool->hops == NULL)
		return false;
	for (uint16_t i = 0; i < pool->pool->n; i++) {
		locate_backend(build, &pool->pool->backends[i], &pool->hops[i]);
		pool->self = pool->self || pool->hops[i].self;
	}
	return build_slow_start(build, message, pool);
}

bool
dp_build_pools(struct dp_build *build)
{
	const Nfaas__Dataplane__V1__DesiredState *desired = build->desired;

	if (desired->n_pools > POOLS_MAX)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), "pools", "%zu pools; at most %d", desired->n_pools,
			POOLS_MAX);
	build->state->pools = dp_build_alloc(build, desired->n_pools, sizeof(*build->state->pools));
	if (build->state->pools == NULL)
		return false;
	for (size_t i = 0; i < desired->n_pools; i++) {
		size_t mark = dp_path_enter(build, "pools[%zu]", i);

		build->state->n_pools++;
		if (!build_pool(build, desired->pools[i], &build->state->pools[i]))
			return false;
		dp_path_leave(build, mark);
	}
	return true;
}
