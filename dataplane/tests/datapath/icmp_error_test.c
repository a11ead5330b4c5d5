/* SPDX-License-Identifier: Apache-2.0 */
/* What a gateway tells hosts about packets it can't forward, and what it keeps to itself. */
#include "lib/world.h"

#define DF RTE_IPV4_HDR_DF_FLAG

struct error {
	const struct rte_ipv4_hdr *ip;
	const struct rte_icmp_hdr *icmp;
	const struct rte_ipv4_hdr *quoted;
};

/* The last frame the host behind a gateway got must be an ICMP error with right checksums. */
static struct error
last_error(const struct world *world, enum pod gateway)
{
	struct rte_mbuf *m = world_last(world, gateway, 0);
	struct error error = {.ip = rte_pktmbuf_mtod_offset(m, const struct rte_ipv4_hdr *, 14)};
	uint16_t length = rte_be_to_cpu_16(error.ip->total_length);

	CHECK_EQUAL(rte_pktmbuf_pkt_len(m), 14u + length);
	CHECK_EQUAL(error.ip->next_proto_id, IPPROTO_ICMP);
	CHECK_EQUAL(rte_raw_cksum(error.ip, sizeof(*error.ip)), 0xffff);
	error.icmp = (const void *)(error.ip + 1);
	CHECK_EQUAL(rte_raw_cksum(error.icmp, length - sizeof(*error.ip)), 0xffff);
	error.quoted = (const void *)(error.icmp + 1);
	return error;
}

static void
check_error(const struct world *world, enum pod gateway, uint8_t type, uint8_t code, uint16_t mtu)
{
	struct error error = last_error(world, gateway);

	CHECK_EQUAL(error.icmp->icmp_type, type);
	CHECK_EQUAL(error.icmp->icmp_code, code);
	CHECK_EQUAL(rte_be_to_cpu_16(error.icmp->icmp_seq_nb), mtu);
}

static void
check_closed(const struct world *world)
{
	struct world_counts counts = world_count(world, 0, "one");

	CHECK_EQUAL(counts.injected, counts.left + counts.dropped);
	CHECK_EQUAL(counts.injected_bytes, counts.left_bytes + counts.dropped_bytes);
}

static void
packet_whose_ttl_ends_is_answered_by_the_routers_address(void)
{
	struct world *world = world_new();
	struct frame request = echo_request(3);
	const struct rte_ether_hdr *ether;
	struct error error;

	request.ttl = 1;
	CHECK(!world_client_sends(world, 0, &request));
	check_error(world, GATEWAY_A, 11, 0, 0);
	error = last_error(world, GATEWAY_A);
	ether = (const void *)((const uint8_t *)error.ip - sizeof(*ether));
	CHECK(rte_is_same_ether_addr(&ether->dst_addr, &world_host_mac));
	CHECK(rte_is_same_ether_addr(&ether->src_addr, &world_router_mac));
	CHECK_EQUAL(rte_be_to_cpu_32(error.ip->src_addr), CLIENT_ROUTER);
	CHECK_EQUAL(rte_be_to_cpu_32(error.ip->dst_addr), CLIENT);
	CHECK_EQUAL(rte_be_to_cpu_32(error.quoted->dst_addr), SERVER);
	CHECK_EQUAL(error.quoted->time_to_live, 1);
	CHECK_EQUAL(world_tenant_drops(world, GATEWAY_A, 0, DROP(TTL_EXPIRED)), 1);
	CHECK_EQUAL(world_tenant_count(world, GATEWAY_A, 0).icmp_errors, 1);
	CHECK_EQUAL(world_count(world, 0, "one").injected, 0);
	world_free(world);
}

static void
packet_too_big_for_the_fabric_is_answered_with_what_the_fabric_carries(void)
{
	struct world *world = world_new();
	struct frame big = tcp_to_server(4000, 80, ACK);

	world->fabric_mtu = 1400;
	world_apply(world);
	big.fragment = DF;
	big.payload = 1414 - world_overhead() - 40 + 1;
	CHECK(!world_client_sends(world, 0, &big));
	check_error(world, GATEWAY_A, 3, 4, 1414 - world_overhead());
	CHECK_EQUAL(rte_be_to_cpu_16(last_error(world, GATEWAY_A).ip->total_length), 576);
	CHECK_EQUAL(world_tenant_drops(world, GATEWAY_A, 0, DROP(TOO_BIG)), 1);
	big.payload--;
	CHECK(world_client_sends(world, 0, &big));
	world_free(world);
}

/* The error is made behind the firewall and passes it as a part of the flow it speaks of. */
static void
packet_too_big_for_the_far_port_is_answered_through_the_chain(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN), big = tcp_to_server(4000, 80, ACK);
	struct error error;

	world->edge_mtu[GATEWAY_B] = 1000;
	world_apply(world);
	CHECK(world_client_sends(world, 0, &syn));
	big.fragment = DF;
	big.payload = 961;
	CHECK(!world_client_sends(world, 0, &big));
	CHECK_EQUAL(world->n_delivered[GATEWAY_A][0], 1);
	check_error(world, GATEWAY_A, 3, 4, 1000);
	error = last_error(world, GATEWAY_A);
	CHECK_EQUAL(rte_be_to_cpu_32(error.ip->src_addr), SERVER_ROUTER);
	CHECK_EQUAL(rte_be_to_cpu_32(error.ip->dst_addr), CLIENT);
	CHECK_EQUAL(rte_be_to_cpu_16(error.quoted->total_length), 1001);
	CHECK_EQUAL(world_drops(world, GATEWAY_B, 0, "one", "server", DROP(TOO_BIG)), 1);
	CHECK_EQUAL(world_edge(world, 0, "one", "firewall", "server", REVERSE), 1);
	CHECK_EQUAL(world_count(world, 0, "one").injected, 3);
	check_closed(world);
	big.payload--;
	CHECK(world_client_sends(world, 0, &big));
	world_free(world);
}

/* Every error takes the replica its flow has, or the firewall would not know the flow. */
static void
errors_take_the_replica_of_the_flow_they_speak_of(void)
{
	struct world *world = world_new();

	world->edge_mtu[GATEWAY_B] = 1000;
	world_apply(world);
	for (uint16_t port = 4000; port < 4040; port++) {
		struct frame syn = tcp_to_server(port, 80, SYN), big = tcp_to_server(port, 80, ACK);

		big.fragment = DF;
		big.payload = 1200;
		CHECK(world_client_sends(world, 0, &syn));
		world_clear(world);
		world_client_sends(world, 0, &big);
		CHECK_EQUAL(world->n_delivered[GATEWAY_A][0], 1);
	}
	check_closed(world);
	world_free(world);
}

static void
packet_that_may_be_fragmented_gets_no_answer(void)
{
	struct world *world = world_new();
	struct frame big = echo_request(3);

	world->fabric_mtu = 1400;
	world_apply(world);
	big.payload = 1400;
	CHECK(!world_client_sends(world, 0, &big));
	CHECK_EQUAL(world->n_delivered[GATEWAY_A][0], 0);
	CHECK_EQUAL(world_tenant_drops(world, GATEWAY_A, 0, DROP(TOO_BIG)), 1);
	world_free(world);
}

static void
no_error_is_sent_about_errors_later_fragments_multicast_or_broken_headers(void)
{
	struct frame quoted = tcp_to_client(4000, 80, SYN);
	const struct frame cases[] = {
		{.source = CLIENT, .destination = SERVER, .protocol = IPPROTO_ICMP, .icmp_type = 3, .quoted = &quoted,
			.ttl = 1},
		{.source = CLIENT, .destination = SERVER, .protocol = IPPROTO_ICMP, .icmp_type = 12, .ttl = 1},
		{.source = CLIENT, .destination = SERVER, .protocol = IPPROTO_UDP, .fragment = 20, .payload = 8, .ttl = 1},
		{.source = CLIENT, .destination = IP(224, 0, 0, 5), .protocol = 89, .payload = 8, .ttl = 1},
		{.source = CLIENT, .destination = IP(255, 255, 255, 255), .protocol = 89, .payload = 8, .ttl = 1},
	};
	struct world *world = world_new();
	struct frame request = echo_request(3);
	struct rte_mbuf *broken;

	for (size_t i = 0; i < RTE_DIM(cases); i++)
		CHECK(!world_client_sends(world, 0, &cases[i]));
	request.ttl = 1;
	broken = frame_make(&world_host_mac, &world_router_mac, &request);
	rte_pktmbuf_mtod_offset(broken, struct rte_ipv4_hdr *, 14)->hdr_checksum ^= 1;
	world_inject(world, GATEWAY_A, EDGE_PORT(0), &broken, 1);
	world_wait(world, 3000);
	CHECK_EQUAL(world->n_delivered[GATEWAY_A][0], 0);
	CHECK_EQUAL(world_tenant_count(world, GATEWAY_A, 0).icmp_errors, 0);
	world_free(world);
}

static void
flood_of_expired_packets_gets_a_bounded_number_of_answers(void)
{
	struct world *world = world_new();
	struct frame request = echo_request(3);
	struct world_tenant_counts counts;

	request.ttl = 1;
	world_wait(world, 1000);
	for (unsigned i = 0; i < 500; i++)
		world_client_sends(world, 0, &request);
	counts = world_tenant_count(world, GATEWAY_A, 0);
	CHECK_EQUAL(counts.icmp_errors, 50);
	CHECK_EQUAL(counts.icmp_errors_limited, 450);
	CHECK_EQUAL(world->n_delivered[GATEWAY_A][0], 50);
	world_wait(world, 100);
	CHECK(!world_client_sends(world, 1, &request)); /* the other tenant's share is untouched */
	CHECK_EQUAL(world_tenant_count(world, GATEWAY_A, 1).icmp_errors, 1);
	for (unsigned i = 0; i < 500; i++)
		world_client_sends(world, 0, &request);
	CHECK_EQUAL(world_tenant_count(world, GATEWAY_A, 0).icmp_errors, 60);
	world_free(world);
}

TEST_MAIN(TEST(packet_whose_ttl_ends_is_answered_by_the_routers_address),
	TEST(packet_too_big_for_the_fabric_is_answered_with_what_the_fabric_carries),
	TEST(packet_too_big_for_the_far_port_is_answered_through_the_chain),
	TEST(errors_take_the_replica_of_the_flow_they_speak_of), TEST(packet_that_may_be_fragmented_gets_no_answer),
	TEST(no_error_is_sent_about_errors_later_fragments_multicast_or_broken_headers),
	TEST(flood_of_expired_packets_gets_a_bounded_number_of_answers))
