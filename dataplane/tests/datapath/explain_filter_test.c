/* SPDX-License-Identifier: Apache-2.0 */
/* Explain: what is marked is what was asked for; nobody else can mark or flood. */
#include "explain/explain.h"
#include "lib/explain.h"

static void
only_the_asked_for_flow_of_the_asked_for_tenant_is_marked(void)
{
	struct world *world = world_new();
	struct frame wanted = tcp_to_server(4000, 80, SYN), other = tcp_to_server(4001, 80, SYN), ping = echo_request(4000);
	explain_start_t request = explain_request(32);

	request.protocol = IPPROTO_TCP;
	request.source_port = 4000;
	explain_start(world, GATEWAY_A, &request);
	CHECK(world_client_sends(world, 0, &other));
	CHECK(world_client_sends(world, 0, &ping));
	CHECK(world_client_sends(world, 1, &wanted));
	CHECK_EQUAL(explain_count_all(world, 0) + explain_count_all(world, 1), 0);
	CHECK(world_client_sends(world, 0, &wanted));
	CHECK_EQUAL(explain_count_all(world, 0), 3);
	CHECK_EQUAL(explain_count_all(world, 1), 0);
	world_free(world);
}

static void
a_prefix_takes_its_addresses_only(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN);
	uint8_t other[4] = {10, 3, 0, 0}, ipv6[16] = {0}, server[4] = {10, 2, 0, 99};
	prefix_t destination = NFAAS__DATAPLANE__V1__PREFIX__INIT;
	explain_start_t request = explain_request(1);

	request.destination = &destination;
	destination.address = (ProtobufCBinaryData){.data = other, .len = sizeof(other)};
	destination.length = 16;
	explain_start(world, GATEWAY_A, &request);
	CHECK(world_client_sends(world, 0, &syn));
	dp_explain_free(dp_explain_stop(world->state[GATEWAY_A], TENANT_ID(0)));
	destination.address = (ProtobufCBinaryData){.data = ipv6, .len = sizeof(ipv6)}; /* 2000::/8 */
	ipv6[0] = 0x20;
	destination.length = 8;
	explain_start(world, GATEWAY_A, &request);
	CHECK(world_client_sends(world, 0, &syn));
	dp_explain_free(dp_explain_stop(world->state[GATEWAY_A], TENANT_ID(0)));
	CHECK_EQUAL(explain_count_all(world, 0), 0);
	destination.address = (ProtobufCBinaryData){.data = server, .len = sizeof(server)};
	destination.length = 24;
	explain_start(world, GATEWAY_A, &request);
	CHECK(world_client_sends(world, 0, &syn));
	CHECK_EQUAL(explain_count_all(world, 0), 3);
	dp_explain_free(dp_explain_stop(world->state[GATEWAY_A], TENANT_ID(0)));
	destination.length = 33;
	check_text(explain_try(world, GATEWAY_A, &request).field, "destination");
	world_free(world);
}

static void
ipv6_flows_are_explained_by_their_own_prefixes(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN), syn6 = over_ipv6(syn);
	prefix_t destination = NFAAS__DATAPLANE__V1__PREFIX__INIT;
	explain_start_t request = explain_request(2);
	uint8_t server[DP_IP6_SIZE];
	explain_answer_t *a;

	world->ipv6 = true;
	world_apply(world);
	dp_ip6_write(server, frame_ip6(SERVER));
	destination.address = (ProtobufCBinaryData){.data = server, .len = sizeof(server)};
	destination.length = 128;
	request.destination = &destination;
	explain_start(world, GATEWAY_A, &request);
	CHECK(world_client_sends(world, 0, &syn));
	CHECK_EQUAL(explain_count_all(world, 0), 0);
	CHECK(world_client_sends(world, 0, &syn6));
	CHECK_EQUAL(explain_count_all(world, 0), 3);
	a = explain_read(world, GATEWAY_A, 0);
	CHECK_EQUAL(a->records[0]->verdict, VERDICT(FORWARDED));
	explain_release(a);
	world_free(world);
}

static void
a_host_can_not_mark_packets(void)
{
	struct world *world = world_new();
	struct frame ping = echo_request(7);
	struct rte_mbuf *m = frame_make(&world_host_mac, &world_router_mac, &ping);
	struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(m, struct rte_ipv4_hdr *, 14);

	dp_meta(m)->flags = DP_META_EXPLAIN; /* as if the buffer had been another packet's */
	ip->packet_id = 0xffff;
	ip->type_of_service = 0xff;
	ip->hdr_checksum = 0;
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	world_inject(world, GATEWAY_A, EDGE_PORT(0), &m, 1);
	CHECK_EQUAL(world->n_delivered[GATEWAY_B][0], 1);
	CHECK(!world_last_outer(world).explain);
	CHECK(desired_fabric_ipv6 || world_last_outer(world).trace == 0); /* IPv6: the bits are the flow label's, then */
	CHECK_EQUAL(explain_count_all(world, 0), 0);
	world_free(world);
}

/* A marked packet from the fabric, for the firewall's position, that nobody asked for. */
static void
forge(struct world *world, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct rte_mbuf *m = rte_pktmbuf_copy(world->last_fabric, test_pool(), 0, UINT32_MAX);
		struct dp_nsh_hdr *nsh = rte_pktmbuf_mtod_offset(m, struct dp_nsh_hdr *, world_overhead() - sizeof(*nsh));

		nsh->base |= rte_cpu_to_be_16(0x2000);
		nsh->path = rte_cpu_to_be_32(DP_SPI_FORWARD << 8 | 1); /* no such position: dropped, and said so */
		world_inject(world, GATEWAY_B, FIREWALL_1, &m, 1);
	}
}

static void
forged_marks_fill_no_more_than_the_ring_and_no_faster_than_its_rate(void)
{
	struct world *world = world_new();
	struct frame ping = echo_request(7);
	explain_answer_t *b;

	CHECK(world_client_sends(world, 0, &ping));
	world_wait(world, 1000);
	forge(world, DP_EXPLAIN_PER_TICK + 100);
	b = explain_read(world, GATEWAY_B, 0);
	CHECK_EQUAL(b->n_records, DP_EXPLAIN_RECORDS - 1); /* the oldest may be about to be written over */
	CHECK_EQUAL(b->missed, 100);
	explain_release(b);
	world_wait(world, 1000);
	forge(world, 5);
	b = explain_read(world, GATEWAY_B, 0);
	CHECK_EQUAL(b->missed, 100);
	CHECK_EQUAL(b->records[b->n_records - 1]->reason, DROP(UNKNOWN_POSITION));
	explain_release(b);
	world_free(world);
}

static void
an_explanation_ends_by_its_packets_its_time_or_a_stop(void)
{
	struct world *world = world_new();
	struct frame ping = echo_request(7);
	explain_start_t request = explain_request(1);

	explain_start(world, GATEWAY_A, &request);
	CHECK_EQUAL(explain_try(world, GATEWAY_A, &request).code, CODE(BUSY));
	CHECK(!dp_explain_is_over(world->state[GATEWAY_A], 0, world->now));
	CHECK(world_client_sends(world, 0, &ping));
	CHECK(dp_explain_is_over(world->state[GATEWAY_A], 0, world->now));
	dp_explain_free(dp_explain_stop(world->state[GATEWAY_A], TENANT_ID(0)));
	CHECK(dp_explain_stop(world->state[GATEWAY_A], TENANT_ID(0)) == NULL);

	explain_start(world, GATEWAY_A, &request);
	world_wait(world, DP_EXPLAIN_LIFETIME_MS);
	CHECK(dp_explain_is_over(world->state[GATEWAY_A], 0, world->now));
	CHECK(world_client_sends(world, 0, &ping));
	CHECK_EQUAL(explain_count(world, GATEWAY_A, 0), 1);
	world_free(world); /* with its filter */
}

static void
requests_out_of_range_are_refused_with_their_field(void)
{
	struct world *world = world_new();
	explain_start_t request = explain_request(33);

	check_text(explain_try(world, GATEWAY_A, &request).field, "packets");
	request.packets = 0;
	check_text(explain_try(world, GATEWAY_A, &request).field, "packets");
	request.packets = 32;
	request.first_trace = 225;
	check_text(explain_try(world, GATEWAY_A, &request).field, "first_trace");
	request.first_trace = 224;
	request.destination_port = 80;
	check_text(explain_try(world, GATEWAY_A, &request).field, "protocol");
	request.destination_port = 0;
	request.tenant_id = 1;
	check_text(explain_try(world, GATEWAY_A, &request).field, "tenant_id");
	request.tenant_id = TENANT_ID(0);
	CHECK_EQUAL(explain_try(world, FIREWALL_1, &request).code, CODE(UNSUPPORTED));
	explain_start(world, GATEWAY_A, &request);
	world_free(world);
}

static void
an_explanation_survives_a_change_of_state(void)
{
	struct world *world = world_new();
	struct frame ping = echo_request(7);
	explain_start_t request = explain_request(1);

	explain_start(world, GATEWAY_A, &request);
	world_apply(world);
	CHECK(world_client_sends(world, 0, &ping));
	CHECK_EQUAL(explain_count_all(world, 0), 3);
	world_free(world);
}

TEST_MAIN(TEST(only_the_asked_for_flow_of_the_asked_for_tenant_is_marked), TEST(a_prefix_takes_its_addresses_only),
	TEST(ipv6_flows_are_explained_by_their_own_prefixes), TEST(a_host_can_not_mark_packets),
	TEST(forged_marks_fill_no_more_than_the_ring_and_no_faster_than_its_rate),
	TEST(an_explanation_ends_by_its_packets_its_time_or_a_stop),
	TEST(requests_out_of_range_are_refused_with_their_field), TEST(an_explanation_survives_a_change_of_state))
