/* SPDX-License-Identifier: Apache-2.0 */
/* Which firewall a flow takes, and that it stays there. */
#include "lib/world.h"
#include "view/state.h"

#define FLOWS 200

/* Opens flow i; returns the firewall it took. */
static enum pod
open_flow(struct world *world, uint16_t i)
{
	unsigned first = world->seen[FIREWALL_1], second = world->seen[FIREWALL_2];
	struct frame syn = tcp_to_server(1000 + i, 80, SYN);

	CHECK(world_client_sends(world, 0, &syn));
	CHECK_EQUAL(world->seen[FIREWALL_1] + world->seen[FIREWALL_2], first + second + 1);
	world_clear(world);
	return world->seen[FIREWALL_1] > first ? FIREWALL_1 : FIREWALL_2;
}

/* A further packet, one way or the other; returns the firewall it took. */
static enum pod
continue_flow(struct world *world, uint16_t i, bool answer)
{
	unsigned first = world->seen[FIREWALL_1];
	struct frame data = tcp_to_server(1000 + i, 80, ACK), reply = tcp_to_client(1000 + i, 80, SYN | ACK);

	CHECK(answer ? world_server_sends(world, 0, &reply) : world_client_sends(world, 0, &data));
	world_clear(world);
	return world->seen[FIREWALL_1] > first ? FIREWALL_1 : FIREWALL_2;
}

static void
open_all(struct world *world, enum pod *taken)
{
	for (uint16_t i = 0; i < FLOWS; i++)
		taken[i] = open_flow(world, i);
}

static void
check_all_stay(struct world *world, const enum pod *taken)
{
	for (uint16_t i = 0; i < FLOWS; i++) {
		CHECK_EQUAL(continue_flow(world, i, true), taken[i]);
		CHECK_EQUAL(continue_flow(world, i, false), taken[i]);
	}
}

static void
flows_spread_over_both_firewalls(void)
{
	struct world *world = world_new();
	enum pod taken[FLOWS];
	unsigned first = 0;

	open_all(world, taken);
	for (unsigned i = 0; i < FLOWS; i++)
		first += taken[i] == FIREWALL_1;
	CHECK(first > FLOWS / 4 && first < FLOWS * 3 / 4);
	check_all_stay(world, taken);
	world_free(world);
}

static void
flows_stay_when_a_firewall_joins(void)
{
	struct world *world = world_new();
	enum pod taken[FLOWS];
	bool joined = false;

	world->absent[FIREWALL_2] = true;
	world_apply(world);
	open_all(world, taken);
	world->absent[FIREWALL_2] = false;
	world_apply(world);
	check_all_stay(world, taken);
	for (uint16_t i = FLOWS; i < 2 * FLOWS; i++)
		joined = open_flow(world, i) == FIREWALL_2 || joined;
	CHECK(joined);
	world_free(world);
}

static void
draining_firewall_keeps_its_flows_and_gets_no_new_one(void)
{
	struct world *world = world_new();
	enum pod taken[FLOWS];

	open_all(world, taken);
	world->weight[FIREWALL_1] = 0;
	world_apply(world);
	check_all_stay(world, taken);
	for (uint16_t i = FLOWS; i < 2 * FLOWS; i++)
		CHECK_EQUAL(open_flow(world, i), FIREWALL_2);
	world_free(world);
}

static void
flows_of_a_firewall_that_went_move_and_go_on(void)
{
	struct world *world = world_new();
	enum pod taken[FLOWS];

	open_all(world, taken);
	world->absent[FIREWALL_1] = true;
	world_apply(world);
	for (uint16_t i = 0; i < FLOWS; i++) {
		CHECK_EQUAL(continue_flow(world, i, false), FIREWALL_2); /* mid-stream, by its rule */
		CHECK_EQUAL(continue_flow(world, i, true), FIREWALL_2);
	}
	world_free(world);
}

/* The server's gateway chose nothing for these flows: it answers where they came from. */
static void
answers_return_by_the_pod_they_came_from(void)
{
	struct world *world = world_new();
	struct desired *desired;

	/* The server's gateway knows other weights than the client's: alone it would choose FIREWALL_2 for all. */
	world->weight[FIREWALL_1] = 0;
	desired = world_desired(world, GATEWAY_B);
	world_apply_message(world, GATEWAY_B, desired);
	desired_free(desired);
	for (uint16_t i = 0; i < FLOWS; i++) {
		enum pod taken = open_flow(world, i);

		CHECK_EQUAL(continue_flow(world, i, true), taken);
	}
	world_free(world);
}

static void
flows_survive_the_restart_of_a_firewall(void)
{
	struct world *world = world_new();
	enum pod taken[FLOWS];

	open_all(world, taken);
	world_restart(world, FIREWALL_1);
	for (uint16_t i = 0; i < FLOWS; i++) {
		CHECK_EQUAL(continue_flow(world, i, false), taken[i]);
		CHECK_EQUAL(continue_flow(world, i, true), taken[i]);
	}
	world_free(world);
}

static void
flows_survive_the_restart_of_a_gateway(void)
{
	struct world *world = world_new();
	enum pod taken[FLOWS];

	open_all(world, taken);
	world_restart(world, GATEWAY_A);
	world_restart(world, GATEWAY_B);
	for (uint16_t i = 0; i < FLOWS; i++)
		CHECK_EQUAL(continue_flow(world, i, false), taken[i]);
	check_all_stay(world, taken);
	world_free(world);
}

static void
empty_pool_and_missing_link_are_counted_drops(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(1000, 80, SYN);

	world->absent[FIREWALL_1] = world->absent[FIREWALL_2] = true;
	world_apply(world);
	CHECK(!world_client_sends(world, 0, &syn));
	CHECK_EQUAL(world_drops(world, GATEWAY_A, 0, "one", "client", DROP(NO_BACKEND)), 1);
	world->absent[FIREWALL_1] = false;
	world->link_down[FIREWALL_1] = true;
	world_apply(world);
	CHECK(!world_client_sends(world, 0, &syn));
	CHECK_EQUAL(world_drops(world, GATEWAY_A, 0, "one", "client", DROP(LINK_DOWN)), 1);
	CHECK_EQUAL(world_count(world, 0, "one").dropped, 2);
	world_free(world);
}

static void
table_of_another_size_than_the_papers_is_refused(void)
{
	struct world *world = world_new();
	struct desired *desired = world_desired(world, GATEWAY_A);
	struct dp_error error;

	desired->state.pools[2]->table_size = 65536;
	error = world_refuse(world, GATEWAY_A, desired);
	CHECK_EQUAL(error.code, CODE(INVALID_ARGUMENT));
	CHECK(strcmp(error.field, "pools[2].table_size") == 0);
	desired->state.pools[2]->table_size = DP_MAGLEV_SIZE_LARGE;
	world_apply_message(world, GATEWAY_A, desired);
	CHECK_EQUAL(world->state[GATEWAY_A]->pools[2].pool->table_size, DP_MAGLEV_SIZE_LARGE);
	desired_free(desired);
	world_free(world);
}

TEST_MAIN(TEST(table_of_another_size_than_the_papers_is_refused), TEST(flows_spread_over_both_firewalls), TEST(flows_stay_when_a_firewall_joins),
	TEST(draining_firewall_keeps_its_flows_and_gets_no_new_one), TEST(flows_of_a_firewall_that_went_move_and_go_on),
	TEST(answers_return_by_the_pod_they_came_from), TEST(flows_survive_the_restart_of_a_firewall),
	TEST(flows_survive_the_restart_of_a_gateway), TEST(empty_pool_and_missing_link_are_counted_drops))
