/* SPDX-License-Identifier: Apache-2.0 */
/* Direct server return over IPv6 outside: the chain ends at servers of the attachment's IPv6 subnet. */
#include "lib/world.h"

#include "packet/plain_gre.h"

#define DF 0x4000
#define GROWTH 48
#define SERVER_ADDRESS(i) IP(10, 2, 0, 10 + (i))
#define FLOWS 400

static void
apply_to_gateway(struct world *world, struct desired *desired)
{
	desired->state.tenants[0]->attachments[0]->direct_return = desired_text(desired, "servers");
	world_apply_message(world, GATEWAY_B, desired);
	desired_free(desired);
}

/* Hosts have both families; gateway B's attachment of tenant 0 hands packets to n servers with IPv6 addresses. */
static struct world *
world_with_servers6(unsigned n)
{
	struct world *world = world_new();
	struct desired *desired;
	pool_t *servers;

	world->ipv6 = true;
	world_apply(world);
	desired = world_desired(world, GATEWAY_B);
	servers = desired_pool(desired, "servers");
	for (unsigned i = 0; i < n; i++)
		desired_backend6(desired, servers, desired_text(desired, "server-%u", i), SERVER_ADDRESS(i), 100);
	apply_to_gateway(world, desired);
	return world;
}

static const struct dp_plain_gre6_hdr *
last_leave(const struct world *world)
{
	const struct rte_mbuf *m = world_last(world, GATEWAY_B, 0);

	CHECK(rte_pktmbuf_data_len(m) > sizeof(struct dp_plain_gre6_hdr));
	return rte_pktmbuf_mtod(m, const struct dp_plain_gre6_hdr *);
}

static uint32_t
first_word(const struct dp_plain_gre6_hdr *hdr)
{
	return rte_be_to_cpu_32(hdr->ip.vtc_flow);
}

static struct dp_ip6
destination(const struct dp_plain_gre6_hdr *hdr)
{
	return dp_ip6_read((const uint8_t *)&hdr->ip.dst_addr);
}

static const struct dp_plain_gre6_hdr *
send_to_server(struct world *world, struct frame frame)
{
	frame.dscp = 46;
	CHECK(world_client_sends(world, 0, &frame));
	return last_leave(world);
}

static void
packets_leave_in_gre_over_ipv6_to_a_server_found_by_neighbour_discovery(void)
{
	struct world *world = world_with_servers6(1);
	const struct dp_plain_gre6_hdr *hdr = send_to_server(world, echo_request(3));
	const struct rte_ipv4_hdr *inner = (const void *)(hdr + 1);

	CHECK(rte_is_same_ether_addr(&hdr->ether.dst_addr, &world_host_mac));
	CHECK_EQUAL(hdr->ether.ether_type, rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV6));
	CHECK_EQUAL(first_word(hdr) >> 20, 6 << 8 | 46 << 2);
	CHECK_EQUAL(rte_be_to_cpu_16(hdr->ip.payload_len), 8 + 28 + 56);
	CHECK_EQUAL(hdr->ip.proto, IPPROTO_GRE);
	CHECK(hdr->ip.hop_limits > 1);
	CHECK(dp_ip6_equals(dp_ip6_read((const uint8_t *)&hdr->ip.src_addr), frame_ip6(SERVER_ROUTER)));
	CHECK(dp_ip6_equals(destination(hdr), frame_ip6(SERVER_ADDRESS(0))));
	CHECK_EQUAL(hdr->gre.flags, rte_cpu_to_be_16(0x2000));
	CHECK_EQUAL(hdr->gre.protocol, rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4));
	CHECK_EQUAL(rte_be_to_cpu_32(hdr->gre.key), TENANT_ID(0) << 8 | 1);
	CHECK_EQUAL(rte_pktmbuf_pkt_len(world_last(world, GATEWAY_B, 0)), 14 + GROWTH + 28 + 56);
	CHECK_EQUAL(rte_be_to_cpu_32(inner->dst_addr), SERVER);
	CHECK_EQUAL(inner->time_to_live, 63);
	CHECK_EQUAL(rte_raw_cksum(inner, sizeof(*inner)), 0xffff);
	CHECK_EQUAL(world_count(world, 0, "one").left_bytes, 28 + 56);
	world_free(world);
}

static void
tenants_ipv6_leaves_the_same_way(void)
{
	struct world *world = world_with_servers6(1);
	const struct dp_plain_gre6_hdr *hdr = send_to_server(world, over_ipv6(echo_request(3)));
	const struct rte_ipv6_hdr *inner = (const void *)(hdr + 1);

	CHECK(dp_ip6_equals(destination(hdr), frame_ip6(SERVER_ADDRESS(0))));
	CHECK_EQUAL(hdr->gre.protocol, rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV6));
	CHECK_EQUAL(first_word(hdr) >> 20, 6 << 8 | 46 << 2);
	CHECK(dp_ip6_equals(dp_ip6_read((const uint8_t *)&inner->dst_addr), frame_ip6(SERVER)));
	CHECK_EQUAL(inner->hop_limits, 63);
	world_free(world);
}

/* RFC 6438: one label for a flow, others for others. */
static void
routers_can_tell_flows_to_a_server_apart(void)
{
	struct world *world = world_with_servers6(1);
	uint32_t label = first_word(send_to_server(world, tcp_to_server(4000, 80, SYN)));
	unsigned same = 0;

	CHECK_EQUAL(first_word(send_to_server(world, tcp_to_server(4000, 80, SYN))), label);
	for (uint16_t i = 1; i <= 50; i++)
		same += first_word(send_to_server(world, tcp_to_server((uint16_t)(4000 + i), 80, SYN))) == label;
	CHECK(same <= 2);
	world_free(world);
}

static void
flows_spread_over_servers_and_keep_theirs(void)
{
	struct world *world = world_with_servers6(2);
	struct dp_ip6 servers[FLOWS];
	unsigned of_second = 0;

	for (uint16_t i = 0; i < FLOWS; i++) {
		servers[i] = destination(send_to_server(world, tcp_to_server((uint16_t)(4000 + i), 80, SYN)));
		of_second += dp_ip6_equals(servers[i], frame_ip6(SERVER_ADDRESS(1)));
		world_clear(world);
	}
	CHECK(of_second > FLOWS * 35 / 100 && of_second < FLOWS * 65 / 100);
	for (uint16_t i = 0; i < FLOWS; i++) {
		CHECK(dp_ip6_equals(destination(send_to_server(world, tcp_to_server((uint16_t)(4000 + i), 80, ACK))), servers[i]));
		world_clear(world);
	}
	world_free(world);
}

static void
packet_too_big_for_gre_over_ipv6_is_answered_with_what_fits(void)
{
	struct world *world = world_with_servers6(1);
	struct frame syn = tcp_to_server(4000, 80, SYN), big = tcp_to_server(4000, 80, ACK);
	const uint8_t *error;

	CHECK(world_client_sends(world, 0, &syn));
	big.fragment = DF;
	big.payload = 1500 - GROWTH - 40 + 1;
	CHECK(!world_client_sends(world, 0, &big));
	error = rte_pktmbuf_mtod_offset(world_last(world, GATEWAY_A, 0), const uint8_t *, 14 + 20);
	CHECK_EQUAL(error[0] << 8 | error[1], 0x0304);
	CHECK_EQUAL(error[6] << 8 | error[7], 1500 - GROWTH);
	big.payload--;
	CHECK(world_client_sends(world, 0, &big));
	CHECK_EQUAL(rte_pktmbuf_pkt_len(world_last(world, GATEWAY_B, 0)), 14 + 1500);
	world_free(world);
}

static void
servers_of_both_families_share_flows(void)
{
	struct world *world = world_with_servers6(0);
	struct desired *desired = world_desired(world, GATEWAY_B);
	pool_t *servers = desired_pool(desired, "servers");
	unsigned n[2] = {0};

	desired_backend(desired, servers, "old", SERVER_ADDRESS(0), 100);
	desired_backend6(desired, servers, "new", SERVER_ADDRESS(1), 100);
	apply_to_gateway(world, desired);
	for (uint16_t i = 0; i < FLOWS; i++) {
		const struct dp_plain_gre6_hdr *hdr = send_to_server(world, tcp_to_server((uint16_t)(4000 + i), 80, SYN));
		const struct dp_plain_gre_hdr *old = (const void *)hdr;
		bool is_new = hdr->ether.ether_type == rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV6);

		if (is_new)
			CHECK(dp_ip6_equals(destination(hdr), frame_ip6(SERVER_ADDRESS(1))));
		else
			CHECK_EQUAL(rte_be_to_cpu_32(old->ip.dst_addr), SERVER_ADDRESS(0));
		n[is_new]++;
		world_clear(world);
	}
	CHECK(n[0] > FLOWS * 35 / 100 && n[1] > FLOWS * 35 / 100);
	world_free(world);
}

static void
servers_off_the_attachments_ipv6_link_are_refused(void)
{
	struct world *world = world_with_servers6(0);
	struct desired *desired = world_desired(world, GATEWAY_B);
	attachment_t *attachment = desired->state.tenants[0]->attachments[0];
	backend_t *server = desired_backend6(desired, desired_pool(desired, "servers"), "server", SERVER_ADDRESS(0), 100);
	struct dp_error error;

	attachment->direct_return = desired_text(desired, "servers");
	world_apply_message(world, GATEWAY_B, desired);
	dp_ip6_write(server->address.data, frame_ip6(IP(10, 3, 0, 1)));
	error = world_refuse(world, GATEWAY_B, desired);
	CHECK_EQUAL(error.code, CODE(INVALID_ARGUMENT));
	CHECK(strcmp(error.field, "tenants[0].attachments[0].direct_return") == 0);
	dp_ip6_write(server->address.data, frame_ip6(SERVER_ROUTER));
	CHECK_EQUAL(world_refuse(world, GATEWAY_B, desired).code, CODE(INVALID_ARGUMENT));
	dp_ip6_write(server->address.data, frame_ip6(SERVER_ADDRESS(0)));
	attachment->address6 = NULL;
	CHECK_EQUAL(world_refuse(world, GATEWAY_B, desired).code, CODE(INVALID_ARGUMENT));
	desired_free(desired);
	world_free(world);
}

TEST_MAIN(TEST(packets_leave_in_gre_over_ipv6_to_a_server_found_by_neighbour_discovery), TEST(tenants_ipv6_leaves_the_same_way),
	TEST(routers_can_tell_flows_to_a_server_apart), TEST(flows_spread_over_servers_and_keep_theirs),
	TEST(packet_too_big_for_gre_over_ipv6_is_answered_with_what_fits), TEST(servers_of_both_families_share_flows),
	TEST(servers_off_the_attachments_ipv6_link_are_refused));
