/* SPDX-License-Identifier: Apache-2.0 */
/* Flows that entered a view go on while the views on both sides are replaced, drained or taken away. */
#include "lib/enter_world.h"

static void
move_to_third(struct world *world, bool keep)
{
	enter_setup.has_third = true;
	enter_setup.keep_second = keep;
	enter_apply(world);
	enter_setup.share_of_third = 100;
	enter_apply(world);
}

static void
a_flip_of_the_entered_chain_loses_no_packet_of_a_flow(void)
{
	struct world *world = enter_world((struct enter_setup){.enters = true});
	struct frame data = tcp_to_far(4000, ACK), answer = tcp_from_far(4000, ACK);

	enter_exchange(world, 4000);
	move_to_third(world, false);
	CHECK(enter_client_sends(world, &data));
	CHECK(enter_far_sends(world, &answer));
	CHECK_EQUAL(world_count(world, 0, "three").entered, 1);
	enter_check_closed(world, "two");
	enter_check_closed(world, "three");
	enter_setup.second_is_gone = true;
	enter_apply(world);
	CHECK(enter_client_sends(world, &data));
	CHECK(enter_far_sends(world, &answer));
	world_free(world);
}

static void
flows_that_the_entered_view_keeps_stay_in_it(void)
{
	struct world *world = enter_world((struct enter_setup){.enters = true, .keep_second = true});
	struct frame data = tcp_to_far(4000, ACK), answer = tcp_from_far(4000, ACK), other = tcp_to_far(4001, SYN);

	enter_exchange(world, 4000);
	move_to_third(world, true);
	CHECK(enter_client_sends(world, &data));
	CHECK(enter_far_sends(world, &answer));
	CHECK_EQUAL(world_count(world, 0, "three").entered, 0);
	CHECK(enter_client_sends(world, &other));
	CHECK_EQUAL(world_count(world, 0, "three").entered, 1);
	world_free(world);
}

/* What the new process does not know, the next packet of the initiator teaches it. */
static void
a_flow_goes_on_when_the_pod_where_it_enters_has_started_anew(void)
{
	struct world *world = enter_world((struct enter_setup){.enters = true, .apart = true});
	struct desired *desired;

	enter_exchange(world, 4000);
	world->views[0].id = world->views[1].id = 0;
	world_restart(world, FIREWALL_1);
	world->views[0].id = 1;
	world->views[1].id = 2;
	desired = enter_desired(world, FIREWALL_1);
	world_apply_message(world, FIREWALL_1, desired);
	desired_free(desired);
	enter_exchange(world, 4000);
	world_free(world);
}

static void
answers_find_back_when_the_view_they_left_has_been_replaced(void)
{
	struct world *world = enter_world((struct enter_setup){.enters = true, .has_fourth = true});
	struct frame answer = tcp_from_far(4000, ACK);

	enter_exchange(world, 4000);
	enter_setup.first_view = 4;
	enter_apply(world);
	CHECK(enter_far_sends(world, &answer));
	CHECK_EQUAL(world_count(world, 0, "four").entered, 1);
	enter_check_closed(world, "four");
	world_free(world);
}

static void
answers_come_back_in_the_new_view_while_the_old_one_drains(void)
{
	struct world *world = enter_world((struct enter_setup){.enters = true, .has_fourth = true});
	struct frame answer = tcp_from_far(4000, ACK);
	uint64_t before;

	enter_exchange(world, 4000);
	enter_setup.first_view = 4;
	enter_setup.drains_first = true;
	before = world_count(world, 0, "one").entered;
	enter_apply(world);
	CHECK(enter_far_sends(world, &answer));
	CHECK_EQUAL(world_count(world, 0, "one").entered, before);
	CHECK_EQUAL(world_count(world, 0, "four").entered, 1);
	world_free(world);
}

static void
answers_find_back_from_a_chain_that_nothing_enters_any_more(void)
{
	struct world *world = enter_world((struct enter_setup){.enters = true, .output_edge = true});
	struct frame answer = tcp_from_far(4000, ACK), syn = tcp_to_server(4001, 80, SYN);

	enter_exchange(world, 4000);
	enter_setup.no_share = true;
	enter_apply(world);
	CHECK(enter_far_sends(world, &answer));
	CHECK(world_client_sends(world, 0, &syn)); /* by the output */
	world_free(world);
}

static void
flows_kept_in_the_entered_view_are_counted_where_they_enter(void)
{
	struct world *world = enter_world((struct enter_setup){.enters = true, .keep_second = true});
	struct frame reset = tcp_to_far(4000, RST);

	enter_exchange(world, 4000);
	move_to_third(world, true);
	world_wait(world, 2000);
	CHECK_EQUAL(world_kept(world, FIREWALL_1, 0, "two"), 1);
	CHECK_EQUAL(world_kept(world, FIREWALL_1, 0, "three"), 0);
	CHECK(enter_client_sends(world, &reset));
	world_wait(world, 4000);
	CHECK_EQUAL(world_kept(world, FIREWALL_1, 0, "two"), 0);
	world_free(world);
}

TEST_MAIN(TEST(a_flip_of_the_entered_chain_loses_no_packet_of_a_flow),
	TEST(flows_that_the_entered_view_keeps_stay_in_it),
	TEST(a_flow_goes_on_when_the_pod_where_it_enters_has_started_anew),
	TEST(answers_find_back_when_the_view_they_left_has_been_replaced),
	TEST(answers_come_back_in_the_new_view_while_the_old_one_drains),
	TEST(answers_find_back_from_a_chain_that_nothing_enters_any_more),
	TEST(flows_kept_in_the_entered_view_are_counted_where_they_enter))
