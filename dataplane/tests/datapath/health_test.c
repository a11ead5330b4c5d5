/* SPDX-License-Identifier: Apache-2.0 */
/* Neighbours that do not answer: what becomes of flows and pins; and the probes themselves. */
#include "lib/world.h"
#include "packet/probe.h"
#include "view/state.h"

#define FLOWS 200

/* A packet of flow i, either way; returns the firewall it took. */
static enum pod
send_flow(struct world *world, uint16_t i, bool answer)
{
	unsigned first = world->seen[FIREWALL_1];
	struct frame syn = tcp_to_server(1000 + i, 80, SYN), reply = tcp_to_client(1000 + i, 80, SYN | ACK);

	CHECK(answer ? world_server_sends(world, 0, &reply) : world_client_sends(world, 0, &syn));
	world_clear(world);
	return world->seen[FIREWALL_1] > first ? FIREWALL_1 : FIREWALL_2;
}

static void
send_all(struct world *world, enum pod *taken)
{
	for (uint16_t i = 0; i < FLOWS; i++) {
		taken[i] = send_flow(world, i, false);
		CHECK_EQUAL(send_flow(world, i, true), taken[i]);
	}
}

static void
only_flows_of_the_dead_move_and_none_moves_back(void)
{
	struct world *world = world_new();
	enum pod before[FLOWS], after[FLOWS], back[FLOWS];
	unsigned moved = 0;

	send_all(world, before);
	world->dead[FIREWALL_1] = true;
	world_apply(world);
	send_all(world, after);
	for (unsigned i = 0; i < FLOWS; i++) {
		CHECK_EQUAL(after[i], FIREWALL_2);
		moved += before[i] == FIREWALL_1;
	}
	CHECK(moved > FLOWS / 4 && moved < FLOWS * 3 / 4);
	world->dead[FIREWALL_1] = false;
	world_apply(world);
	send_all(world, back);
	CHECK(memcmp(back, after, sizeof(back)) == 0);
	CHECK(world_count(world, 0, "one").dropped == 0);
	world_free(world);
}

/* The server's gateway still sends to the first one: it learns from the packets where their answers go. */
static void
gateways_of_two_minds_agree_on_each_flow(void)
{
	struct world *world = world_new();
	struct desired *desired = world_desired(world, GATEWAY_A);

	for (uint16_t i = 0; i < FLOWS; i++)
		send_flow(world, i, false);
	world->dead[FIREWALL_1] = true;
	world_apply_message(world, GATEWAY_A, desired);
	for (uint16_t i = 0; i < FLOWS; i++) {
		CHECK_EQUAL(send_flow(world, i, false), FIREWALL_2);
		CHECK_EQUAL(send_flow(world, i, true), FIREWALL_2);
	}
	desired_free(desired);
	world_free(world);
}

static void
when_all_are_dead_they_are_tried_all_the_same(void)
{
	struct world *world = world_new();
	enum pod before[FLOWS], after[FLOWS];

	send_all(world, before);
	world->dead[FIREWALL_1] = world->dead[FIREWALL_2] = true;
	world_apply(world);
	send_all(world, after);
	CHECK(memcmp(before, after, sizeof(before)) == 0);
	world_free(world);
}

static void
pin_to_a_dead_backend_waits_until_it_is_back(void)
{
	struct world *world = world_new();
	struct desired *desired = world_desired(world, GATEWAY_A);

	for (uint16_t i = 0; i < FLOWS; i++)
		desired_pin(desired, TENANT_ID(0), "firewalls", "firewall-2", SERVER, CLIENT, 80, 1000 + i)->lifetime_ms = 60000;
	world->dead[FIREWALL_2] = true;
	world_apply_message(world, GATEWAY_A, desired);
	for (uint16_t i = 0; i < FLOWS / 2; i++)
		CHECK_EQUAL(send_flow(world, i, false), FIREWALL_1);
	world->dead[FIREWALL_2] = false;
	world_apply_message(world, GATEWAY_A, desired);
	for (uint16_t i = FLOWS / 2; i < FLOWS; i++)
		CHECK_EQUAL(send_flow(world, i, false), FIREWALL_2);
	desired_free(desired);
	world_free(world);
}

static void
question_comes_back_as_its_answer_and_is_noted(void)
{
	struct world *world = world_new();
	struct dp_port port = world_link(GATEWAY_A, FIREWALL_1);
	struct rte_mbuf *m = dp_probe_make(world->dp[GATEWAY_A], world->state[GATEWAY_A], &port, 7);

	CHECK(m != NULL);
	CHECK(dp_state_probes(world->state[GATEWAY_A], &port));
	port.peer_address += 100;
	CHECK(!dp_state_probes(world->state[GATEWAY_A], &port));
	CHECK_EQUAL(dp_probe_answered(world->dp[GATEWAY_A], FIREWALL_1), 0);
	world_inject(world, FIREWALL_1, GATEWAY_A, &m, 1);
	CHECK_EQUAL(dp_probe_answered(world->dp[GATEWAY_A], FIREWALL_1), 7);
	for (enum pod pod = 0; pod < PODS; pod++)
		CHECK_EQUAL(world_malformed(world, pod), 0);
	world_free(world);
}

static void
anything_else_of_tenant_0_is_malformed(void)
{
	struct world *world = world_new();
	struct dp_port port = world_link(GATEWAY_A, FIREWALL_1);

	for (unsigned i = 0; i < 3; i++) {
		struct rte_mbuf *m = dp_probe_make(world->dp[GATEWAY_A], world->state[GATEWAY_A], &port, 7);
		struct dp_probe *probe = rte_pktmbuf_mtod_offset(m, struct dp_probe *, world_overhead());

		if (i == 0)
			probe->kind = rte_cpu_to_be_32(3);
		else if (i == 1)
			((struct dp_nsh_hdr *)probe - 1)->next_protocol = DP_NSH_NEXT_IPV4;
		else
			rte_pktmbuf_trim(m, 1);
		world_inject(world, FIREWALL_1, GATEWAY_A, &m, 1);
	}
	CHECK_EQUAL(world_malformed(world, FIREWALL_1), 3);
	CHECK_EQUAL(dp_probe_answered(world->dp[GATEWAY_A], FIREWALL_1), 0);
	world_free(world);
}

TEST_MAIN(TEST(only_flows_of_the_dead_move_and_none_moves_back), TEST(gateways_of_two_minds_agree_on_each_flow),
	TEST(when_all_are_dead_they_are_tried_all_the_same), TEST(pin_to_a_dead_backend_waits_until_it_is_back),
	TEST(question_comes_back_as_its_answer_and_is_noted), TEST(anything_else_of_tenant_0_is_malformed))
