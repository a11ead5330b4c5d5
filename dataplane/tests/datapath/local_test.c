/* SPDX-License-Identifier: Apache-2.0 */
/* Positions that one pod runs: packets go from one to the next without the wire. */
#include "lib/world.h"

static void
functions_on_one_pod_take_no_wire(void)
{
	struct world *world = world_new();
	struct frame request = echo_request(7), reply = echo_reply(7);

	world->views[0] = (struct world_view){.id = 2, .uid = "twice", .share = 100, .twice = true};
	world_apply(world);
	for (unsigned i = 1; i <= 3; i++) {
		CHECK(world_client_sends(world, 0, &request));
		CHECK(world_server_sends(world, 0, &reply));
		CHECK_EQUAL(world->seen[FIREWALL_1] + world->seen[FIREWALL_2], 2 * i);
	}
	CHECK_EQUAL(world_edge(world, 0, "twice", "first", "second", FORWARD), 3);
	CHECK_EQUAL(world_edge(world, 0, "twice", "first", "second", REVERSE), 3);
	CHECK_EQUAL(world_count(world, 0, "twice").left, 6);
	world_free(world);
}

/* The server is behind gateway A too, on the second edge port. */
static void
apply_to_one_gateway(struct world *world)
{
	world->n_tenants = 1;
	for (enum pod pod = 0; pod < PODS; pod++) {
		struct desired *desired = world_desired(world, pod);
		attachment_t *server;

		desired->state.pools[1]->n_backends = 0;
		desired_backend(desired, desired->state.pools[1], "gateway-a", IP(172, 16, 0, 1), 100);
		if (pod == GATEWAY_B) {
			desired->state.n_views = desired->state.n_tenants = 0;
		} else if (pod == GATEWAY_A) {
			server = desired_attachment(desired, desired->state.tenants[0], "server", "edge-1", SERVER_ROUTER);
			desired_share(desired, server, world->views[0].id, 100);
		}
		world_apply_message(world, pod, desired);
		desired_free(desired);
	}
}

static void
check_both_ways(struct world *world, const char *uid)
{
	struct frame request = echo_request(7), reply = echo_reply(7);
	struct rte_mbuf *there = frame_make(&world_host_mac, &world_router_mac, &request);
	struct rte_mbuf *back = frame_make(&world_host_mac, &world_router_mac, &reply);

	world_inject(world, GATEWAY_A, EDGE_PORT(0), &there, 1);
	CHECK_EQUAL(world->n_delivered[GATEWAY_A][1], 1);
	world_inject(world, GATEWAY_A, EDGE_PORT(1), &back, 1);
	CHECK_EQUAL(world->n_delivered[GATEWAY_A][0], 1);
	CHECK_EQUAL(world_count(world, 0, uid).injected, 2);
	CHECK_EQUAL(world_count(world, 0, uid).left, 2);
}

static void
both_ends_may_be_on_one_gateway(void)
{
	struct world *world = world_new();

	apply_to_one_gateway(world);
	check_both_ways(world, "one");
	CHECK_EQUAL(world->seen[FIREWALL_1] + world->seen[FIREWALL_2], 2);
	world_free(world);
}

static void
chain_within_one_gateway_takes_no_wire(void)
{
	struct world *world = world_new();

	world->views[0] = (struct world_view){.id = 2, .uid = "bare", .share = 100, .no_firewall = true};
	apply_to_one_gateway(world);
	check_both_ways(world, "bare");
	CHECK_EQUAL(world->seen[GATEWAY_A] + world->seen[GATEWAY_B] + world->seen[FIREWALL_1] + world->seen[FIREWALL_2], 0);
	world_free(world);
}

TEST_MAIN(TEST(functions_on_one_pod_take_no_wire), TEST(both_ends_may_be_on_one_gateway),
	TEST(chain_within_one_gateway_takes_no_wire))
