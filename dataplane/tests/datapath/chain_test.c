/* SPDX-License-Identifier: Apache-2.0 */
/* Packets through gateway, firewall, gateway. */
#include "lib/world.h"

static void
check_closed(const struct world *world, unsigned tenant, const char *uid)
{
	struct world_counts counts = world_count(world, tenant, uid);

	CHECK_EQUAL(counts.injected, counts.left + counts.dropped);
	CHECK_EQUAL(counts.injected_bytes, counts.left_bytes + counts.dropped_bytes);
}

static void
ping_and_its_answer_pass(void)
{
	struct world *world = world_new();
	struct frame request = echo_request(7), reply = echo_reply(7);

	for (unsigned i = 0; i < 5; i++) {
		CHECK(world_client_sends(world, 0, &request));
		CHECK(world_server_sends(world, 0, &reply));
	}
	CHECK_EQUAL(world_count(world, 0, "one").injected, 10);
	CHECK_EQUAL(world_count(world, 0, "one").left, 10);
	CHECK_EQUAL(world_rule(world, 0, "one", "ping"), 10);
	check_closed(world, 0, "one");
	world_free(world);
}

static void
packet_arrives_as_it_was_sent_but_for_its_ttl(void)
{
	struct world *world = world_new();
	struct frame request = echo_request(7);
	struct rte_mbuf *sent = frame_make(&world_router_mac, &world_host_mac, &request), *got;
	struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(sent, struct rte_ipv4_hdr *, 14);

	CHECK(world_client_sends(world, 0, &request));
	got = world_last(world, GATEWAY_B, 0);
	ip->time_to_live--;
	ip->hdr_checksum = 0;
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	CHECK_EQUAL(rte_pktmbuf_pkt_len(got), 14 + rte_be_to_cpu_16(ip->total_length));
	CHECK(memcmp(rte_pktmbuf_mtod(got, void *), rte_pktmbuf_mtod(sent, void *), rte_pktmbuf_pkt_len(got)) == 0);
	rte_pktmbuf_free(sent);
	world_free(world);
}

static void
tcp_80_connects_and_tcp_81_does_not(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN), syn_ack = tcp_to_client(4000, 80, SYN | ACK),
		     ack = tcp_to_server(4000, 80, ACK), other = tcp_to_server(4000, 81, SYN);

	CHECK(world_client_sends(world, 0, &syn));
	CHECK(world_server_sends(world, 0, &syn_ack));
	CHECK(world_client_sends(world, 0, &ack));
	CHECK(!world_client_sends(world, 0, &other));
	CHECK_EQUAL(world_rule(world, 0, "one", "web"), 3);
	CHECK_EQUAL(world_rule(world, 0, "one", ""), 1);
	CHECK_EQUAL(world_drops(world, FIREWALL_1, 0, "one", "firewall", DROP(DENIED))
		+ world_drops(world, FIREWALL_2, 0, "one", "firewall", DROP(DENIED)), 1);
	check_closed(world, 0, "one");
	world_free(world);
}

static void
edges_count_what_their_sender_sent_in_the_graphs_orientation(void)
{
	struct world *world = world_new();
	struct frame request = echo_request(7), reply = echo_reply(7), denied = tcp_to_server(4000, 81, SYN);

	CHECK(world_client_sends(world, 0, &request));
	CHECK(world_client_sends(world, 0, &request));
	CHECK(world_server_sends(world, 0, &reply));
	CHECK(!world_client_sends(world, 0, &denied));
	CHECK_EQUAL(world_edge(world, 0, "one", "client", "firewall", FORWARD), 3);
	CHECK_EQUAL(world_edge(world, 0, "one", "firewall", "server", FORWARD), 2);
	CHECK_EQUAL(world_edge(world, 0, "one", "firewall", "server", REVERSE), 1);
	CHECK_EQUAL(world_edge(world, 0, "one", "client", "firewall", REVERSE), 1);
	world_free(world);
}

static void
fabric_carries_gre_key_and_falling_si(void)
{
	struct world *world = world_new();
	struct frame request = echo_request(7), reply = echo_reply(7);
	const union dp_outer_prepared *hdr;
	const struct dp_gre_hdr *gre;
	const struct dp_nsh_hdr *nsh;

	CHECK(world_client_sends(world, 1, &request));
	hdr = rte_pktmbuf_mtod(world->last_fabric, const union dp_outer_prepared *);
	gre = dp_outer_is_ipv6(hdr) ? &hdr->ipv6.gre : &hdr->ipv4.gre;
	nsh = (const void *)(gre + 1);
	CHECK_EQUAL(rte_be_to_cpu_32(gre->key), TENANT_ID(1) << 8 | 1);
	CHECK_EQUAL(rte_be_to_cpu_32(nsh->path), DP_SPI_FORWARD << 8 | 253);
	CHECK_EQUAL(rte_be_to_cpu_16(nsh->base) >> 6 & 0x3f, 61);
	CHECK(dp_outer_is_ipv6(hdr) || (rte_ipv4_cksum(&hdr->ipv4.ip) & 0xffff) == 0);
	CHECK_EQUAL(rte_pktmbuf_pkt_len(world->last_fabric), world_overhead() + 20 + 8 + 56);
	CHECK(world_server_sends(world, 1, &reply));
	CHECK_EQUAL(world_last_outer(world).spi, DP_SPI_REVERSE);
	CHECK_EQUAL(world_last_outer(world).si, 253);
	world_free(world);
}

static void
tenants_with_the_same_addresses_never_mix(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN), answer = tcp_to_client(4000, 80, SYN | ACK);

	CHECK(world_client_sends(world, 0, &syn));
	CHECK_EQUAL(world->n_delivered[GATEWAY_B][1], 0);
	CHECK(!world_server_sends(world, 1, &answer)); /* a flow of the other tenant only */
	CHECK(world_server_sends(world, 0, &answer));
	CHECK_EQUAL(world->n_delivered[GATEWAY_A][1], 0);
	CHECK_EQUAL(world_count(world, 1, "one").left, 0);
	world_free(world);
}

static void
unsolicited_answers_are_dropped_as_invalid_state(void)
{
	struct world *world = world_new();
	struct frame reply = echo_reply(9), data = tcp_to_client(4000, 80, ACK);

	CHECK(!world_server_sends(world, 0, &reply));
	CHECK(!world_server_sends(world, 0, &data));
	CHECK_EQUAL(world_drops(world, FIREWALL_1, 0, "one", "firewall", DROP(INVALID_STATE))
		+ world_drops(world, FIREWALL_2, 0, "one", "firewall", DROP(INVALID_STATE)), 2);
	check_closed(world, 0, "one");
	world_free(world);
}

static void
icmp_errors_pass_with_the_flow_they_are_about(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN), unknown = tcp_to_server(4001, 80, SYN);
	struct frame error = {.source = IP(10, 2, 0, 9), .destination = CLIENT, .protocol = IPPROTO_ICMP, .icmp_type = 3,
		.quoted = &syn};

	CHECK(!world_server_sends(world, 0, &error));
	CHECK(world_client_sends(world, 0, &syn));
	CHECK(world_server_sends(world, 0, &error));
	error.quoted = &unknown;
	CHECK(!world_server_sends(world, 0, &error));
	check_closed(world, 0, "one");
	world_free(world);
}

static void
chain_without_functions_goes_from_gateway_to_gateway(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 81, SYN), answer = tcp_to_client(4000, 81, SYN | ACK);

	world->views[0].no_firewall = true;
	world->views[0].uid = "bare";
	world_apply(world);
	CHECK(world_client_sends(world, 0, &syn));
	CHECK(world_server_sends(world, 0, &answer));
	check_closed(world, 0, "bare");
	world_free(world);
}

static void
answers_take_the_branch_their_flow_took(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN), syn_ack = tcp_to_client(4000, 80, SYN | ACK),
		     request = echo_request(7), reply = echo_reply(7);

	world->views[0] = (struct world_view){.id = 2, .uid = "branches", .share = 100, .branches = true};
	world_apply(world);
	CHECK(world_client_sends(world, 0, &request));
	CHECK(world_client_sends(world, 0, &syn));
	for (unsigned i = 0; i < 3; i++) {
		CHECK(world_server_sends(world, 0, &reply));
		CHECK(world_server_sends(world, 0, &syn_ack));
	}
	CHECK_EQUAL(world_edge(world, 0, "branches", "client", "web", FORWARD), 1);
	CHECK_EQUAL(world_edge(world, 0, "branches", "client", "rest", FORWARD), 1);
	CHECK_EQUAL(world_edge(world, 0, "branches", "web", "server", REVERSE), 3);
	CHECK_EQUAL(world_edge(world, 0, "branches", "rest", "server", REVERSE), 3);
	CHECK_EQUAL(world_edge(world, 0, "branches", "client", "web", REVERSE), 3);
	check_closed(world, 0, "branches");
	world_free(world);
}

/* The server opens: its first packet goes by the first reverse edge, and the client's answers come back by it, although
 * the client's own flows of that kind go elsewhere. */
static void
answers_to_flows_from_the_far_side_take_their_branch_too(void)
{
	struct world *world = world_new();
	struct frame request = echo_reply(7), reply = echo_request(7);

	request.icmp_type = RTE_IP_ICMP_ECHO_REQUEST;
	reply.icmp_type = RTE_IP_ICMP_ECHO_REPLY;
	world->views[0] = (struct world_view){.id = 2, .uid = "branches", .share = 100, .branches = true};
	world_apply(world);
	CHECK(world_server_sends(world, 0, &request));
	CHECK(world_client_sends(world, 0, &reply));
	CHECK_EQUAL(world_edge(world, 0, "branches", "web", "server", REVERSE), 1);
	CHECK_EQUAL(world_edge(world, 0, "branches", "web", "server", FORWARD), 1);
	world_free(world);
}

TEST_MAIN(TEST(ping_and_its_answer_pass), TEST(packet_arrives_as_it_was_sent_but_for_its_ttl),
	TEST(tcp_80_connects_and_tcp_81_does_not), TEST(edges_count_what_their_sender_sent_in_the_graphs_orientation),
	TEST(fabric_carries_gre_key_and_falling_si), TEST(tenants_with_the_same_addresses_never_mix),
	TEST(unsolicited_answers_are_dropped_as_invalid_state), TEST(icmp_errors_pass_with_the_flow_they_are_about),
	TEST(answers_take_the_branch_their_flow_took), TEST(answers_to_flows_from_the_far_side_take_their_branch_too),
	TEST(chain_without_functions_goes_from_gateway_to_gateway))
