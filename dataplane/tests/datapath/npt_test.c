/* SPDX-License-Identifier: Apache-2.0 */
/* Network prefix translation: who becomes whom, and that no checksum notices. */
#include <netinet/icmp6.h>

#include "lib/frame.h"
#include "lib/test.h"
#include "packet/npt.h"

#define ROUNDS 20000
#define ICMP_HEADER 8
#define HOST(h, l) ((struct dp_ip6){UINT64_C(h), UINT64_C(l)})
#define INTERNAL HOST(0xfd01020304050000, 0)
#define EXTERNAL HOST(0x20010db800010000, 0)
#define SERVER6 HOST(0x2001067c00010002, 0x80)
#define ROUTER6 HOST(0x2001067c00090000, 1)

static struct dp_npt
npt_of(struct dp_ip6 internal, struct dp_ip6 external, unsigned length)
{
	return (struct dp_npt){.n = 1, .prefixes = {dp_npt_prefix_make(internal, external, length)}};
}

static uint16_t
sum_of(struct dp_ip6 address)
{
	uint8_t wire[DP_IP6_SIZE];

	dp_ip6_write(wire, address);
	return rte_raw_cksum(wire, sizeof(wire));
}

static void
check_pair(const struct dp_npt *npt, struct dp_ip6 inside, struct dp_ip6 outside)
{
	struct dp_ip6 address = inside;

	CHECK(dp_npt_map(npt, DP_NPT_OUT, &address));
	CHECK_EQUAL(address.high, outside.high);
	CHECK_EQUAL(address.low, outside.low);
	CHECK(dp_npt_map(npt, DP_NPT_IN, &address));
	CHECK(dp_ip6_equals(address, inside));
}

/* Section 3.6 of RFC 6296, with its erratum 3033. */
static void
addresses_of_the_rfcs_example_are_mapped_as_it_says(void)
{
	struct dp_npt npt = npt_of(INTERNAL, EXTERNAL, 48);

	CHECK_EQUAL(npt.prefixes[0].adjustment, 0xd54f);
	check_pair(&npt, HOST(0xfd01020304050001, 0x1234), HOST(0x20010db80001d550, 0x1234));
}

static void
longer_prefixes_change_the_first_word_of_the_identifier_that_can_take_it(void)
{
	struct dp_npt npt = npt_of(HOST(0xfd01020304050001, 0), HOST(0x20010db800010001, 0), 64);

	check_pair(&npt, HOST(0xfd01020304050001, 0x1234), HOST(0x20010db800010001, 0xd54f000000001234));
	check_pair(&npt, HOST(0xfd01020304050001, 0xffff000100000001), HOST(0x20010db800010001, 0xffffd55000000001));
	check_pair(&npt, HOST(0xfd01020304050001, 0xfffffffffffffffe), HOST(0x20010db800010001, 0xffffffffffffd54e));
}

static void
any_address_comes_back_as_itself_and_sums_to_the_same(void)
{
	uint64_t seed = 1, lost = 0;

	for (unsigned i = 0; i < ROUNDS; i++) {
		unsigned length = 1 + (unsigned)(test_random(&seed) % DP_NPT_LENGTH_MAX);
		struct dp_npt npt = npt_of(HOST(0, 0), HOST(0, 0), length);
		struct dp_ip6 inside, outside;

		npt.prefixes[0] = dp_npt_prefix_make((struct dp_ip6){.high = test_random(&seed)},
			(struct dp_ip6){.high = test_random(&seed)}, length);
		inside = (struct dp_ip6){.low = test_random(&seed)};
		inside.high = npt.prefixes[0].internal.address.high
			| (test_random(&seed) & ~npt.prefixes[0].internal.mask.high);
		outside = inside;
		if (!dp_npt_map(&npt, DP_NPT_OUT, &outside)) {
			lost++;
			continue;
		}
		CHECK(dp_prefix6_holds(&npt.prefixes[0].external, outside));
		CHECK_EQUAL(sum_of(outside) % 0xffff, sum_of(inside) % 0xffff);
		check_pair(&npt, inside, outside);
	}
	CHECK(lost < ROUNDS / 1000); /* one subnet in 65536 has no counterpart */
}

static void
address_without_a_counterpart_is_refused(void)
{
	static const struct dp_ip6 nobody[] = {HOST(0xfd0102030405ffff, 1), HOST(0xfd01020304060001, 1)};
	static const struct dp_ip6 identifiers[] = {HOST(0xfd01020304050001, 0), HOST(0xfd01020304050001, 0xffffffffffffffff),
		HOST(0xfd01020304050001, 0x2ab0000000000000)}; /* would become zero */
	struct dp_npt subnet = npt_of(INTERNAL, EXTERNAL, 48), identifier = npt_of(INTERNAL, EXTERNAL, 49);

	for (size_t i = 0; i < RTE_DIM(nobody); i++) {
		struct dp_ip6 address = nobody[i];

		CHECK(!dp_npt_map(&subnet, DP_NPT_OUT, &address));
		CHECK(dp_ip6_equals(address, nobody[i]));
	}
	for (size_t i = 0; i < RTE_DIM(identifiers); i++) {
		struct dp_ip6 address = identifiers[i];

		CHECK(!dp_npt_map(&identifier, DP_NPT_OUT, &address));
	}
}

struct packet {
	uint8_t data[512];
	uint16_t length;
	struct dp_inner inner;
};

static struct packet
make(const struct frame *frame)
{
	struct packet packet = {.length = frame_write_ip(packet.data, frame)};

	CHECK(dp_inner_parse(packet.data, packet.length, packet.length, &packet.inner));
	return packet;
}

/* What dp_npt_translate() says of the packet is what it is now. */
static void
check_inner(const struct packet *packet)
{
	struct dp_inner now;

	CHECK(dp_inner_parse(packet->data, packet->length, packet->length, &now));
	CHECK(dp_ip6_equals(now.source6, packet->inner.source6));
	CHECK(dp_ip6_equals(now.destination6, packet->inner.destination6));
	CHECK(dp_flow_equals(&now.flow, &packet->inner.flow));
	CHECK_EQUAL(now.side, packet->inner.side);
	CHECK_EQUAL(now.kind, packet->inner.kind);
}

static bool
transport_sum_holds(const struct packet *packet)
{
	const struct rte_ipv6_hdr *ip = (const void *)packet->data;

	return rte_ipv6_udptcp_cksum_verify(ip, packet->data + packet->inner.header_length) == 0;
}

static void
packets_of_any_protocol_keep_their_checksum_and_all_other_bytes(void)
{
	static const uint8_t protocols[] = {IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMPV6};
	struct dp_npt npt = npt_of(INTERNAL, EXTERNAL, 48);
	uint64_t seed = 7;

	for (unsigned i = 0; i < ROUNDS; i++) {
		struct dp_ip6 inside = {.high = INTERNAL.high | (test_random(&seed) & 0x7fff), .low = test_random(&seed)};
		struct frame frame = {.ipv6 = true, .source6 = inside, .destination6 = SERVER6, .protocol = protocols[i % 3],
			.source_port = (uint16_t)test_random(&seed), .destination_port = 80, .icmp_type = ICMP6_ECHO_REQUEST,
			.payload = (uint16_t)(test_random(&seed) % 200)};
		struct packet before = make(&frame), packet = before;
		struct dp_ip6 outside = inside;

		CHECK(transport_sum_holds(&packet));
		CHECK(dp_npt_map(&npt, DP_NPT_OUT, &outside));
		CHECK(dp_npt_translate(&npt, DP_NPT_OUT, packet.data, packet.length, &packet.inner));
		CHECK(dp_ip6_equals(packet.inner.source6, outside));
		check_inner(&packet);
		CHECK(transport_sum_holds(&packet));
		CHECK(memcmp(packet.data, before.data, 8) == 0);
		CHECK(memcmp(packet.data + 24, before.data + 24, before.length - 24u) == 0);
	}
}

static void
error_quotes_the_packet_as_its_reader_knows_it(void)
{
	struct dp_npt npt = npt_of(INTERNAL, EXTERNAL, 48);
	struct dp_ip6 inside = HOST(0xfd01020304050001, 0x1234), outside = HOST(0x20010db80001d550, 0x1234);
	struct frame sent = {.ipv6 = true, .source6 = outside, .destination6 = SERVER6, .protocol = IPPROTO_UDP,
		.source_port = 4000, .destination_port = 53, .payload = 40};
	struct frame error = {.ipv6 = true, .source6 = ROUTER6, .destination6 = outside, .protocol = IPPROTO_ICMPV6,
		.icmp_type = ICMP6_PACKET_TOO_BIG, .quoted = &sent};
	struct packet packet = make(&error);
	const struct rte_ipv6_hdr *quoted = (const void *)(packet.data + 40 + ICMP_HEADER);

	CHECK_EQUAL(packet.inner.kind, DP_INNER_RELATED);
	CHECK(dp_npt_translate(&npt, DP_NPT_IN, packet.data, packet.length, &packet.inner));
	CHECK(dp_ip6_equals(dp_ip6_read((const uint8_t *)&quoted->src_addr), inside));
	CHECK(dp_ip6_equals(packet.inner.destination6, inside));
	CHECK(transport_sum_holds(&packet));
	check_inner(&packet);
}

static void
error_of_a_router_inside_that_has_no_counterpart_still_tells_of_the_host(void)
{
	struct dp_npt npt = npt_of(INTERNAL, EXTERNAL, 48);
	struct dp_ip6 inside = HOST(0xfd01020304050001, 0x1234), outside = HOST(0x20010db80001d550, 0x1234);
	struct frame answer = {.ipv6 = true, .source6 = SERVER6, .destination6 = inside, .protocol = IPPROTO_UDP,
		.source_port = 53, .destination_port = 4000, .payload = 40};
	struct frame error = {.ipv6 = true, .source6 = ROUTER6, .destination6 = SERVER6, .protocol = IPPROTO_ICMPV6,
		.icmp_type = ICMP6_PACKET_TOO_BIG, .quoted = &answer};
	struct packet packet = make(&error);
	const struct rte_ipv6_hdr *quoted = (const void *)(packet.data + 40 + ICMP_HEADER);

	CHECK(dp_npt_translate(&npt, DP_NPT_OUT, packet.data, packet.length, &packet.inner));
	CHECK(dp_ip6_equals(dp_ip6_read((const uint8_t *)&quoted->dst_addr), outside));
	CHECK(dp_ip6_equals(packet.inner.source6, ROUTER6));
	CHECK(transport_sum_holds(&packet));
	check_inner(&packet);
	error.icmp_type = ICMP6_ECHO_REQUEST; /* no error: nobody's */
	packet = make(&error);
	CHECK(!dp_npt_translate(&npt, DP_NPT_OUT, packet.data, packet.length, &packet.inner));
}

static void
later_fragment_of_icmp_is_no_error_whatever_its_bytes(void)
{
	struct dp_npt npt = npt_of(INTERNAL, EXTERNAL, 48);
	struct frame frame = {.ipv6 = true, .source6 = HOST(0xfd01020304050001, 0x1234), .destination6 = SERVER6,
		.protocol = IPPROTO_ICMPV6, .fragment = 13, .payload = 100};
	struct packet before = make(&frame), packet = before;

	CHECK_EQUAL(packet.inner.kind, DP_INNER_LATER_FRAGMENT);
	CHECK(dp_npt_translate(&npt, DP_NPT_OUT, packet.data, packet.length, &packet.inner));
	CHECK(memcmp(packet.data + 24, before.data + 24, before.length - 24u) == 0);
}

TEST_MAIN(TEST(addresses_of_the_rfcs_example_are_mapped_as_it_says),
	TEST(longer_prefixes_change_the_first_word_of_the_identifier_that_can_take_it),
	TEST(any_address_comes_back_as_itself_and_sums_to_the_same), TEST(address_without_a_counterpart_is_refused),
	TEST(packets_of_any_protocol_keep_their_checksum_and_all_other_bytes),
	TEST(error_quotes_the_packet_as_its_reader_knows_it),
	TEST(error_of_a_router_inside_that_has_no_counterpart_still_tells_of_the_host),
	TEST(later_fragment_of_icmp_is_no_error_whatever_its_bytes))
