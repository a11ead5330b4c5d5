/* SPDX-License-Identifier: Apache-2.0 */
/* Packets nobody should send: counted, never a crash (run with sanitizers), never a leak. */
#include "lib/fabric_frame.h"
#include "lib/world.h"
#include "packet/outer.h"

#define ROUNDS 20000

static struct frame
random_frame(uint64_t *seed)
{
	static const uint8_t protocols[] = {IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_GRE, IPPROTO_TCP, IPPROTO_TCP};
	static const uint16_t ports[] = {80, 81, 53, 443};
	uint64_t random = test_random(seed);
	struct frame frame = {
		.source = random & 1 ? CLIENT : IP(10, 1, 0, 2 + (random >> 1) % 8),
		.destination = IP(10, 2, 0, 2 + (random >> 8) % 4),
		.protocol = protocols[(random >> 16) % RTE_DIM(protocols)],
		.source_port = (uint16_t)(random >> 24) % 64,
		.destination_port = ports[(random >> 32) % RTE_DIM(ports)],
		.tcp_flags = (uint8_t)(random >> 40) & (SYN | ACK | FIN | RST),
		.icmp_type = (uint8_t)(random >> 40) % 16,
		.ttl = (uint8_t)(random >> 48) % 8,
		.payload = (uint16_t)(random >> 52) % 256,
	};

	if (random >> 60 == 0)
		frame.fragment = RTE_IPV4_HDR_MF_FLAG;
	else if (random >> 60 == 1)
		frame.fragment = 20;
	return frame;
}

static struct frame
turned(struct frame frame)
{
	struct frame back = frame;

	back.source = frame.destination;
	back.destination = frame.source;
	back.source_port = frame.destination_port;
	back.destination_port = frame.source_port;
	return back;
}

static void
check_closed(const struct world *world, const char *uid)
{
	for (unsigned t = 0; t < WORLD_TENANTS; t++) {
		struct world_counts counts = world_count(world, t, uid);

		CHECK(counts.injected > 0 && counts.dropped > 0 && counts.left > 0);
		CHECK_EQUAL(counts.injected, counts.left + counts.dropped);
		CHECK_EQUAL(counts.injected_bytes, counts.left_bytes + counts.dropped_bytes);
	}
}

static void
send_burst(struct world *world, enum pod gateway, unsigned tenant, uint64_t *seed)
{
	struct rte_mbuf *pkts[DP_BURST];

	for (unsigned i = 0; i < DP_BURST; i++) {
		struct frame frame = random_frame(seed);

		if (gateway == GATEWAY_B)
			frame = turned(frame);
		pkts[i] = frame_make(&world_host_mac, &world_router_mac, &frame);
	}
	world_inject(world, gateway, EDGE_PORT(tenant), pkts, DP_BURST);
	world_clear(world);
}

static void
conservation_closes_under_random_traffic_in_bursts(void)
{
	struct world *world = world_new();
	uint64_t seed = 1;

	for (unsigned round = 0; round < ROUNDS / DP_BURST; round++) {
		send_burst(world, round % 3 == 0 ? GATEWAY_B : GATEWAY_A, round % WORLD_TENANTS, &seed);
		if (round % 16 == 0)
			world_wait(world, 10);
	}
	world_wait(world, 2000);
	world_clear(world);
	check_closed(world, "one");
	world_free(world);
}

static void
change_anything(struct world *world, uint64_t *seed)
{
	uint64_t random = test_random(seed);

	world->views[1].share = (uint32_t)(random % 101);
	world->views[0].share = 100 - world->views[1].share;
	world->weight[FIREWALL_1] = (uint32_t)(random >> 8) % 3 * 50;
	world->weight[FIREWALL_2] = (uint32_t)(random >> 16) % 3 * 50;
	world->absent[FIREWALL_1] = (random >> 24) % 4 == 0;
	world->absent[FIREWALL_2] = (random >> 32) % 4 == 0;
	world->link_down[FIREWALL_2] = (random >> 40) % 8 == 0;
	world_apply(world);
}

static void
conservation_closes_while_shares_pools_and_links_change(void)
{
	struct world *world = world_new();
	uint64_t seed = 11;

	world->views[1] = (struct world_view){.id = 2, .uid = "two", .branches = true};
	for (unsigned round = 0; round < 300; round++) {
		change_anything(world, &seed);
		send_burst(world, round % 3 == 0 ? GATEWAY_B : GATEWAY_A, round % WORLD_TENANTS, &seed);
	}
	world->views[1].share = 0;
	world->views[0].share = 100;
	world_apply(world);
	world_wait(world, 2000);
	world_clear(world);
	check_closed(world, "one");
	check_closed(world, "two");
	world_free(world);
}

/* Flips, inserts or cuts a few bytes; most in the headers. */
static void
mutate(struct rte_mbuf *m, uint64_t *seed)
{
	uint8_t *data = rte_pktmbuf_mtod(m, uint8_t *);
	unsigned changes = 1 + test_random(seed) % 4;

	for (; changes > 0; changes--) {
		uint64_t random = test_random(seed);
		uint32_t length = rte_pktmbuf_pkt_len(m);
		uint32_t reach = random & 1 ? RTE_MIN(length, 100u) : length;

		if (length == 0)
			return;
		if ((random >> 1) % 8 == 0)
			rte_pktmbuf_trim(m, (uint16_t)((random >> 8) % length));
		else if ((random >> 1) % 8 == 1)
			data[(random >> 8) % reach] = (random >> 32) & 1 ? 0xff : 0;
		else
			data[(random >> 8) % reach] ^= (uint8_t)(1u << (random >> 32) % 8);
	}
}

static struct rte_mbuf *
make_fabric_frame(struct world *world, uint64_t *seed)
{
	struct frame frame = random_frame(seed);
	struct rte_mbuf *m;

	frame.destination_port = 80;
	frame.ttl = 0;
	frame.fragment = 0;
	frame.protocol = IPPROTO_TCP;
	m = frame_make(&world_host_mac, &world_router_mac, &frame);
	rte_pktmbuf_free(world->last_fabric);
	world->last_fabric = NULL;
	world_inject(world, GATEWAY_A, EDGE_PORT(0), &m, 1);
	CHECK(world->last_fabric != NULL);
	return rte_pktmbuf_copy(world->last_fabric, test_pool(), 0, UINT32_MAX);
}

static void
mutated_fabric_packets_are_survived(void)
{
	struct world *world = world_new();
	uint64_t seed = 2;
	struct frame ping = echo_request(1);

	for (unsigned round = 0; round < ROUNDS; round++) {
		enum pod pod = (enum pod)(test_random(&seed) % PODS);
		struct rte_mbuf *m = make_fabric_frame(world, &seed);

		mutate(m, &seed);
		world_inject(world, pod, (uint16_t)((pod + 1) % PODS), &m, 1);
		world_clear(world);
	}
	CHECK(world_malformed(world, GATEWAY_A) > 0);
	CHECK(world_client_sends(world, 0, &ping));
	world_free(world);
}

static void
mutated_host_packets_are_survived_and_counted(void)
{
	struct world *world = world_new();
	uint64_t seed = 3;

	for (unsigned round = 0; round < ROUNDS; round++) {
		struct frame frame = random_frame(&seed);
		struct rte_mbuf *m = test_random(&seed) % 8 == 0
			? frame_make_arp(&world_host_mac, (uint16_t)(1 + round % 2), CLIENT, CLIENT_ROUTER)
			: frame_make(&world_host_mac, &world_router_mac, &frame);

		mutate(m, &seed);
		world_inject(world, GATEWAY_A, EDGE_PORT(round % 2), &m, 1);
		world_clear(world);
	}
	world_wait(world, 2000);
	world_clear(world);
	check_closed(world, "one");
	world_free(world);
}

static void
each_bad_header_field_is_a_counted_drop(void)
{
	static const struct bad_field fields[] = {
		{"not IPv4 by type", 13, 0xdd, 0},
		{"IP version 6", 14, 0x65, 0},
		{"IP header of 16 bytes", 14, 0x44, 0},
		{"IP header longer than the frame", 14, 0x4f, 0},
		{"IP length beyond the frame", 16, 0x40, 0},
		{"IP length within the headers", 17, 24, 0},
		{"an outer fragment", 20, 0x20, 0},
		{"not GRE", 23, IPPROTO_UDP, 0},
		{"GRE with a checksum", 34, 0xa0, 0},
		{"GRE without a key", 34, 0x00, 0},
		{"GRE version 1", 35, 0x01, 0},
		{"GRE of something else", 36, 0x08, 0},
		{"another tenant", 38, 0x77, 0},
		{"NSH version 1", 42, 0x4f, 0},
		{"NSH of one word", 43, 0xc1, 0},
		{"NSH longer than the packet", 43, 0xff, 0},
		{"NSH MD type 1", 44, 0x01, 0},
		{"an IPv4 packet that NSH says is IPv6", 45, 0x02, DROP(MALFORMED)},
		{"an inner Ethernet frame", 45, 0x03, DROP(UNSUPPORTED)},
		{"SPI 3", 48, 0x03, DROP(UNKNOWN_POSITION)},
		{"SPI of 24 bits", 46, 0x01, DROP(UNKNOWN_POSITION)},
		{"SI of no node", 49, 0x11, DROP(UNKNOWN_POSITION)},
		{"SI of another pod's node", 49, 253, DROP(UNKNOWN_POSITION)},
		{"inner version 5", 50, 0x55, DROP(MALFORMED)},
		{"inner header of 4 bytes", 50, 0x41, DROP(MALFORMED)},
		{"inner length beyond the packet", 52, 0x10, DROP(MALFORMED)},
		{"TCP header of 8 bytes", 82, 0x20, DROP(MALFORMED)},
	};
	struct world *world = world_new();

	check_bad_fields(world, fields, RTE_DIM(fields));
	world_free(world);
}

static void
packet_with_no_hops_to_live_is_dropped_as_ttl_expired(void)
{
	struct world *world = world_new();
	struct rte_mbuf *m = fabric_frame(world);
	struct dp_outer_hdr *outer = rte_pktmbuf_mtod(m, struct dp_outer_hdr *);

	outer->nsh.base = rte_cpu_to_be_16(1 << 6 | 2);
	world_inject(world, FIREWALL_1, GATEWAY_A, &m, 1);
	CHECK_EQUAL(world_drops(world, FIREWALL_1, 0, "one", "firewall", DROP(TTL_EXPIRED)), 1);
	world_free(world);
}

static void
ip_options_and_nsh_metadata_are_skipped(void)
{
	struct world *world = world_new();
	uint64_t seed = 6;
	struct rte_mbuf *plain, *m;
	const uint8_t *from;
	uint8_t *to;

	world->absent[FIREWALL_2] = true;
	world_apply(world);
	plain = make_fabric_frame(world, &seed);
	world_clear(world);
	m = rte_pktmbuf_alloc(test_pool());
	CHECK(m != NULL);
	from = rte_pktmbuf_mtod(plain, const uint8_t *);
	to = (uint8_t *)rte_pktmbuf_append(m, (uint16_t)(rte_pktmbuf_pkt_len(plain) + 12));
	CHECK(to != NULL);
	memcpy(to, from, 34);
	memset(to + 34, 1, 4); /* four NOP options */
	memcpy(to + 38, from + 34, 16);
	memset(to + 54, 0, 8); /* NSH context header */
	memcpy(to + 62, from + 50, rte_pktmbuf_pkt_len(plain) - 50);
	to[14] = 0x46;
	to[33] = 2; /* to the server's gateway, at its position */
	to[47] = (to[47] & 0xc0) | 4;
	to[17] = (uint8_t)(to[17] + 12);
	world_inject(world, GATEWAY_B, FIREWALL_1, &m, 1);
	CHECK_EQUAL(world->n_delivered[GATEWAY_B][0], 1);
	rte_pktmbuf_free(plain);
	world_free(world);
}

TEST_MAIN(TEST(conservation_closes_under_random_traffic_in_bursts),
	TEST(conservation_closes_while_shares_pools_and_links_change), TEST(mutated_fabric_packets_are_survived),
	TEST(mutated_host_packets_are_survived_and_counted), TEST(each_bad_header_field_is_a_counted_drop),
	TEST(packet_with_no_hops_to_live_is_dropped_as_ttl_expired), TEST(ip_options_and_nsh_metadata_are_skipped))
