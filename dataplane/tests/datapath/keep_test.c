/* SPDX-License-Identifier: Apache-2.0 */
/* Shares change, and flows stay in the view they are in until they end. */
#include "lib/world.h"

#define LOOK_MS 2000 /* more than a look through a table of tests takes */

static const struct frame client_data = {.source = CLIENT, .destination = SERVER, .protocol = IPPROTO_TCP, .source_port = 4000,
	.destination_port = 80, .tcp_flags = ACK};
static const struct frame server_data = {.source = SERVER, .destination = CLIENT, .protocol = IPPROTO_TCP, .source_port = 80,
	.destination_port = 4000, .tcp_flags = ACK};

/* A flow in view "one", then all shares to view "two"; the old one keeps what it has. */
static struct world *
flipped(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN), answer = tcp_to_client(4000, 80, SYN | ACK);

	world->views[0].keep_flows = true;
	world->views[1] = (struct world_view){.id = 2, .uid = "two"};
	world_apply(world);
	CHECK(world_client_sends(world, 0, &syn));
	CHECK(world_server_sends(world, 0, &answer));
	world->views[0].share = 0;
	world->views[1].share = 100;
	world_apply(world);
	return world;
}

static bool
takes_old(struct world *world, const struct frame *frame)
{
	uint64_t old = world_count(world, 0, "one").injected, new = world_count(world, 0, "two").injected;

	CHECK(frame->source == CLIENT ? world_client_sends(world, 0, frame) : world_server_sends(world, 0, frame));
	old = world_count(world, 0, "one").injected - old;
	new = world_count(world, 0, "two").injected - new;
	CHECK_EQUAL(old + new, 1);
	return old == 1;
}

static void
flow_stays_in_its_view_both_ways_while_new_ones_take_the_new_one(void)
{
	struct world *world = flipped();
	struct frame syn = tcp_to_server(4001, 80, SYN), answer = tcp_to_client(4001, 80, SYN | ACK);

	CHECK(takes_old(world, &client_data));
	CHECK(takes_old(world, &server_data));
	CHECK(!takes_old(world, &syn));
	CHECK(!takes_old(world, &answer));
	world_free(world);
}

static void
flow_moves_when_its_view_keeps_none_any_more(void)
{
	struct world *world = flipped();

	CHECK(takes_old(world, &client_data));
	world->views[0].keep_flows = false;
	world_apply(world);
	CHECK(!takes_old(world, &client_data));
	CHECK(!takes_old(world, &server_data));
	CHECK_EQUAL(world_count(world, 0, "one").injected, world_count(world, 0, "one").left);
	world_free(world);
}

static void
ports_of_a_flow_that_has_ended_open_the_next_one_in_the_new_view(void)
{
	struct world *world = flipped();
	struct frame fin = client_data, fin_back = server_data, syn = tcp_to_server(4000, 80, SYN);

	fin.tcp_flags = fin_back.tcp_flags = FIN | ACK;
	CHECK(takes_old(world, &fin));
	CHECK(takes_old(world, &fin_back));
	CHECK(takes_old(world, &client_data)); /* the last acknowledgement */
	CHECK(!takes_old(world, &syn));
	CHECK(!takes_old(world, &server_data));
	world_free(world);
}

static void
answers_follow_their_flow_through_gateways_that_hear_of_shares_one_after_the_other(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4001, 80, SYN), answer = tcp_to_client(4001, 80, SYN | ACK);
	struct desired *desired;
	attachment_t *server;

	world->views[0].keep_flows = true;
	world->views[1] = (struct world_view){.id = 2, .uid = "two"};
	world_apply(world);
	world->views[0].share = 0;
	world->views[1].share = 100;
	desired = world_desired(world, GATEWAY_A);
	world_apply_message(world, GATEWAY_A, desired);
	desired_free(desired);
	desired = world_desired(world, GATEWAY_B); /* which has the shares of before, but knows of both views */
	server = desired->state.tenants[0]->attachments[0];
	server->ingress[0]->share = 100;
	server->ingress[1]->share = 0;
	world_apply_message(world, GATEWAY_B, desired);
	desired_free(desired);
	CHECK(!takes_old(world, &syn));
	CHECK(!takes_old(world, &answer));
	world_free(world);
}

static void
kept_flows_are_counted_until_they_have_ended(void)
{
	struct world *world = flipped();
	struct frame reset = client_data;

	reset.tcp_flags = RST;
	CHECK_EQUAL(world_kept(world, GATEWAY_A, 0, "one"), -1);
	world_wait(world, LOOK_MS);
	CHECK_EQUAL(world_kept(world, GATEWAY_A, 0, "one"), 1);
	CHECK_EQUAL(world_kept(world, GATEWAY_A, 0, "two"), 0);
	CHECK(takes_old(world, &reset));
	world_wait(world, 2 * LOOK_MS);
	CHECK_EQUAL(world_kept(world, GATEWAY_A, 0, "one"), 0);
	world->views[0].keep_flows = false;
	world_apply(world);
	world_wait(world, LOOK_MS);
	CHECK_EQUAL(world_kept(world, GATEWAY_A, 0, "one"), -1);
	world_free(world);
}

TEST_MAIN(TEST(flow_stays_in_its_view_both_ways_while_new_ones_take_the_new_one),
	TEST(flow_moves_when_its_view_keeps_none_any_more),
	TEST(ports_of_a_flow_that_has_ended_open_the_next_one_in_the_new_view),
	TEST(answers_follow_their_flow_through_gateways_that_hear_of_shares_one_after_the_other),
	TEST(kept_flows_are_counted_until_they_have_ended))
