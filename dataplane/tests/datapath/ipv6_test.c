/* SPDX-License-Identifier: Apache-2.0 */
/* Tenants' IPv6 through a whole fabric, beside their IPv4. */
#include <netinet/icmp6.h>

#include "lib/world.h"

#define MF RTE_IPV4_HDR_MF_FLAG
#define FLOWS 40

static struct world *
new_world(void)
{
	struct world *world = world_new();

	world->ipv6 = true;
	world_apply(world);
	return world;
}

static void
check_closed(const struct world *world)
{
	struct world_counts counts = world_count(world, 0, "one");

	CHECK_EQUAL(counts.injected, counts.left + counts.dropped);
	CHECK_EQUAL(counts.injected_bytes, counts.left_bytes + counts.dropped_bytes);
}

/* The IPv6 packet in the last frame a host got. */
static const struct rte_ipv6_hdr *
last(const struct world *world, enum pod gateway)
{
	struct rte_mbuf *m = world_last(world, gateway, 0);
	const struct rte_ether_hdr *ether = rte_pktmbuf_mtod(m, const struct rte_ether_hdr *);
	const struct rte_ipv6_hdr *ip = (const void *)(ether + 1);

	CHECK_EQUAL(ether->ether_type, rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV6));
	CHECK_EQUAL(rte_pktmbuf_pkt_len(m), 14u + 40u + rte_be_to_cpu_16(ip->payload_len));
	return ip;
}

static void
flows_cross_the_chain_and_their_answers_come_back_the_same_way(void)
{
	struct world *world = new_world();

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
	CHECK_EQUAL(last(world, GATEWAY_A)->hop_limits, 63);
	check_closed(world);
	CHECK_EQUAL(world_count(world, 0, "one").left, 2 * FLOWS);
	world_free(world);
}

static void
same_ports_over_ipv4_and_ipv6_are_two_flows(void)
{
	struct world *world = new_world();
	struct frame syn = tcp_to_server(4000, 80, SYN), answer = over_ipv6(tcp_to_client(4000, 80, SYN | ACK));
	struct frame unasked = over_ipv6(tcp_to_client(4000, 90, ACK));

	CHECK(world_client_sends(world, 0, &syn));
	CHECK(!world_server_sends(world, 0, &unasked)); /* no flow of IPv6 has begun */
	syn = over_ipv6(syn);
	CHECK(world_client_sends(world, 0, &syn));
	CHECK(world_server_sends(world, 0, &answer));
	check_closed(world);
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
	struct world *world = new_world();
	struct frame request = over_ipv6(echo_request(7)), reply = over_ipv6(echo_reply(7)), other = over_ipv6(echo_reply(8));

	CHECK(world_client_sends(world, 0, &request));
	CHECK(world_server_sends(world, 0, &reply));
	CHECK(!world_server_sends(world, 0, &other));
	CHECK_EQUAL(world_rule(world, 0, "one", "ping6"), 2);
	CHECK_EQUAL(world_rule(world, 0, "one", "ping"), 0);
	check_closed(world);
	world_free(world);
}

static void
router_answers_pings_of_its_own_address(void)
{
	struct world *world = new_world();
	struct frame request = over_ipv6(echo_request(7));
	const struct rte_ipv6_hdr *ip;

	request.destination = CLIENT_ROUTER;
	world_client_sends(world, 0, &request);
	ip = last(world, GATEWAY_A);
	CHECK_EQUAL(*(const uint8_t *)(ip + 1), ICMP6_ECHO_REPLY);
	CHECK(dp_ip6_equals(dp_ip6_read((const uint8_t *)&ip->src_addr), frame_ip6(CLIENT_ROUTER)));
	CHECK_EQUAL(rte_ipv6_udptcp_cksum_verify(ip, ip + 1), 0);
	world_free(world);
}

static void
solicitation_of_the_routers_address_is_answered_and_no_other(void)
{
	struct world *world = new_world();
	const struct dp_ip6 nobody = {0}, host = frame_ip6(CLIENT);
	struct rte_mbuf *m = frame_make_solicitation(&world_host_mac, host, frame_ip6(CLIENT_ROUTER));
	const struct rte_ipv6_hdr *ip;
	const uint8_t *message;

	world_inject(world, GATEWAY_A, EDGE_PORT(0), &m, 1);
	ip = last(world, GATEWAY_A);
	message = (const uint8_t *)(ip + 1);
	CHECK_EQUAL(message[0], ND_NEIGHBOR_ADVERT);
	CHECK_EQUAL(message[4], 0xe0); /* router, solicited, override */
	CHECK_EQUAL(ip->hop_limits, 255);
	CHECK(dp_ip6_equals(dp_ip6_read((const uint8_t *)&ip->dst_addr), host));
	CHECK(dp_ip6_equals(dp_ip6_read(message + 8), frame_ip6(CLIENT_ROUTER)));
	CHECK(memcmp(message + 26, &world_router_mac, sizeof(world_router_mac)) == 0);
	CHECK_EQUAL(rte_ipv6_udptcp_cksum_verify(ip, message), 0);
	m = frame_make_solicitation(&world_host_mac, nobody, frame_ip6(CLIENT_ROUTER)); /* wants the address for itself */
	world_inject(world, GATEWAY_A, EDGE_PORT(0), &m, 1);
	CHECK_EQUAL(((const uint8_t *)(last(world, GATEWAY_A) + 1))[4], 0xa0);
	CHECK_EQUAL(((const uint8_t *)&last(world, GATEWAY_A)->dst_addr)[0], 0xff);
	CHECK_EQUAL(world->n_delivered[GATEWAY_A][0], 2);
	m = frame_make_solicitation(&world_host_mac, host, frame_ip6(SERVER_ROUTER));
	world_inject(world, GATEWAY_A, EDGE_PORT(0), &m, 1);
	CHECK_EQUAL(world->n_delivered[GATEWAY_A][0], 2);
	world_free(world);
}

static void
forged_discovery_is_refused(void)
{
	static const struct {
		const char *what;
		unsigned offset;
		uint8_t value;
	} cases[] = {
		{"passed a router", 14 + 7, 254},
		{"checksum", 14 + 40 + 2, 0x55},
		{"code", 14 + 40 + 1, 1},
		{"empty option", 14 + 40 + 24 + 1, 0},
		{"option beyond the packet", 14 + 40 + 24 + 1, 9},
		{"length beyond the frame", 14 + 4, 1},
	};

	for (size_t i = 0; i < RTE_DIM(cases); i++) {
		struct world *world = new_world();
		struct rte_mbuf *m = frame_make_solicitation(&world_host_mac, frame_ip6(CLIENT), frame_ip6(CLIENT_ROUTER));
		uint8_t *frame = rte_pktmbuf_mtod(m, uint8_t *);
		struct rte_ipv6_hdr *ip = (void *)(frame + 14);

		frame[cases[i].offset] = cases[i].value;
		if (strncmp(cases[i].what, "checksum", 8) != 0 && strncmp(cases[i].what, "length", 6) != 0) {
			memset(frame + 14 + 40 + 2, 0, 2);
			*(uint16_t *)(frame + 14 + 40 + 2) = rte_ipv6_udptcp_cksum(ip, ip + 1);
		}
		world_inject(world, GATEWAY_A, EDGE_PORT(0), &m, 1);
		if (world->n_delivered[GATEWAY_A][0] != 0)
			test_fail(__FILE__, __LINE__, "answered: %s", cases[i].what);
		world_free(world);
	}
}

static void
packets_wait_for_a_host_that_answers_and_drop_when_none_does(void)
{
	struct world *world = new_world();
	struct frame syn = over_ipv6(tcp_to_server(4000, 80, SYN));

	world->hosts_are_silent = true;
	CHECK(!world_client_sends(world, 0, &syn));
	world->hosts_are_silent = false;
	world_wait(world, 500); /* asked again */
	CHECK_EQUAL(world->n_delivered[GATEWAY_B][0], 1);
	world->hosts_are_silent = true;
	syn.destination += 1;
	CHECK(!world_client_sends(world, 0, &syn));
	world_wait(world, 1500);
	CHECK_EQUAL(world_drops(world, GATEWAY_B, 0, "one", "server", DROP(NEIGHBOUR)), 1);
	check_closed(world);
	world_free(world);
}

static void
only_hosts_of_the_attachment_may_send_and_be_sent_to(void)
{
	struct world *world = new_world();
	struct frame spoofed = over_ipv6(tcp_to_server(4000, 80, SYN)), nowhere = spoofed;

	spoofed.source = SERVER;
	CHECK(!world_client_sends(world, 0, &spoofed));
	CHECK_EQUAL(world_tenant_drops(world, GATEWAY_A, 0, DROP(SPOOFED)), 1);
	nowhere.destination = IP(10, 9, 0, 1);
	CHECK(!world_client_sends(world, 0, &nowhere));
	CHECK_EQUAL(world_drops(world, GATEWAY_B, 0, "one", "server", DROP(NO_ROUTE)), 1);
	check_closed(world);
	world_free(world);
}

static void
check_error(const struct world *world, uint8_t type, uint32_t mtu, uint32_t from)
{
	const struct rte_ipv6_hdr *ip = last(world, GATEWAY_A), *quoted;
	const uint8_t *icmp = (const uint8_t *)(ip + 1);
	rte_be32_t told;

	memcpy(&told, icmp + 4, sizeof(told));
	CHECK_EQUAL(icmp[0], type);
	CHECK_EQUAL(icmp[1], 0);
	CHECK_EQUAL(rte_be_to_cpu_32(told), mtu);
	CHECK_EQUAL(rte_ipv6_udptcp_cksum_verify(ip, icmp), 0);
	CHECK(rte_be_to_cpu_16(ip->payload_len) + 40 <= 1280);
	CHECK(dp_ip6_equals(dp_ip6_read((const uint8_t *)&ip->src_addr), frame_ip6(from)));
	CHECK(dp_ip6_equals(dp_ip6_read((const uint8_t *)&ip->dst_addr), frame_ip6(CLIENT)));
	quoted = (const void *)(icmp + 8);
	CHECK(dp_ip6_equals(dp_ip6_read((const uint8_t *)&quoted->dst_addr), frame_ip6(SERVER)));
}

static void
packet_too_big_is_answered_with_what_the_way_carries(void)
{
	struct world *world = new_world();
	struct frame syn = over_ipv6(tcp_to_server(4000, 80, SYN)), big = over_ipv6(tcp_to_server(4000, 80, ACK));

	world->fabric_mtu = 1400;
	world->edge_mtu[GATEWAY_B] = 1300;
	world_apply(world);
	CHECK(world_client_sends(world, 0, &syn));
	big.payload = 1414 - world_overhead() - 60 + 1; /* for the fabric */
	CHECK(!world_client_sends(world, 0, &big));
	check_error(world, ICMP6_PACKET_TOO_BIG, 1414 - world_overhead(), CLIENT_ROUTER);
	big.payload = 1300 - 60 + 1; /* for the far edge: the error comes back through the firewall */
	CHECK(!world_client_sends(world, 0, &big));
	check_error(world, ICMP6_PACKET_TOO_BIG, 1300, SERVER_ROUTER);
	big.payload--;
	CHECK(world_client_sends(world, 0, &big));
	check_closed(world);
	world_free(world);
}

static void
packet_whose_hop_limit_ends_is_answered_by_the_routers_address(void)
{
	struct world *world = new_world();
	struct frame request = over_ipv6(echo_request(3));

	request.ttl = 1;
	CHECK(!world_client_sends(world, 0, &request));
	check_error(world, ICMP6_TIME_EXCEEDED, 0, CLIENT_ROUTER);
	CHECK_EQUAL(world_tenant_drops(world, GATEWAY_A, 0, DROP(TTL_EXPIRED)), 1);
	world_free(world);
}

static void
mss_is_lowered_to_what_the_fabric_carries(void)
{
	struct world *world = new_world();
	struct frame syn = over_ipv6(tcp_to_server(4000, 80, SYN));
	const struct rte_ipv6_hdr *ip;
	const uint8_t *option;

	world->fabric_mtu = 1500;
	world_apply(world);
	syn.mss = 1440;
	CHECK(world_client_sends(world, 0, &syn));
	ip = last(world, GATEWAY_B);
	option = (const uint8_t *)(ip + 1) + sizeof(struct rte_tcp_hdr);
	CHECK_EQUAL(option[2] << 8 | option[3], 1514 - world_overhead() - 60);
	CHECK_EQUAL(rte_ipv6_udptcp_cksum_verify(ip, ip + 1), 0);
	world_free(world);
}

static void
fragments_follow_their_flow_in_any_order(void)
{
	struct world *world = new_world();

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
	check_closed(world);
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
	struct world *world = new_world();
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
	struct world *world = new_world();
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
	struct world *world = new_world();
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

TEST_MAIN(TEST(flows_cross_the_chain_and_their_answers_come_back_the_same_way), TEST(same_ports_over_ipv4_and_ipv6_are_two_flows),
	TEST(ipv6_is_not_carried_where_the_attachment_has_no_ipv6_address),
	TEST(ping_passes_both_ways_and_a_reply_to_nobody_does_not), TEST(router_answers_pings_of_its_own_address),
	TEST(solicitation_of_the_routers_address_is_answered_and_no_other), TEST(forged_discovery_is_refused),
	TEST(packets_wait_for_a_host_that_answers_and_drop_when_none_does), TEST(only_hosts_of_the_attachment_may_send_and_be_sent_to),
	TEST(packet_too_big_is_answered_with_what_the_way_carries),
	TEST(packet_whose_hop_limit_ends_is_answered_by_the_routers_address), TEST(mss_is_lowered_to_what_the_fabric_carries),
	TEST(fragments_follow_their_flow_in_any_order), TEST(rules_with_ipv6_prefixes_decide_for_ipv6_only),
	TEST(mutated_packets_are_survived_and_none_is_lost_from_sight),
	TEST(header_of_the_fabric_that_lies_about_the_version_is_refused))
