/* SPDX-License-Identifier: Apache-2.0 */
/* What a gateway does for the hosts on its edge ports. */
#include "lib/world.h"

#include <rte_arp.h>

static struct rte_mbuf *
last_answer(struct world *world, struct rte_mbuf *m)
{
	struct rte_mbuf *out[DP_OUT_MAX];
	struct dp *dp = world->dp[GATEWAY_A];
	struct dp_state *state = world->state[GATEWAY_A];
	int slot = dp_classify(dp, state, EDGE_PORT(0), 1, m);

	if (slot == DP_REPLY)
		return m;
	CHECK(slot >= 0);
	CHECK_EQUAL(dp_process_burst(dp, state, (uint16_t)slot, &m, 1, world->now, out), 1);
	return out[0];
}

static void
router_answers_arp_for_its_own_address_only(void)
{
	struct world *world = world_new();
	struct rte_mbuf *answer = last_answer(world,
		frame_make_arp(&world_host_mac, RTE_ARP_OP_REQUEST, CLIENT, CLIENT_ROUTER));
	struct rte_mbuf *other = frame_make_arp(&world_host_mac, RTE_ARP_OP_REQUEST, CLIENT, IP(10, 1, 0, 9));
	const struct rte_ether_hdr *ether = rte_pktmbuf_mtod(answer, const struct rte_ether_hdr *);
	const struct rte_arp_hdr *arp = (const void *)(ether + 1);

	CHECK_EQUAL(dp_meta(answer)->out_port, EDGE_PORT(0));
	CHECK(rte_is_same_ether_addr(&ether->dst_addr, &world_host_mac));
	CHECK_EQUAL(arp->arp_opcode, rte_cpu_to_be_16(RTE_ARP_OP_REPLY));
	CHECK(rte_is_same_ether_addr(&arp->arp_data.arp_sha, &world_router_mac));
	CHECK_EQUAL(arp->arp_data.arp_sip, rte_cpu_to_be_32(CLIENT_ROUTER));
	CHECK_EQUAL(arp->arp_data.arp_tip, rte_cpu_to_be_32(CLIENT));
	rte_pktmbuf_free(answer);
	world_inject(world, GATEWAY_A, EDGE_PORT(0), &other, 1);
	CHECK_EQUAL(world->n_delivered[GATEWAY_A][0], 0);
	world_free(world);
}

static void
router_answers_pings_to_itself(void)
{
	struct world *world = world_new();
	struct frame request = echo_request(3);
	const struct rte_ipv4_hdr *ip;
	struct rte_mbuf *answer;
	uint16_t length;

	request.destination = CLIENT_ROUTER;
	answer = last_answer(world, frame_make(&world_host_mac, &world_router_mac, &request));
	ip = rte_pktmbuf_mtod_offset(answer, const struct rte_ipv4_hdr *, 14);
	length = rte_be_to_cpu_16(ip->total_length) - sizeof(*ip);
	CHECK_EQUAL(ip->src_addr, rte_cpu_to_be_32(CLIENT_ROUTER));
	CHECK_EQUAL(ip->dst_addr, rte_cpu_to_be_32(CLIENT));
	CHECK_EQUAL(((const struct rte_icmp_hdr *)(ip + 1))->icmp_type, RTE_IP_ICMP_ECHO_REPLY);
	CHECK_EQUAL(rte_raw_cksum(ip, sizeof(*ip)), 0xffff);
	CHECK_EQUAL(rte_raw_cksum(ip + 1, length), 0xffff);
	CHECK_EQUAL(world_count(world, 0, "one").injected, 0);
	rte_pktmbuf_free(answer);
	world_free(world);
}

static void
packets_wait_for_arp_and_then_go_in_order(void)
{
	struct world *world = world_new();
	struct frame request = echo_request(3);

	world->hosts_are_silent = true;
	for (uint16_t i = 0; i < 5; i++) {
		request.payload = (uint16_t)(60 + i);
		CHECK(!world_client_sends(world, 0, &request));
	}
	CHECK_EQUAL(world_count(world, 0, "one").left, 0);
	world->hosts_are_silent = false;
	world_wait(world, 500);
	CHECK_EQUAL(world->n_delivered[GATEWAY_B][0], 5);
	for (uint16_t i = 0; i < 5; i++)
		CHECK_EQUAL(rte_pktmbuf_pkt_len(world->delivered[GATEWAY_B][0][i]), 14 + 28 + 60 + i);
	CHECK_EQUAL(world_count(world, 0, "one").left, 5);
	world_free(world);
}

static void
packets_to_a_silent_host_are_dropped_as_neighbour_within_two_seconds(void)
{
	struct world *world = world_new();
	struct frame request = echo_request(3);
	struct world_counts counts;

	world->hosts_are_silent = true;
	for (unsigned i = 0; i < 40; i++)
		world_client_sends(world, 0, &request);
	counts = world_count(world, 0, "one");
	CHECK_EQUAL(counts.injected - counts.dropped, 16); /* the rest found the queue full */
	world_wait(world, 2000);
	counts = world_count(world, 0, "one");
	CHECK_EQUAL(counts.dropped, 40);
	CHECK_EQUAL(world_drops(world, GATEWAY_B, 0, "one", "server", DROP(NEIGHBOUR)), 40);
	world->hosts_are_silent = false;
	CHECK(world_client_sends(world, 0, &request));
	world_free(world);
}

static void
scan_of_silent_hosts_holds_a_bounded_number_of_packets(void)
{
	struct world *world = world_new();
	struct frame request = echo_request(3);
	struct world_counts counts;

	world->hosts_are_silent = true;
	for (unsigned i = 0; i < 4000; i++) {
		request.destination = IP(10, 2, 0, 2 + i % 250);
		world_client_sends(world, 0, &request);
	}
	counts = world_count(world, 0, "one");
	CHECK(counts.injected - counts.dropped <= DP_BURST * 8);
	world_wait(world, 3000);
	CHECK_EQUAL(world_count(world, 0, "one").dropped, 4000);
	world_free(world);
}

static void
host_that_moves_is_found_again(void)
{
	static const struct rte_ether_addr moved = {{0x02, 0, 0, 0, 0, 0x77}};
	struct world *world = world_new();
	struct frame request = echo_request(3);
	const struct rte_ether_hdr *ether;
	struct rte_mbuf *announcement;

	CHECK(world_client_sends(world, 0, &request));
	announcement = frame_make_arp(&moved, RTE_ARP_OP_REQUEST, SERVER, SERVER);
	world_inject(world, GATEWAY_B, EDGE_PORT(0), &announcement, 1);
	CHECK(world_client_sends(world, 0, &request));
	ether = rte_pktmbuf_mtod(world_last(world, GATEWAY_B, 0), const struct rte_ether_hdr *);
	CHECK(rte_is_same_ether_addr(&ether->dst_addr, &moved));
	world_free(world);
}

/* It asks for its router before it sends. */
static void
host_that_moves_and_asks_for_its_router_is_found_again_at_once(void)
{
	static const struct rte_ether_addr moved = {{0x02, 0, 0, 0, 0, 0x77}};
	struct world *world = world_new();
	struct frame request = echo_request(3);
	struct rte_mbuf *question;
	const struct rte_ether_hdr *ether;

	CHECK(world_client_sends(world, 0, &request));
	question = frame_make_arp(&moved, RTE_ARP_OP_REQUEST, SERVER, SERVER_ROUTER);
	world_inject(world, GATEWAY_B, EDGE_PORT(0), &question, 1);
	CHECK(world_client_sends(world, 0, &request));
	ether = rte_pktmbuf_mtod(world_last(world, GATEWAY_B, 0), const struct rte_ether_hdr *);
	CHECK(rte_is_same_ether_addr(&ether->dst_addr, &moved));
	world_free(world);
}

static void
flood_of_router_questions_costs_no_host_its_place(void)
{
	struct world *world = world_new();
	struct frame request = echo_request(3);

	CHECK(world_client_sends(world, 0, &request));
	for (uint32_t i = 0; i < 2000; i++) {
		struct rte_mbuf *question = frame_make_arp(&world_host_mac, RTE_ARP_OP_REQUEST, IP(10, 2, 1, i % 250), SERVER_ROUTER);

		world_inject(world, GATEWAY_B, EDGE_PORT(0), &question, 1);
	}
	world_clear(world);
	world_wait(world, 20);
	CHECK(world_client_sends(world, 0, &request));
	world_free(world);
}

static void
sources_outside_the_attachments_prefixes_are_dropped_as_spoofed(void)
{
	struct world *world = world_new();
	struct frame request = echo_request(3);

	request.source = IP(10, 9, 0, 2);
	CHECK(!world_client_sends(world, 0, &request));
	CHECK_EQUAL(world_tenant_drops(world, GATEWAY_A, 0, DROP(SPOOFED)), 1);
	CHECK_EQUAL(world_count(world, 0, "one").injected, 0);
	world_free(world);
}

static void
destinations_behind_no_attachment_are_dropped_as_no_route(void)
{
	struct world *world = world_new();
	struct frame request = echo_request(3);

	request.destination = IP(10, 9, 0, 2);
	CHECK(!world_client_sends(world, 0, &request));
	CHECK_EQUAL(world_drops(world, GATEWAY_B, 0, "one", "server", DROP(NO_ROUTE)), 1);
	world_free(world);
}

static void
attachment_without_a_chain_drops_as_no_view(void)
{
	struct world *world = world_new();
	struct frame request = echo_request(3);

	world->views[0].share = 0;
	world_apply(world);
	CHECK(!world_client_sends(world, 0, &request));
	CHECK_EQUAL(world_tenant_drops(world, GATEWAY_A, 0, DROP(NO_VIEW)), 1);
	world_free(world);
}

static void
frames_that_are_not_for_the_router_are_not_routed(void)
{
	static const struct rte_ether_addr somebody = {{0x02, 0, 0, 0, 0, 0x99}};
	struct world *world = world_new();
	struct frame request = echo_request(3);
	struct rte_mbuf *m = frame_make(&world_host_mac, &somebody, &request);
	struct rte_mbuf *ipv6 = frame_make(&world_host_mac, &world_router_mac, &request);

	rte_pktmbuf_mtod(ipv6, struct rte_ether_hdr *)->ether_type = rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV6);
	world_inject(world, GATEWAY_A, EDGE_PORT(0), &m, 1);
	world_inject(world, GATEWAY_A, EDGE_PORT(0), &ipv6, 1);
	CHECK_EQUAL(world_tenant_drops(world, GATEWAY_A, 0, DROP(NO_ROUTE)), 1);
	CHECK_EQUAL(world_tenant_drops(world, GATEWAY_A, 0, DROP(UNSUPPORTED)), 1);
	CHECK_EQUAL(world_count(world, 0, "one").injected, 0);
	world_free(world);
}

static void
packet_dropped_after_it_left_is_charged_to_the_tenant(void)
{
	struct world *world = world_new();
	struct frame request = echo_request(3);
	struct rte_mbuf *m;

	CHECK(world_client_sends(world, 0, &request));
	m = world_last(world, GATEWAY_B, 0);
	world->n_delivered[GATEWAY_B][0]--;
	dp_drop(world->dp[GATEWAY_B], world->state[GATEWAY_B], m, DROP(LINK_FULL), DP_WRITER_IO);
	CHECK_EQUAL(world_tenant_drops(world, GATEWAY_B, 0, DROP(LINK_FULL)), 1);
	CHECK_EQUAL(world_count(world, 0, "one").dropped, 0);
	CHECK_EQUAL(world_count(world, 0, "one").left, 1);
	world_free(world);
}

static void
packets_that_wait_are_freed_with_their_tenant(void)
{
	struct world *world = world_new();
	struct frame request = echo_request(3);

	world->hosts_are_silent = true;
	CHECK(!world_client_sends(world, 1, &request));
	world->n_tenants = 1;
	world_apply(world);
	world_free(world);
}

TEST_MAIN(TEST(router_answers_arp_for_its_own_address_only), TEST(router_answers_pings_to_itself),
	TEST(packets_wait_for_arp_and_then_go_in_order),
	TEST(packets_to_a_silent_host_are_dropped_as_neighbour_within_two_seconds),
	TEST(scan_of_silent_hosts_holds_a_bounded_number_of_packets), TEST(host_that_moves_is_found_again),
	TEST(host_that_moves_and_asks_for_its_router_is_found_again_at_once), TEST(flood_of_router_questions_costs_no_host_its_place),
	TEST(sources_outside_the_attachments_prefixes_are_dropped_as_spoofed),
	TEST(destinations_behind_no_attachment_are_dropped_as_no_route), TEST(attachment_without_a_chain_drops_as_no_view), TEST(frames_that_are_not_for_the_router_are_not_routed),
	TEST(packet_dropped_after_it_left_is_charged_to_the_tenant),
	TEST(packets_that_wait_are_freed_with_their_tenant))
