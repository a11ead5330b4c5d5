/* SPDX-License-Identifier: Apache-2.0 */
#include "world_internal.h"

const char *const world_pod_names[PODS] = {"gateway-a", "gateway-b", "firewall-1", "firewall-2"};

uint32_t
world_address(enum pod pod)
{
	return IP(172, 16, 0, 1 + pod);
}

bool
world_is_gateway(enum pod pod)
{
	return pod == GATEWAY_A || pod == GATEWAY_B;
}

struct dp_port
world_link(enum pod pod, enum pod peer)
{
	struct dp_port port = {.fabric = true, .index = (uint16_t)peer, .peer_address = world_address(peer),
		.mac = {{2, 1, 0, 0, 0, (uint8_t)pod}}, .peer_mac = {{2, 1, 0, 0, 0, (uint8_t)peer}}};

	if (desired_fabric_ipv6) {
		port.peer_address6 = frame_ip6(world_address(peer));
		port.peer_address = dp_outer_key(port.peer_address6);
	}
	snprintf(port.name, sizeof(port.name), "%s", world_pod_names[peer]);
	return port;
}

uint16_t
world_overhead(void)
{
	return dp_outer_size(desired_fabric_ipv6);
}

static unsigned
ports_of(const struct world *world, enum pod pod, struct dp_port *ports)
{
	unsigned n = 0;

	for (enum pod peer = 0; peer < PODS; peer++) {
		if (peer == pod || world->link_down[peer])
			continue;
		ports[n] = world_link(pod, peer);
		ports[n++].dead = world->dead[peer];
	}
	for (unsigned t = 0; world_is_gateway(pod) && t <= SPARE; t++) {
		ports[n] = (struct dp_port){.index = EDGE_PORT(t), .mac = world_router_mac,
			.mtu = world->edge_mtu[pod]};
		snprintf(ports[n++].name, sizeof(ports[0].name), "edge-%u", t);
	}
	return n;
}

static struct dp_state *
build(struct world *world, enum pod pod, const struct desired *desired, struct dp_error *error)
{
	struct dp_port ports[PODS + SPARE + 1];
	unsigned n = ports_of(world, pod, ports);

	return dp_state_build(world->dp[pod], &desired->state, world->state[pod], ports, n, world->now, error);
}

void
world_apply_message(struct world *world, enum pod pod, const struct desired *desired)
{
	struct dp_error error = {0};
	struct dp_state *state = build(world, pod, desired, &error), *old = world->state[pod];

	if (state == NULL)
		test_fail(__FILE__, __LINE__, "refused: %s: %s", error.field, error.message);
	world->state[pod] = state;
	dp_state_free(world->dp[pod], old, state);
}

struct dp_error
world_refuse(struct world *world, enum pod pod, const struct desired *desired)
{
	struct dp_error error = {0};

	CHECK(build(world, pod, desired, &error) == NULL);
	CHECK(error.message[0] != '\0');
	return error;
}

static void
apply_pod(struct world *world, enum pod pod)
{
	struct desired *desired = world_desired(world, pod);

	world_apply_message(world, pod, desired);
	desired_free(desired);
}

void
world_apply(struct world *world)
{
	for (enum pod pod = 0; pod < PODS; pod++)
		apply_pod(world, pod);
}

static void
start(struct world *world, enum pod pod)
{
	struct dp_config config = {
		.pod = world_pod_names[pod],
		.role = world_is_gateway(pod) ? DP_ROLE_GATEWAY : world->role,
		.pool = test_pool(),
		.max_flows = 32768,
		.tsc_hz = WORLD_HZ,
	};

	world->dp[pod] = dp_create(&config);
	CHECK(world->dp[pod] != NULL);
}

static void
stop(struct world *world, enum pod pod)
{
	dp_state_free(world->dp[pod], world->state[pod], NULL);
	dp_destroy(world->dp[pod]);
	world->state[pod] = NULL;
}

void
world_restart(struct world *world, enum pod pod)
{
	stop(world, pod);
	start(world, pod);
	apply_pod(world, pod);
}

struct world *
world_new_of(enum dp_role role, void (*graph)(struct desired *desired, view_t *view))
{
	struct world *world = calloc(1, sizeof(*world));

	CHECK(world != NULL);
	world->n_tenants = WORLD_TENANTS;
	world->role = role;
	world->weight[FIREWALL_1] = world->weight[FIREWALL_2] = 100;
	world->views[0] = (struct world_view){.id = 1, .uid = "one", .share = 100, .graph = graph};
	for (enum pod pod = 0; pod < PODS; pod++)
		start(world, pod);
	world_apply(world);
	return world;
}

struct world *
world_new(void)
{
	return world_new_of(DP_ROLE_FIREWALL, NULL);
}

void
world_clear(struct world *world)
{
	for (unsigned g = 0; g < 2; g++)
		for (unsigned t = 0; t <= SPARE; t++) {
			rte_pktmbuf_free_bulk(world->delivered[g][t], world->n_delivered[g][t]);
			world->n_delivered[g][t] = 0;
		}
}

void
world_free(struct world *world)
{
	world_clear(world);
	rte_pktmbuf_free(world->last_fabric);
	for (enum pod pod = 0; pod < PODS; pod++)
		stop(world, pod);
	free(world);
}
