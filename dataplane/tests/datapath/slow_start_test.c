/* SPDX-License-Identifier: Apache-2.0 */
/* A firewall that joins is given its share of new flows step by step. */
#include "lib/world.h"

#define FLOWS 2000
#define RAMP_MS 10000

/* Sends a packet of each flow from port `first` on; returns how many of FLOWS took the second firewall. */
static unsigned
send_flows(struct world *world, uint16_t first)
{
	unsigned before = world->seen[FIREWALL_2];

	for (uint16_t i = 0; i < FLOWS; i++) {
		struct frame syn = tcp_to_server((uint16_t)(first + i), 80, SYN);

		CHECK(world_client_sends(world, 0, &syn));
		world_clear(world);
	}
	return world->seen[FIREWALL_2] - before;
}

static void
join(struct world *world)
{
	world->absent[FIREWALL_2] = true;
	world_apply(world);
	world->absent[FIREWALL_2] = false;
	world_apply(world);
}

static struct world *
world_with_one_joining(void)
{
	struct world *world = world_new();

	world->slow_start_ms = RAMP_MS;
	join(world);
	return world;
}

static void
share_of_a_joining_backend_grows_from_a_tenth_to_all_of_it(void)
{
	static const unsigned percent[] = {10, 55, 100};
	struct world *world = world_with_one_joining();

	for (unsigned step = 0; step < RTE_DIM(percent); step++) {
		unsigned got = send_flows(world, (uint16_t)(1000 + step * FLOWS)), share = FLOWS / 2 * percent[step] / 100;

		CHECK(got + FLOWS / 25 > share && got < share + FLOWS / 25);
		world_wait(world, RAMP_MS / 2);
	}
	world_free(world);
}

static void
established_flows_stay_while_a_backend_joins(void)
{
	struct world *world = world_new();

	world->slow_start_ms = RAMP_MS;
	world->absent[FIREWALL_2] = true;
	world_apply(world);
	CHECK_EQUAL(send_flows(world, 1000), 0);
	world->absent[FIREWALL_2] = false;
	world_apply(world);
	for (unsigned step = 0; step < 3; step++) {
		CHECK_EQUAL(send_flows(world, 1000), 0);
		world_wait(world, RAMP_MS / 2);
	}
	world_free(world);
}

/* Which of FLOWS the second firewall takes of flows that no table knows: each is sent once in a world of its own. */
static void
find_let_in(uint64_t age_ms, bool *let_in)
{
	struct world *world = world_with_one_joining();

	world_wait(world, age_ms);
	for (uint16_t i = 0; i < FLOWS; i++) {
		struct frame syn = tcp_to_server((uint16_t)(1000 + i), 80, SYN);
		unsigned before = world->seen[FIREWALL_2];

		CHECK(world_client_sends(world, 0, &syn));
		world_clear(world);
		let_in[i] = world->seen[FIREWALL_2] > before;
	}
	world_free(world);
}

static void
flow_that_was_let_in_is_let_in_at_any_later_time(void)
{
	static bool before[FLOWS], after[FLOWS];

	find_let_in(0, before);
	for (uint64_t age = RAMP_MS / 5; age <= RAMP_MS; age += RAMP_MS / 5) {
		find_let_in(age, after);
		for (unsigned i = 0; i < FLOWS; i++)
			CHECK(after[i] || !before[i]);
		memcpy(before, after, sizeof(before));
	}
}

static void
other_changes_do_not_start_the_ramp_again(void)
{
	struct world *world = world_with_one_joining();

	world_wait(world, RAMP_MS / 2);
	world->views[1] = (struct world_view){.id = 2, .uid = "two"};
	world_apply(world);
	CHECK(send_flows(world, 1000) > FLOWS / 2 * 45 / 100);
	world_wait(world, RAMP_MS / 2);
	world->views[1].id = 0;
	world_apply(world);
	CHECK(send_flows(world, 4000) > FLOWS / 2 * 90 / 100);
	world_free(world);
}

static void
backend_that_comes_back_from_weight_0_starts_slowly_too(void)
{
	struct world *world = world_new();

	world->slow_start_ms = RAMP_MS;
	world->weight[FIREWALL_2] = 0;
	world_apply(world);
	world->weight[FIREWALL_2] = 100;
	world_apply(world);
	CHECK(send_flows(world, 1000) < FLOWS / 2 * 20 / 100);
	world_free(world);
}

static void
backends_of_a_new_or_empty_pool_start_at_once(void)
{
	struct world *world = world_new();
	unsigned got;

	world->slow_start_ms = RAMP_MS;
	world_apply(world);
	got = send_flows(world, 1000);
	CHECK(got > FLOWS * 2 / 5 && got < FLOWS * 3 / 5);
	world->absent[FIREWALL_1] = world->absent[FIREWALL_2] = true;
	world_apply(world);
	world->absent[FIREWALL_1] = world->absent[FIREWALL_2] = false;
	world_apply(world);
	got = send_flows(world, 4000);
	CHECK(got > FLOWS * 2 / 5 && got < FLOWS * 3 / 5);
	world_free(world);
}

static void
joining_backend_takes_all_when_the_settled_one_goes(void)
{
	struct world *world = world_with_one_joining();

	world->absent[FIREWALL_1] = true;
	world_apply(world);
	CHECK_EQUAL(send_flows(world, 1000), FLOWS);
	world_free(world);
}

static void
ramp_longer_than_ten_minutes_is_refused(void)
{
	struct world *world = world_new();
	struct desired *desired = world_desired(world, GATEWAY_A);
	struct dp_error error;

	desired->state.pools[2]->slow_start_ms = 600001;
	error = world_refuse(world, GATEWAY_A, desired);
	CHECK_EQUAL(error.code, CODE(INVALID_ARGUMENT));
	CHECK(strcmp(error.field, "pools[2].slow_start_ms") == 0);
	desired_free(desired);
	world_free(world);
}

TEST_MAIN(TEST(share_of_a_joining_backend_grows_from_a_tenth_to_all_of_it),
	TEST(established_flows_stay_while_a_backend_joins), TEST(flow_that_was_let_in_is_let_in_at_any_later_time),
	TEST(other_changes_do_not_start_the_ramp_again), TEST(backend_that_comes_back_from_weight_0_starts_slowly_too),
	TEST(backends_of_a_new_or_empty_pool_start_at_once),
	TEST(joining_backend_takes_all_when_the_settled_one_goes), TEST(ramp_longer_than_ten_minutes_is_refused))
