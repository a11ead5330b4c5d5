/* SPDX-License-Identifier: Apache-2.0 */
/* Packets of a class go on in a view of another chain, and their answers come back the way they went. */
#include "lib/enter_world.h"
#include "packet/outer.h"

#define FLOWS 2000

static void
check_one_exchange(struct world *world)
{
	struct world_counts one, two;

	enter_exchange(world, 4000);
	one = world_count(world, 0, "one");
	two = world_count(world, 0, "two");
	CHECK_EQUAL(one.injected, 2);
	CHECK_EQUAL(one.handed, 2);
	CHECK_EQUAL(one.entered, 1);
	CHECK_EQUAL(one.left, 1);
	CHECK_EQUAL(two.entered, 2);
	CHECK_EQUAL(two.left, 2);
	CHECK_EQUAL(two.injected, 1);
	CHECK_EQUAL(two.handed, 1);
	enter_check_closed(world, "one");
	enter_check_closed(world, "two");
	CHECK_EQUAL(world_rule(world, 0, "one", "web"), 3);
	CHECK_EQUAL(world_rule(world, 0, "two", "all"), 3);
	CHECK_EQUAL(world_edge(world, 0, "one", "client", "first", REVERSE), 1);
	CHECK_EQUAL(world_edge(world, 0, "two", "other", "second", FORWARD), 2);
	CHECK_EQUAL(world_edge(world, 0, "two", "other", "second", REVERSE), 1);
}

static void
a_class_enters_another_view_and_its_answers_pass_every_function_back(void)
{
	struct world *world = enter_world((struct enter_setup){.enters = true});

	check_one_exchange(world);
	world_free(world);
}

static void
the_same_holds_across_pods(void)
{
	struct world *world = enter_world((struct enter_setup){.enters = true, .apart = true});

	check_one_exchange(world);
	world_free(world);
}

static void
ipv6_flows_enter_and_come_back_too(void)
{
	struct world *world = enter_world((struct enter_setup){.enters = true, .apart = true});
	struct frame syn = over_ipv6(tcp_to_far(4000, SYN)), answer = over_ipv6(tcp_from_far(4000, SYN | ACK));

	world->ipv6 = true;
	enter_apply(world);
	CHECK(enter_client_sends(world, &syn));
	CHECK(enter_far_sends(world, &answer));
	CHECK_EQUAL(world_count(world, 0, "two").handed, 1);
	world_free(world);
}

static void
other_packets_stay_in_their_view(void)
{
	struct world *world = enter_world((struct enter_setup){.enters = true});
	struct frame ping = echo_request(1), pong = echo_reply(1);

	CHECK(world_client_sends(world, 0, &ping));
	CHECK(world_server_sends(world, 0, &pong));
	CHECK_EQUAL(world_count(world, 0, "one").left, 2);
	CHECK_EQUAL(world_count(world, 0, "two").entered, 0);
	world_free(world);
}

static void
what_the_other_chains_hosts_begin_takes_that_chain_alone(void)
{
	struct world *world = enter_world((struct enter_setup){.enters = true});
	struct frame syn = tcp_from_far(4000, SYN);

	syn.destination = IP(10, 4, 0, 2);
	CHECK(!enter_far_sends(world, &syn)); /* not to the client, but to a host of "other" */
	CHECK_EQUAL(world->n_delivered[GATEWAY_A][SPARE], 1);
	CHECK_EQUAL(world_count(world, 0, "two").left, 1);
	CHECK_EQUAL(world_count(world, 0, "one").entered, 0);
	world_free(world);
}

static void
check_circle(bool apart)
{
	struct world *world = enter_world((struct enter_setup){.enters = true, .in_a_circle = true, .apart = apart});
	struct frame syn = tcp_to_far(4000, SYN);
	uint64_t loops = 0;

	CHECK(!enter_client_sends(world, &syn));
	for (enum pod pod = FIREWALL_1; pod < PODS; pod++)
		loops += world_drops(world, pod, 0, "one", "first", DROP(VIEW_LOOP))
			+ world_drops(world, pod, 0, "two", "second", DROP(VIEW_LOOP));
	CHECK_EQUAL(loops, 1);
	CHECK_EQUAL(world_count(world, 0, "one").dropped + world_count(world, 0, "two").dropped, 1);
	enter_check_closed(world, "one");
	enter_check_closed(world, "two");
	CHECK(world_count(world, 0, "one").entered > 1); /* it did go round */
	world_free(world);
}

static void
views_that_enter_each_other_in_one_pod_are_cut(void)
{
	check_circle(false);
}

static void
views_that_enter_each_other_across_pods_are_cut(void)
{
	check_circle(true);
}

static void
a_class_whose_chain_has_no_view_leaves_by_its_output(void)
{
	struct world *world = enter_world((struct enter_setup){.second_is_gone = true, .enters = true, .output_edge = true});
	struct frame syn = tcp_to_server(4000, 80, SYN), answer = tcp_to_client(4000, 80, SYN | ACK);

	CHECK(world_client_sends(world, 0, &syn));
	CHECK(world_server_sends(world, 0, &answer));
	world_free(world);
}

/* Entered and answered in the same one of the two views: one hash decides at the class and at the far gateway. */
static void
flows_enter_the_chains_views_by_their_shares_and_stay(void)
{
	struct world *world = enter_world((struct enter_setup){.enters = true, .has_third = true, .share_of_third = 30});
	uint64_t entered;

	for (uint16_t i = 0; i < FLOWS; i++) {
		enter_exchange(world, (uint16_t)(10000 + i));
		if (i % 256 == 0)
			world_clear(world);
	}
	entered = world_count(world, 0, "three").entered;
	if (entered < 2 * FLOWS * 27 / 100 || entered > 2 * FLOWS * 33 / 100)
		test_fail(__FILE__, __LINE__, "%llu of %u packets entered a view of 30 %%", (unsigned long long)entered, 2 * FLOWS);
	CHECK_EQUAL(entered, 2 * world_count(world, 0, "three").injected);
	CHECK_EQUAL(world_count(world, 0, "one").dropped, 0);
	enter_check_closed(world, "two");
	enter_check_closed(world, "three");
	world_free(world);
}

static void
the_fabric_tells_that_a_packet_has_changed_its_view(void)
{
	struct world *world = enter_world((struct enter_setup){.enters = true});
	struct frame syn = tcp_to_far(4000, SYN), ping = echo_request(1);
	const struct rte_mbuf *m;
	struct dp_outer outer;

	CHECK(enter_client_sends(world, &syn));
	m = world->last_fabric;
	CHECK(dp_outer_parse(rte_pktmbuf_mtod(m, const uint8_t *), m->data_len, m->pkt_len, &outer));
	CHECK_EQUAL(outer.spi, DP_SPI_ENTERED | DP_SPI_FORWARD);
	CHECK_EQUAL(outer.view_id, 2);
	CHECK(world_client_sends(world, 0, &ping));
	m = world->last_fabric;
	CHECK(dp_outer_parse(rte_pktmbuf_mtod(m, const uint8_t *), m->data_len, m->pkt_len, &outer));
	CHECK_EQUAL(outer.spi, DP_SPI_FORWARD);
	world_free(world);
}

TEST_MAIN(TEST(a_class_enters_another_view_and_its_answers_pass_every_function_back),
	TEST(the_same_holds_across_pods),
	TEST(ipv6_flows_enter_and_come_back_too),
	TEST(other_packets_stay_in_their_view),
	TEST(what_the_other_chains_hosts_begin_takes_that_chain_alone),
	TEST(views_that_enter_each_other_in_one_pod_are_cut),
	TEST(views_that_enter_each_other_across_pods_are_cut),
	TEST(a_class_whose_chain_has_no_view_leaves_by_its_output),
	TEST(flows_enter_the_chains_views_by_their_shares_and_stay),
	TEST(the_fabric_tells_that_a_packet_has_changed_its_view))
