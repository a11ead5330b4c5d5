/* SPDX-License-Identifier: Apache-2.0 */
/* A fabric that is IPv6 outside: what is on the wire, what is refused from it, and which states are. */
#include <netinet/in.h>

#include "lib/fabric_frame.h"
#include "lib/world.h"

#define FLOWS 200
#define IP_AT 14
#define GRE_AT 54
#define NSH_AT 62
#define INNER_AT 70

static struct world *
world_outside_ipv6(void)
{
	desired_fabric_ipv6 = true;
	return world_new();
}

static const struct dp_outer6_hdr *
last_header(const struct world *world)
{
	CHECK(world->last_fabric != NULL && rte_pktmbuf_data_len(world->last_fabric) >= sizeof(struct dp_outer6_hdr));
	return rte_pktmbuf_mtod(world->last_fabric, const struct dp_outer6_hdr *);
}

static uint32_t
last_label(const struct world *world)
{
	return rte_be_to_cpu_32(last_header(world)->ip.vtc_flow) & 0xfffff;
}

static void
fabric_carries_ipv6_with_gre_and_nsh(void)
{
	struct world *world = world_outside_ipv6();
	struct frame request = echo_request(7);
	const struct dp_outer6_hdr *hdr;

	CHECK(world_client_sends(world, 1, &request));
	hdr = last_header(world);
	CHECK_EQUAL(rte_be_to_cpu_16(hdr->ether.ether_type), RTE_ETHER_TYPE_IPV6);
	CHECK_EQUAL(rte_be_to_cpu_32(hdr->ip.vtc_flow) >> 20, 0x600); /* version 6, traffic class 0 */
	CHECK_EQUAL(hdr->ip.proto, IPPROTO_GRE);
	CHECK_EQUAL(hdr->ip.hop_limits, 64);
	CHECK_EQUAL(rte_be_to_cpu_16(hdr->ip.payload_len), 8 + 8 + 20 + 8 + 56);
	CHECK_EQUAL(rte_be_to_cpu_16(hdr->gre.flags), 0x2000);
	CHECK_EQUAL(rte_be_to_cpu_16(hdr->gre.protocol), 0x894f);
	CHECK_EQUAL(rte_be_to_cpu_32(hdr->gre.key), TENANT_ID(1) << 8 | 1);
	CHECK_EQUAL(rte_be_to_cpu_32(hdr->nsh.path), DP_SPI_FORWARD << 8 | 253);
	CHECK_EQUAL(rte_pktmbuf_pkt_len(world->last_fabric), 70 + 20 + 8 + 56);
	CHECK(dp_ip6_equals(dp_ip6_read((const uint8_t *)&hdr->ip.dst_addr), frame_ip6(IP(172, 16, 0, 2))));
	world_free(world);
}

/* RFC 6437: all packets of a flow have one label; flows differ, so that routers may spread them. */
static void
flow_label_is_the_flows_and_tells_the_senders_position(void)
{
	struct world *world = world_outside_ipv6();
	unsigned different = 0;
	uint32_t first = 0;

	for (uint16_t i = 0; i < FLOWS; i++) {
		struct frame syn = tcp_to_server(1000 + i, 80, SYN), ack = tcp_to_server(1000 + i, 80, ACK);
		uint32_t label;

		CHECK(world_client_sends(world, 0, &syn));
		label = last_label(world);
		CHECK_EQUAL(label & 0xff, 254);
		CHECK_EQUAL(world_last_outer(world).from_si, 254);
		CHECK(world_client_sends(world, 0, &ack));
		CHECK_EQUAL(last_label(world), label);
		first = i == 0 ? label : first;
		different += label != first;
		world_clear(world);
	}
	if (different < FLOWS * 9 / 10)
		test_fail(__FILE__, __LINE__, "of %d flows only %u have another label than the first", FLOWS, different);
	world_free(world);
}

static void
each_bad_header_field_is_a_counted_drop(void)
{
	static const struct bad_field fields[] = {
		{"IPv4 by type", 12, 0x08, 0},
		{"IP version 4", IP_AT, 0x45, 0},
		{"payload beyond the frame", IP_AT + 4, 0x40, 0},
		{"payload within GRE", IP_AT + 5, 7, 0},
		{"payload within NSH", IP_AT + 5, 15, 0},
		{"not GRE", IP_AT + 6, IPPROTO_UDP, 0},
		{"a fragment header", IP_AT + 6, 44, 0},
		{"hop-by-hop options", IP_AT + 6, 0, 0},
		{"from a multicast group", IP_AT + 8, 0xff, 0},
		{"for somebody else", IP_AT + 39, 0x77, 0},
		{"GRE with a checksum", GRE_AT, 0xa0, 0},
		{"GRE without a key", GRE_AT, 0x00, 0},
		{"GRE of something else", GRE_AT + 2, 0x08, 0},
		{"another tenant", GRE_AT + 4, 0x77, 0},
		{"NSH longer than the packet", NSH_AT + 1, 0xff, 0},
		{"an IPv4 packet that NSH says is IPv6", NSH_AT + 3, 0x02, DROP(MALFORMED)},
		{"SI of no node", NSH_AT + 7, 0x11, DROP(UNKNOWN_POSITION)},
		{"inner length beyond the packet", INNER_AT + 2, 0x10, DROP(MALFORMED)},
	};
	struct world *world = world_outside_ipv6();

	check_bad_fields(world, fields, RTE_DIM(fields));
	world_free(world);
}

static void
headers_cut_anywhere_are_refused_without_reading_on(void)
{
	struct world *world = world_outside_ipv6();
	struct rte_mbuf *m = fabric_frame(world);
	uint32_t whole = rte_pktmbuf_data_len(m);
	struct dp_outer outer;

	for (uint32_t length = 0; length <= INNER_AT; length++) {
		uint8_t *cut = malloc(length + 1); /* so that sanitizers see who reads past it */

		CHECK(cut != NULL);
		memcpy(cut, rte_pktmbuf_mtod(m, void *), length);
		CHECK(!dp_outer_parse(cut, length, length, &outer));
		CHECK_EQUAL(dp_outer_parse(cut, length, whole, &outer), length == INNER_AT);
		free(cut);
	}
	rte_pktmbuf_free(m);
	world_free(world);
}

/* What tables know an IPv6 pod by has the size of an IPv4 address; it must not be one. */
static void
packet_of_the_other_family_is_malformed(void)
{
	struct world *outside6 = world_outside_ipv6(), *outside4;
	struct rte_mbuf *frame6 = fabric_frame(outside6), *frame4;

	desired_fabric_ipv6 = false;
	outside4 = world_new();
	frame4 = fabric_frame(outside4);
	rte_pktmbuf_mtod(frame4, struct dp_outer_hdr *)->ip.dst_addr =
		rte_cpu_to_be_32(dp_outer_key(frame_ip6(IP(172, 16, 0, 3))));
	world_inject(outside4, FIREWALL_1, GATEWAY_A, &frame6, 1);
	world_inject(outside6, FIREWALL_1, GATEWAY_A, &frame4, 1);
	CHECK_EQUAL(world_malformed(outside4, FIREWALL_1), 1);
	CHECK_EQUAL(world_malformed(outside6, FIREWALL_1), 1);
	world_free(outside4);
	world_free(outside6);
}

static void
check_refused(struct world *world, enum pod pod, struct desired *desired, const char *field)
{
	struct dp_error error = world_refuse(world, pod, desired);

	CHECK_EQUAL(error.code, CODE(INVALID_ARGUMENT));
	if (strcmp(error.field, field) != 0)
		test_fail(__FILE__, __LINE__, "refused for %s, not %s: %s", error.field, field, error.message);
	desired_free(desired);
}

static ProtobufCBinaryData
bytes_of(struct desired *desired, struct dp_ip6 address)
{
	ProtobufCBinaryData data = desired_prefix6(desired, 0, 24)->address;

	dp_ip6_write(data.data, address);
	return data;
}

static void
addresses_that_are_no_hosts_or_of_two_families_are_refused(void)
{
	struct world *world = world_outside_ipv6();
	struct desired *desired = world_desired(world, GATEWAY_A);

	desired->state.fabric->address = bytes_of(desired, (struct dp_ip6){.high = UINT64_C(0xff02) << 48, .low = 1});
	check_refused(world, GATEWAY_A, desired, "fabric.address");
	desired = world_desired(world, GATEWAY_A);
	desired->state.fabric->address.len = 15;
	check_refused(world, GATEWAY_A, desired, "fabric.address");
	desired = world_desired(world, GATEWAY_A);
	desired->state.pools[0]->backends[0]->address = bytes_of(desired, dp_ip6_mapped(IP(172, 16, 0, 1)));
	check_refused(world, GATEWAY_A, desired, "pools[0].backends[0].address");
	desired = world_desired(world, GATEWAY_A);
	desired->state.fabric->address.len = 4; /* but links to IPv6 ones */
	check_refused(world, GATEWAY_A, desired, "fabric.links");
	desired = world_desired(world, GATEWAY_A);
	desired->state.pools[2]->backends[0]->address.len = 4;
	check_refused(world, GATEWAY_A, desired, "views[0].nodes[1].pool");
	world_free(world);
}

static void
fabric_must_have_room_for_the_longer_header(void)
{
	struct world *world = world_outside_ipv6();
	struct desired *desired = world_desired(world, GATEWAY_A);

	desired->state.fabric->mtu = 1280 + 56;
	world_apply_message(world, GATEWAY_A, desired);
	desired->state.fabric->mtu--;
	check_refused(world, GATEWAY_A, desired, "fabric.mtu");
	world_free(world);
}

static int
compare_keys(const void *a, const void *b)
{
	uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;

	return (first > second) - (first < second);
}

static struct dp_ip6
scattered(uint64_t n)
{
	return (struct dp_ip6){.high = UINT64_C(0xfd00) << 48, .low = dp_hash_mix(n + 1, DP_HASH_SEED_A)};
}

/* Two addresses that tables can't tell apart: among 2^19 of them there are about 32 pairs. */
static void
find_alike(struct dp_ip6 *a, struct dp_ip6 *b)
{
	enum { TRIES = 1 << 19 };
	uint64_t *keys = malloc(TRIES * sizeof(*keys)); /* key, number */
	unsigned i = 1;

	CHECK(keys != NULL);
	for (uint64_t n = 0; n < TRIES; n++)
		keys[n] = (uint64_t)dp_outer_key(scattered(n)) << 32 | n;
	qsort(keys, TRIES, sizeof(*keys), compare_keys);
	while (i < TRIES && keys[i - 1] >> 32 != keys[i] >> 32)
		i++;
	CHECK(i < TRIES);
	*a = scattered((uint32_t)keys[i - 1]);
	*b = scattered((uint32_t)keys[i]);
	free(keys);
}

static void
pods_that_tables_could_not_tell_apart_are_refused(void)
{
	struct world *world = world_outside_ipv6();
	struct desired *desired = world_desired(world, GATEWAY_A);
	struct dp_ip6 a, b;

	find_alike(&a, &b);
	desired->state.pools[2]->backends[0]->address = bytes_of(desired, a);
	desired->state.pools[2]->backends[1]->address = bytes_of(desired, b);
	check_refused(world, GATEWAY_A, desired, "pools[2].backends");
	world_free(world);
}

TEST_MAIN(TEST(fabric_carries_ipv6_with_gre_and_nsh), TEST(flow_label_is_the_flows_and_tells_the_senders_position),
	TEST(each_bad_header_field_is_a_counted_drop), TEST(headers_cut_anywhere_are_refused_without_reading_on),
	TEST(packet_of_the_other_family_is_malformed), TEST(addresses_that_are_no_hosts_or_of_two_families_are_refused),
	TEST(fabric_must_have_room_for_the_longer_header), TEST(pods_that_tables_could_not_tell_apart_are_refused))
