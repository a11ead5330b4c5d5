/* SPDX-License-Identifier: Apache-2.0 */
/* TCP connections are told at their start how big a segment the way carries. */
#include "lib/world.h"

/* The MSS a delivered SYN has; its checksum must be right. */
static uint16_t
delivered_mss(const struct world *world, enum pod gateway, uint8_t nops)
{
	struct rte_mbuf *m = world_last(world, gateway, 0);
	const struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(m, const struct rte_ipv4_hdr *, 14);
	const uint8_t *tcp = (const void *)(ip + 1);
	const uint8_t *option = tcp + sizeof(struct rte_tcp_hdr) + nops;

	CHECK_EQUAL(rte_ipv4_udptcp_cksum_verify(ip, tcp), 0);
	CHECK_EQUAL(option[0], 2);
	return (uint16_t)(option[2] << 8 | option[3]);
}

static void
mss_is_lowered_to_what_the_fabric_carries_both_ways(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN), answer = tcp_to_client(4000, 80, SYN | ACK);

	world->fabric_mtu = 1500;
	world_apply(world);
	syn.mss = answer.mss = 1460;
	CHECK(world_client_sends(world, 0, &syn));
	CHECK_EQUAL(delivered_mss(world, GATEWAY_B, 0), 1514 - world_overhead() - 40);
	CHECK(world_server_sends(world, 0, &answer));
	CHECK_EQUAL(delivered_mss(world, GATEWAY_A, 0), 1514 - world_overhead() - 40);
	CHECK_EQUAL(world_tenant_count(world, GATEWAY_A, 0).mss_clamped, 1);
	CHECK_EQUAL(world_tenant_count(world, GATEWAY_B, 0).mss_clamped, 1);
	world_free(world);
}

static void
mss_is_lowered_to_the_smaller_edge_port_of_either_side(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN), answer = tcp_to_client(4000, 80, SYN | ACK);

	world->edge_mtu[GATEWAY_B] = 1200;
	world_apply(world);
	syn.mss = answer.mss = 1460;
	CHECK(world_client_sends(world, 0, &syn));
	CHECK_EQUAL(delivered_mss(world, GATEWAY_B, 0), 1160);
	CHECK(world_server_sends(world, 0, &answer));
	CHECK_EQUAL(delivered_mss(world, GATEWAY_A, 0), 1160);
	world_free(world);
}

static void
checksum_stays_right_wherever_the_option_is(void)
{
	struct world *world = world_new();

	world->fabric_mtu = 1400;
	world_apply(world);
	for (uint8_t nops = 0; nops < 4; nops++)
		for (uint32_t mss = 1300; mss < 65536; mss += 97) {
			struct frame syn = tcp_to_server((uint16_t)(4000 + nops), 80, SYN);

			syn.mss = (uint16_t)mss;
			syn.mss_nops = nops;
			CHECK(world_client_sends(world, 0, &syn));
			CHECK_EQUAL(delivered_mss(world, GATEWAY_B, nops), RTE_MIN(mss, 1414u - world_overhead() - 40));
			world_clear(world);
		}
	world_free(world);
}

static void
small_mss_and_segments_without_syn_are_left_alone(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN), data = tcp_to_server(4000, 80, ACK);

	world->fabric_mtu = 1400;
	world_apply(world);
	syn.mss = 500;
	data.mss = 1460;
	CHECK(world_client_sends(world, 0, &syn));
	CHECK_EQUAL(delivered_mss(world, GATEWAY_B, 0), 500);
	CHECK(world_client_sends(world, 0, &data));
	CHECK_EQUAL(delivered_mss(world, GATEWAY_B, 0), 1460);
	CHECK_EQUAL(world_tenant_count(world, GATEWAY_A, 0).mss_clamped, 0);
	world_free(world);
}

/* Option bytes that lie: a length of 0, of 1, beyond the header, an MSS of the wrong size. */
static void
malformed_options_are_forwarded_as_they_are(void)
{
	static const uint8_t options[][4] = {{3, 0, 2, 4}, {3, 1, 2, 4}, {8, 40, 0, 0}, {2, 3, 5, 180}, {2, 200, 5, 180},
		{1, 1, 1, 2}, {0, 2, 4, 5}};
	struct world *world = world_new();

	world->fabric_mtu = 1400;
	world_apply(world);
	for (size_t i = 0; i < RTE_DIM(options); i++) {
		struct frame syn = tcp_to_server((uint16_t)(4000 + i), 80, SYN);
		struct rte_mbuf *m;

		syn.mss = 1460;
		m = frame_make(&world_host_mac, &world_router_mac, &syn);
		memcpy(rte_pktmbuf_mtod_offset(m, uint8_t *, 14 + 40), options[i], 4);
		world_inject(world, GATEWAY_A, EDGE_PORT(0), &m, 1);
		m = world_last(world, GATEWAY_B, 0);
		CHECK(memcmp(rte_pktmbuf_mtod_offset(m, uint8_t *, 14 + 40), options[i], 4) == 0);
		world_clear(world);
	}
	CHECK_EQUAL(world_tenant_count(world, GATEWAY_A, 0).mss_clamped, 0);
	world_free(world);
}

TEST_MAIN(TEST(mss_is_lowered_to_what_the_fabric_carries_both_ways),
	TEST(mss_is_lowered_to_the_smaller_edge_port_of_either_side), TEST(checksum_stays_right_wherever_the_option_is),
	TEST(small_mss_and_segments_without_syn_are_left_alone), TEST(malformed_options_are_forwarded_as_they_are))
