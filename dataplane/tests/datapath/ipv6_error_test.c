/* SPDX-License-Identifier: Apache-2.0 */
/* What tenants' IPv6 hosts are told of a way that is too narrow or too long for their packets. */
#include <netinet/icmp6.h>

#include "lib/ipv6_world.h"

static void
check_error(const struct world *world, uint8_t type, uint32_t mtu, uint32_t from)
{
	const struct rte_ipv6_hdr *ip = ipv6_last(world, GATEWAY_A), *quoted;
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
	struct world *world = ipv6_world();
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
	ipv6_check_closed(world);
	world_free(world);
}

static void
packet_whose_hop_limit_ends_is_answered_by_the_routers_address(void)
{
	struct world *world = ipv6_world();
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
	struct world *world = ipv6_world();
	struct frame syn = over_ipv6(tcp_to_server(4000, 80, SYN));
	const struct rte_ipv6_hdr *ip;
	const uint8_t *option;

	world->fabric_mtu = 1500;
	world_apply(world);
	syn.mss = 1440;
	CHECK(world_client_sends(world, 0, &syn));
	ip = ipv6_last(world, GATEWAY_B);
	option = (const uint8_t *)(ip + 1) + sizeof(struct rte_tcp_hdr);
	CHECK_EQUAL(option[2] << 8 | option[3], 1514 - world_overhead() - 60);
	CHECK_EQUAL(rte_ipv6_udptcp_cksum_verify(ip, ip + 1), 0);
	world_free(world);
}

TEST_MAIN(TEST(packet_too_big_is_answered_with_what_the_way_carries),
	TEST(packet_whose_hop_limit_ends_is_answered_by_the_routers_address),
	TEST(mss_is_lowered_to_what_the_fabric_carries))
