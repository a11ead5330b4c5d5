/* SPDX-License-Identifier: Apache-2.0 */
/* Tenants' IPv6 through a whole fabric, beside their IPv4. */
#include "lib/ipv6_world.h"

#define MF RTE_IPV4_HDR_MF_FLAG
#define FLOWS 40

static void
flows_cross_the_chain_and_their_answers_come_back_the_same_way(void)
{
	struct world *world = ipv6_world();

	for (uint16_t i = 0; i < FLOWS; i++) {
		struct frame syn = over_ipv6(tcp_to_server(4000 + i, 80, SYN));
		struct frame answer = over_ipv6(tcp_to_client(4000 + i, 80, SYN | ACK));
		unsigned first = world->seen[FIREWALL_1], second = world->seen[FIREWALL_2];

		CHECK(world_client_sends(world, 0, &syn));
		CHECK(world_server_sends(world, 0, &answer));
		first = world->seen[FIREWALL_1] - first;
		second = world->seen[FIREWALL_2] - second;
		CHECK((first == 2 && second == 0) || (first == 0 && second == 2));
	}
	CHECK(world->seen[FIREWALL_1] > 0 && world->seen[FIREWALL_2] > 0);
	CHECK_EQUAL(ipv6_last(world, GATEWAY_A)->hop_limits, 63);
	ipv6_check_closed(world);
	CHECK_EQUAL(world_count(world, 0, "one").left, 2 * FLOWS);
	world_free(world);
}

static void
same_ports_over_ipv4_and_ipv6_are_two_flows(void)
{
	struct world *world = ipv6_world();
	struct frame syn = tcp_to_server(4000, 80, SYN), answer = over_ipv6(tcp_to_client(4000, 80, SYN | ACK));
	struct frame unasked = over_ipv6(tcp_to_client(4000, 90, ACK));

	CHECK(world_client_sends(world, 0, &syn));
	CHECK(!world_server_sends(world, 0, &unasked)); /* no flow of IPv6 has begun */
	syn = over_ipv6(syn);
	CHECK(world_client_sends(world, 0, &syn));
	CHECK(world_server_sends(world, 0, &answer));
	ipv6_check_closed(world);
	world_free(world);
}

static void
ipv6_is_not_carried_where_the_attachment_has_no_ipv6_address(void)
{
	struct world *world = world_new();
	struct frame request = over_ipv6(echo_request(1));

	CHECK(!world_client_sends(world, 0, &request));
	CHECK_EQUAL(world_tenant_drops(world, GATEWAY_A, 0, DROP(UNSUPPORTED)), 1);
	world_free(world);
}

static void
ping_passes_both_ways_and_a_reply_to_nobody_does_not(void)
{
	struct world *world = ipv6_world();
	struct frame request = over_ipv6(echo_request(7)), reply = over_ipv6(echo_reply(7)), other = over_ipv6(echo_reply(8));

	CHECK(world_client_sends(world, 0, &request));
	CHECK(world_server_sends(world, 0, &reply));
	CHECK(!world_server_sends(world, 0, &other));
	CHECK_EQUAL(world_rule(world, 0, "one", "ping6"), 2);
	CHECK_EQUAL(world_rule(world, 0, "one", "ping"), 0);
	ipv6_check_closed(world);
	world_free(world);
}

static void
only_hosts_of_the_attachment_may_send_and_be_sent_to(void)
{
	struct world *world = ipv6_world();
	struct frame spoofed = over_ipv6(tcp_to_server(4000, 80, SYN)), nowhere = spoofed;

	spoofed.source = SERVER;
	CHECK(!world_client_sends(world, 0, &spoofed));
	CHECK_EQUAL(world_tenant_drops(world, GATEWAY_A, 0, DROP(SPOOFED)), 1);
	nowhere.destination = IP(10, 9, 0, 1);
	CHECK(!world_client_sends(world, 0, &nowhere));
	CHECK_EQUAL(world_drops(world, GATEWAY_B, 0, "one", "server", DROP(NO_ROUTE)), 1);
	ipv6_check_closed(world);
	world_free(world);
}

static void
fragments_follow_their_flow_in_any_order(void)
{
	struct world *world = ipv6_world();

	for (uint16_t i = 0; i < FLOWS; i++) {
		struct frame syn = over_ipv6(tcp_to_server(4000 + i, 80, SYN)), first = over_ipv6(tcp_to_server(4000 + i, 80, ACK));
		struct frame later = first;
		unsigned seen = world->seen[FIREWALL_1], before;

		CHECK(world_client_sends(world, 0, &syn));
		seen = world->seen[FIREWALL_1] - seen;
		first.id = later.id = 0x10000u + i;
		first.fragment = MF;
		first.payload = 108;
		later.fragment = 16;
		later.payload = 50;
		before = world->seen[FIREWALL_1];
		CHECK(world_client_sends(world, 0, i % 2 == 0 ? &first : &later) == (i % 2 == 0));
		world_client_sends(world, 0, i % 2 == 0 ? &later : &first); /* one, or both */
		CHECK_EQUAL(world->seen[FIREWALL_1] - before, 2 * seen);
	}
	CHECK_EQUAL(world->n_delivered[GATEWAY_B][0], 3 * FLOWS);
	ipv6_check_closed(world);
	world_free(world);
}

static void
only_from_the_client(struct desired *desired, node_t *firewall)
{
	rule_t *rule = desired_rule(desired, firewall, "client", ALLOW, 0);

	rule->source = desired_prefix6(desired, CLIENT, 32);
	rule->destination = desired_prefix6(desired, SERVER, 24);
}

static void
rules_with_ipv6_prefixes_decide_for_ipv6_only(void)
{
	struct world *world = ipv6_world();
	struct frame allowed = over_ipv6(tcp_to_server(4000, 80, SYN)), denied = allowed, ipv4 = tcp_to_server(4000, 80, SYN);

	world->views[0].rules = only_from_the_client;
	world->views[0].uid = "two";
	world_apply(world);
	denied.source++;
	CHECK(world_client_sends(world, 0, &allowed));
	CHECK(!world_client_sends(world, 0, &denied));
	CHECK(!world_client_sends(world, 0, &ipv4));
	CHECK_EQUAL(world_rule(world, 0, "two", "client"), 1);
	world_free(world);
}

static void
header_of_the_fabric_that_lies_about_the_version_is_refused(void)
{
	struct world *world = ipv6_world();
	struct frame request = over_ipv6(echo_request(1));
	struct rte_mbuf *m;

	CHECK(world_client_sends(world, 0, &request));
	m = rte_pktmbuf_copy(world->last_fabric, test_pool(), 0, UINT32_MAX);
	CHECK(m != NULL);
	CHECK_EQUAL(rte_pktmbuf_mtod(m, uint8_t *)[world_overhead() - 5], 2); /* NSH: IPv6 follows */
	rte_pktmbuf_mtod(m, uint8_t *)[world_overhead() - 5] = 1;
	world_clear(world);
	world_inject(world, GATEWAY_B, FIREWALL_1, &m, 1);
	CHECK_EQUAL(world->n_delivered[GATEWAY_B][0], 0);
	world_free(world);
}

static struct frame
any_frame(uint64_t *seed)
{
	uint64_t random = test_random(seed);
	struct frame frame = over_ipv6(random % 3 == 0 ? echo_request((uint16_t)(random >> 8))
		: tcp_to_server((uint16_t)(4000 + (random >> 16) % 8), 80, random % 3 == 1 ? SYN : ACK));

	frame.payload = (uint16_t)((random >> 24) % 64);
	frame.fragment = (random >> 32) % 4 == 0 ? MF : 0;
	frame.n_extensions = (random >> 40) % 3;
	frame.extensions[0] = IPPROTO_HOPOPTS;
	frame.extensions[1] = IPPROTO_DSTOPTS;
	return frame;
}

/* As they come, and with a few bytes changed anywhere: from hosts, also of neighbour discovery, and from the fabric. */
static void
mutated_packets_are_survived_and_none_is_lost_from_sight(void)
{
	struct world *world = ipv6_world();
	uint64_t seed = 11;

	for (unsigned i = 0; i < 20000; i++) {
		struct frame frame = any_frame(&seed);
		bool fabric = i % 3 == 0 && world->last_fabric != NULL;
		struct rte_mbuf *m = fabric ? rte_pktmbuf_copy(world->last_fabric, test_pool(), 0, UINT32_MAX)
			: i % 7 == 0 ? frame_make_solicitation(&world_host_mac, frame_ip6(CLIENT), frame_ip6(CLIENT_ROUTER))
			: frame_make(&world_host_mac, &world_router_mac, &frame);

		CHECK(m != NULL);
		for (uint64_t changes = test_random(&seed) % 4; changes > 0; changes--) {
			uint64_t random = test_random(&seed);

			rte_pktmbuf_mtod(m, uint8_t *)[random % rte_pktmbuf_data_len(m)] = (uint8_t)(random >> 32);
		}
		world_inject(world, fabric ? FIREWALL_1 : GATEWAY_A, fabric ? GATEWAY_A : EDGE_PORT(0), &m, 1);
		world_clear(world);
		if (i % 500 == 0)
			world_wait(world, 100);
	}
	world_wait(world, 3000);
	CHECK(world_count(world, 0, "one").left > 1000);
	world_free(world); /* the harness then counts the packets back into the pool */
}

TEST_MAIN(TEST(flows_cross_the_chain_and_their_answers_come_back_the_same_way),
	TEST(same_ports_over_ipv4_and_ipv6_are_two_flows),
	TEST(ipv6_is_not_carried_where_the_attachment_has_no_ipv6_address),
	TEST(ping_passes_both_ways_and_a_reply_to_nobody_does_not),
	TEST(only_hosts_of_the_attachment_may_send_and_be_sent_to), TEST(fragments_follow_their_flow_in_any_order),
	TEST(rules_with_ipv6_prefixes_decide_for_ipv6_only), TEST(mutated_packets_are_survived_and_none_is_lost_from_sight),
	TEST(header_of_the_fabric_that_lies_about_the_version_is_refused))
