/* SPDX-License-Identifier: Apache-2.0 */
/* Gateways and hosts find each other by neighbour discovery. */
#include <netinet/icmp6.h>

#include "lib/ipv6_world.h"

static void
router_answers_pings_of_its_own_address(void)
{
	struct world *world = ipv6_world();
	struct frame request = over_ipv6(echo_request(7));
	const struct rte_ipv6_hdr *ip;

	request.destination = CLIENT_ROUTER;
	world_client_sends(world, 0, &request);
	ip = ipv6_last(world, GATEWAY_A);
	CHECK_EQUAL(*(const uint8_t *)(ip + 1), ICMP6_ECHO_REPLY);
	CHECK(dp_ip6_equals(dp_ip6_read((const uint8_t *)&ip->src_addr), frame_ip6(CLIENT_ROUTER)));
	CHECK_EQUAL(rte_ipv6_udptcp_cksum_verify(ip, ip + 1), 0);
	world_free(world);
}

static void
solicitation_of_the_routers_address_is_answered_and_no_other(void)
{
	struct world *world = ipv6_world();
	const struct dp_ip6 nobody = {0}, host = frame_ip6(CLIENT);
	struct rte_mbuf *m = frame_make_solicitation(&world_host_mac, host, frame_ip6(CLIENT_ROUTER));
	const struct rte_ipv6_hdr *ip;
	const uint8_t *message;

	world_inject(world, GATEWAY_A, EDGE_PORT(0), &m, 1);
	ip = ipv6_last(world, GATEWAY_A);
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
	CHECK_EQUAL(((const uint8_t *)(ipv6_last(world, GATEWAY_A) + 1))[4], 0xa0);
	CHECK_EQUAL(((const uint8_t *)&ipv6_last(world, GATEWAY_A)->dst_addr)[0], 0xff);
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
		struct world *world = ipv6_world();
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
	struct world *world = ipv6_world();
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
	ipv6_check_closed(world);
	world_free(world);
}

TEST_MAIN(TEST(router_answers_pings_of_its_own_address), TEST(solicitation_of_the_routers_address_is_answered_and_no_other),
	TEST(forged_discovery_is_refused), TEST(packets_wait_for_a_host_that_answers_and_drop_when_none_does))
