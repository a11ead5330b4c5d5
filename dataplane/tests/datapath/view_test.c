/* SPDX-License-Identifier: Apache-2.0 */
/* Views come, change shares and go, while flows and counters live on. */
#include "lib/world.h"

static void
only_web(struct desired *desired, node_t *firewall)
{
	rule_t *rule = desired_rule(desired, firewall, "web", ALLOW, IPPROTO_TCP);

	rule->destination_ports = desired_ports(desired, 80, 80);
}

static void
only_ping(struct desired *desired, node_t *firewall)
{
	desired_rule(desired, firewall, "ping", ALLOW, IPPROTO_ICMP);
}

/* Publishes a new view beside the old one, flips the shares, retires the old. */
static void
flip(struct world *world, uint32_t id, const char *uid, void (*rules)(struct desired *, node_t *))
{
	world->views[1] = (struct world_view){.id = id, .uid = uid, .rules = rules};
	world_apply(world);
	world->views[0].share = 0;
	world->views[1].share = 100;
	world_apply(world);
}

static void
retire_old(struct world *world)
{
	world->views[0] = world->views[1];
	world->views[1] = (struct world_view){0};
	world_apply(world);
}

static void
fifty_republishes_lose_no_packet_and_close_every_sum(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN), data = tcp_to_server(4000, 80, ACK),
		     answer = tcp_to_client(4000, 80, ACK), ping = echo_request(1), pong = echo_reply(1);
	char uids[50][16];

	CHECK(world_client_sends(world, 0, &syn));
	for (unsigned i = 0; i < 50; i++) {
		const char *old = world->views[0].uid;
		struct world_counts counts;

		snprintf(uids[i], sizeof(uids[i]), "uid-%u", i);
		CHECK(world_client_sends(world, 0, &ping));
		flip(world, 2 + i % 3, uids[i], NULL);
		CHECK(world_server_sends(world, 0, &pong));
		CHECK(world_server_sends(world, 0, &answer));
		CHECK(world_client_sends(world, 0, &data));
		counts = world_count(world, 0, old);
		CHECK(counts.injected > 0);
		CHECK_EQUAL(counts.injected, counts.left);
		retire_old(world);
		CHECK_EQUAL(world_count(world, 0, old).injected, 0);
		CHECK_EQUAL(world_count(world, 0, uids[i]).left, 3);
	}
	world_free(world);
}

static void
counters_outlive_states_that_have_the_view(void)
{
	struct world *world = world_new();
	struct frame ping = echo_request(1);

	for (unsigned i = 1; i <= 10; i++) {
		CHECK(world_client_sends(world, 0, &ping));
		world_apply(world);
		CHECK_EQUAL(world_count(world, 0, "one").left, i);
		CHECK_EQUAL(world_rule(world, 0, "one", "ping"), i);
	}
	world_free(world);
}

static void
view_id_in_use_again_counts_from_zero(void)
{
	struct world *world = world_new();
	struct frame ping = echo_request(1);

	CHECK(world_client_sends(world, 0, &ping));
	world->views[0].uid = "another";
	world_apply(world);
	CHECK_EQUAL(world_count(world, 0, "another").injected, 0);
	CHECK_EQUAL(world_count(world, 0, "one").injected, 0);
	CHECK(world_client_sends(world, 0, &ping));
	CHECK_EQUAL(world_count(world, 0, "another").injected, 1);
	world_free(world);
}

static void
flow_that_new_rules_deny_is_dropped_from_then_on(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN), answer = tcp_to_client(4000, 80, SYN | ACK),
		     data = tcp_to_server(4000, 80, ACK);

	CHECK(world_client_sends(world, 0, &syn));
	CHECK(world_server_sends(world, 0, &answer));
	flip(world, 2, "stricter", only_ping);
	CHECK(!world_server_sends(world, 0, &answer)); /* judged by the direction it began in */
	CHECK(!world_client_sends(world, 0, &data));
	CHECK(!world_client_sends(world, 0, &syn));
	CHECK_EQUAL(world_count(world, 0, "stricter").dropped, 3);
	world_free(world);
}

static void
flow_that_new_rules_allow_goes_on_and_is_counted_by_them(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN), answer = tcp_to_client(4000, 80, SYN | ACK);

	CHECK(world_client_sends(world, 0, &syn));
	flip(world, 2, "web-only", only_web);
	CHECK(world_server_sends(world, 0, &answer));
	CHECK_EQUAL(world_rule(world, 0, "web-only", "web"), 1);
	world_free(world);
}

#define CANARY_FLOWS 10000

/* Which flows the canary has, after each has sent and got a packet: one bit a flow. */
static unsigned
run_canary(struct world *world, uint32_t share, bool has[CANARY_FLOWS])
{
	unsigned n = 0;

	world->views[1] = (struct world_view){.id = 2, .uid = "canary", .share = share};
	world->views[0].share = 100 - share;
	world_apply(world);
	for (uint16_t i = 0; i < CANARY_FLOWS; i++) {
		struct frame syn = tcp_to_server(1000 + i, 80, SYN), answer = tcp_to_client(1000 + i, 80, SYN | ACK);
		uint64_t before = world_count(world, 0, "canary").injected, after;

		CHECK(world_client_sends(world, 0, &syn));
		CHECK(world_server_sends(world, 0, &answer));
		world_clear(world);
		after = world_count(world, 0, "canary").injected;
		CHECK(after == before || after == before + 2); /* both directions or none */
		has[i] = after != before;
		n += has[i];
	}
	return n;
}

static void
canary_gets_its_share_of_10000_flows_to_one_point_and_only_joins_move(void)
{
	static bool at_5[CANARY_FLOWS], again[CANARY_FLOWS], at_25[CANARY_FLOWS];
	struct world *world = world_new();
	unsigned n = run_canary(world, 5, at_5);

	CHECK(n >= CANARY_FLOWS * 4 / 100 && n <= CANARY_FLOWS * 6 / 100);
	CHECK_EQUAL(run_canary(world, 5, again), n);
	CHECK(memcmp(at_5, again, sizeof(at_5)) == 0);
	n = run_canary(world, 25, at_25);
	CHECK(n >= CANARY_FLOWS * 24 / 100 && n <= CANARY_FLOWS * 26 / 100);
	for (unsigned i = 0; i < CANARY_FLOWS; i++)
		CHECK(!at_5[i] || at_25[i]); /* who was in stays in */
	world_free(world);
}

static void
packets_of_a_view_that_went_are_charged_to_the_tenant(void)
{
	struct world *world = world_new();
	struct frame ping = echo_request(1);
	struct rte_mbuf *straggler;

	CHECK(world_client_sends(world, 0, &ping));
	straggler = rte_pktmbuf_copy(world->last_fabric, test_pool(), 0, UINT32_MAX);
	world->views[0].id = 9;
	world->views[0].uid = "next";
	world_apply(world);
	world_inject(world, GATEWAY_B, FIREWALL_1, &straggler, 1);
	CHECK_EQUAL(world_tenant_drops(world, GATEWAY_B, 0, DROP(UNKNOWN_VIEW)), 1);
	world_free(world);
}

static void
tenant_that_went_and_came_back_keeps_nothing(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN), answer = tcp_to_client(4000, 80, SYN | ACK);

	CHECK(world_client_sends(world, 1, &syn));
	world->n_tenants = 1;
	world_apply(world);
	CHECK(!world_client_sends(world, 1, &syn));
	world->n_tenants = 2;
	world_apply(world);
	CHECK(!world_server_sends(world, 1, &answer));
	world_free(world);
}

static void
tenant_keeps_its_worker_slot(void)
{
	struct world *world = world_new();
	struct dp_tenant_info before, after;

	dp_state_tenant(world->state[GATEWAY_A], 1, &before);
	world_apply(world);
	dp_state_tenant(world->state[GATEWAY_A], 1, &after);
	CHECK_EQUAL(after.slot, before.slot);
	CHECK_EQUAL(after.tenant_id, TENANT_ID(1));
	CHECK(strcmp(after.name, "tenant-101") == 0);
	CHECK_EQUAL(after.cpu_weight, 100);
	world_free(world);
}

TEST_MAIN(TEST(fifty_republishes_lose_no_packet_and_close_every_sum), TEST(counters_outlive_states_that_have_the_view),
	TEST(view_id_in_use_again_counts_from_zero), TEST(flow_that_new_rules_deny_is_dropped_from_then_on),
	TEST(flow_that_new_rules_allow_goes_on_and_is_counted_by_them),
	TEST(canary_gets_its_share_of_10000_flows_to_one_point_and_only_joins_move),
	TEST(packets_of_a_view_that_went_are_charged_to_the_tenant),
	TEST(tenant_that_went_and_came_back_keeps_nothing), TEST(tenant_keeps_its_worker_slot))
