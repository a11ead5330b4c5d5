/* SPDX-License-Identifier: Apache-2.0 */
/* Rewriting one end of a packet: what changes, and that every checksum that was right is right again. */
#include <rte_udp.h>

#include "lib/frame.h"
#include "lib/test.h"
#include "packet/translate.h"

#define A IP(10, 0, 0, 1)
#define B IP(203, 0, 113, 9)
#define PUBLIC IP(192, 0, 2, 7)
#define ROUTER IP(198, 51, 100, 1)
#define ROUNDS 20000
#define ICMP_HEADER 8

struct packet {
	uint8_t data[512];
	uint16_t length;
	struct dp_inner inner;
};

static struct rte_ipv4_hdr *
ip_of(struct packet *packet)
{
	return (void *)packet->data;
}

static void
sum_udp(struct packet *packet)
{
	struct rte_udp_hdr *udp = (void *)(ip_of(packet) + 1);

	udp->dgram_cksum = 0;
	udp->dgram_cksum = rte_ipv4_udptcp_cksum(ip_of(packet), udp);
}

static void
parse(struct packet *packet)
{
	CHECK(dp_inner_parse(packet->data, packet->length, packet->length, &packet->inner));
}

static struct packet
make(const struct frame *frame)
{
	struct packet packet = {.length = 0};

	packet.length = frame_write_ip(packet.data, frame);
	if (frame->protocol == IPPROTO_UDP && frame->fragment == 0)
		sum_udp(&packet);
	parse(&packet);
	return packet;
}

static void
translate(struct packet *packet, enum dp_end end, uint32_t address, uint16_t port)
{
	dp_translate(packet->data, packet->length, &packet->inner, end, (struct dp_endpoint){address, port});
}

static bool
is_right(struct packet *packet)
{
	struct rte_ipv4_hdr *ip = ip_of(packet);

	if (rte_raw_cksum(ip, sizeof(*ip)) != 0xffff)
		return false;
	if (ip->next_proto_id == IPPROTO_ICMP)
		return rte_raw_cksum(ip + 1, packet->length - sizeof(*ip)) == 0xffff;
	return rte_ipv4_udptcp_cksum_verify(ip, ip + 1) == 0;
}

/* That `inner` says what parsing the new bytes says. */
static void
check_followed(const struct packet *packet)
{
	struct packet again = *packet;

	parse(&again);
	CHECK(dp_flow_equals(&packet->inner.flow, &again.inner.flow));
	CHECK_EQUAL(packet->inner.side, again.inner.side);
	CHECK_EQUAL(packet->inner.source, again.inner.source);
	CHECK_EQUAL(packet->inner.destination, again.inner.destination);
	CHECK_EQUAL(packet->inner.source_port, again.inner.source_port);
	CHECK_EQUAL(packet->inner.destination_port, again.inner.destination_port);
}

static struct frame
random_frame(uint64_t *state)
{
	static const uint8_t protocols[] = {IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP};
	uint64_t random = test_random(state), addresses = test_random(state);

	return (struct frame){
		.source = (uint32_t)addresses,
		.destination = (uint32_t)(addresses >> 32),
		.protocol = protocols[random % 3],
		.source_port = (uint16_t)(random >> 16),
		.destination_port = (uint16_t)(random >> 32),
		.icmp_type = random & 0x100 ? RTE_IP_ICMP_ECHO_REQUEST : RTE_IP_ICMP_ECHO_REPLY,
		.payload = (uint16_t)(random >> 48) % 100,
	};
}

static void
either_end_can_change_and_every_checksum_stays_right(void)
{
	uint64_t state = 1;

	for (unsigned i = 0; i < ROUNDS; i++) {
		struct frame frame = random_frame(&state);
		struct packet packet = make(&frame);
		uint64_t to = test_random(&state);
		enum dp_end end = to >> 63 ? DP_END_SOURCE : DP_END_DESTINATION;
		struct dp_endpoint now;

		CHECK(is_right(&packet));
		translate(&packet, end, (uint32_t)to, (uint16_t)(to >> 32));
		CHECK(is_right(&packet));
		check_followed(&packet);
		now = dp_endpoint_of(&packet.inner, end);
		CHECK(now.address == (uint32_t)to && now.port == (uint16_t)(to >> 32));
	}
}

static void
there_and_back_gives_the_same_bytes(void)
{
	uint64_t state = 2;

	for (unsigned i = 0; i < ROUNDS; i++) {
		struct frame frame = random_frame(&state);
		struct packet packet = make(&frame), before = packet;
		uint16_t port = frame.source_port;

		translate(&packet, DP_END_SOURCE, PUBLIC, (uint16_t)test_random(&state));
		translate(&packet, DP_END_SOURCE, frame.source, port);
		CHECK(memcmp(packet.data, before.data, packet.length) == 0);
	}
}

static void
wrong_checksum_stays_wrong(void)
{
	static const uint8_t protocols[] = {IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP};

	for (size_t i = 0; i < RTE_DIM(protocols); i++) {
		struct frame frame = {.source = A, .destination = B, .protocol = protocols[i], .icmp_type = 8,
			.source_port = 4000, .destination_port = 53, .payload = 20};
		struct packet packet = make(&frame);

		packet.data[packet.length - 1] ^= 0x40;
		translate(&packet, DP_END_SOURCE, PUBLIC, 2000);
		CHECK(!is_right(&packet));
	}
}

static void
udp_without_a_checksum_gets_none_and_one_of_zero_is_sent_as_ones(void)
{
	struct frame frame = {.source = A, .destination = B, .protocol = IPPROTO_UDP, .source_port = 4000,
		.destination_port = 53, .payload = 20};
	struct packet packet = make(&frame);
	struct rte_udp_hdr *udp = (void *)(ip_of(&packet) + 1);
	unsigned ones = 0;

	for (uint32_t port = 1; port <= UINT16_MAX; port++) {
		translate(&packet, DP_END_SOURCE, PUBLIC, (uint16_t)port);
		CHECK(udp->dgram_cksum != 0);
		ones += udp->dgram_cksum == 0xffff;
	}
	CHECK_EQUAL(ones, 1);
	udp->dgram_cksum = 0;
	translate(&packet, DP_END_SOURCE, A, 4000);
	CHECK_EQUAL(udp->dgram_cksum, 0);
}

static void
later_fragment_changes_its_address_only(void)
{
	struct frame frame = {.source = A, .destination = B, .protocol = IPPROTO_UDP, .fragment = 100, .payload = 64};
	struct packet packet = make(&frame), before = packet;

	translate(&packet, DP_END_SOURCE, PUBLIC, 2000);
	CHECK_EQUAL(rte_raw_cksum(packet.data, sizeof(struct rte_ipv4_hdr)), 0xffff);
	CHECK_EQUAL(ip_of(&packet)->src_addr, rte_cpu_to_be_32(PUBLIC));
	CHECK(memcmp(packet.data + 20, before.data + 20, 64) == 0);
}

/* An error from a router about a whole packet of `frame`; `quoted` bytes of it. */
static struct packet
make_error(const struct frame *frame, uint16_t quoted)
{
	struct packet about = make(frame), packet = {.length = (uint16_t)(20 + ICMP_HEADER + quoted)};
	uint8_t *icmp = packet.data + 20;

	*ip_of(&packet) = (struct rte_ipv4_hdr){.version_ihl = RTE_IPV4_VHL_DEF, .time_to_live = 64,
		.total_length = rte_cpu_to_be_16(packet.length), .next_proto_id = IPPROTO_ICMP,
		.src_addr = rte_cpu_to_be_32(ROUTER), .dst_addr = rte_cpu_to_be_32(frame->source)};
	ip_of(&packet)->hdr_checksum = rte_ipv4_cksum(ip_of(&packet));
	icmp[0] = 11;
	memcpy(icmp + ICMP_HEADER, about.data, quoted);
	*(rte_be16_t *)(icmp + 2) = (rte_be16_t)~rte_raw_cksum(icmp, ICMP_HEADER + quoted);
	parse(&packet);
	CHECK_EQUAL(packet.inner.kind, DP_INNER_RELATED);
	return packet;
}

static void
icmp_error_follows_with_the_packet_it_quotes(void)
{
	static const uint8_t protocols[] = {IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP};

	for (size_t i = 0; i < RTE_DIM(protocols); i++) {
		struct frame sent = {.source = PUBLIC, .destination = B, .protocol = protocols[i], .icmp_type = 8,
			.source_port = 2000, .destination_port = 53, .payload = 40};
		struct frame inside = sent;
		struct packet packet = make_error(&sent, 20 + 40), expected;

		inside.source = A;
		inside.source_port = 4000;
		expected = make(&inside);
		translate(&packet, DP_END_DESTINATION, A, 4000);
		CHECK(is_right(&packet));
		check_followed(&packet);
		CHECK_EQUAL(ip_of(&packet)->dst_addr, rte_cpu_to_be_32(A));
		CHECK(memcmp(packet.data + 20 + ICMP_HEADER, expected.data, 20 + 40) == 0);
	}
}

static void
error_that_quotes_eight_bytes_is_written_no_further(void)
{
	struct frame sent = {.source = PUBLIC, .destination = B, .protocol = IPPROTO_TCP, .source_port = 2000,
		.destination_port = 53};
	struct packet packet = make_error(&sent, 20 + 8);

	memset(packet.data + packet.length, 0x77, 20);
	translate(&packet, DP_END_DESTINATION, A, 4000);
	CHECK(is_right(&packet));
	check_followed(&packet);
	for (unsigned i = 0; i < 20; i++)
		CHECK_EQUAL(packet.data[packet.length + i], 0x77);
}

static void
error_about_a_later_fragment_changes_addresses_only(void)
{
	struct frame sent = {.source = PUBLIC, .destination = B, .protocol = IPPROTO_UDP, .fragment = 100, .payload = 40};
	struct packet packet = make_error(&sent, 20 + 40);

	translate(&packet, DP_END_DESTINATION, A, 4000);
	CHECK(is_right(&packet));
	CHECK_EQUAL(packet.data[20 + ICMP_HEADER + 20], 0x5a);
	CHECK_EQUAL(packet.data[20 + ICMP_HEADER + 21], 0x5a);
}

TEST_MAIN(TEST(either_end_can_change_and_every_checksum_stays_right), TEST(there_and_back_gives_the_same_bytes),
	TEST(wrong_checksum_stays_wrong), TEST(udp_without_a_checksum_gets_none_and_one_of_zero_is_sent_as_ones),
	TEST(later_fragment_changes_its_address_only), TEST(icmp_error_follows_with_the_packet_it_quotes),
	TEST(error_that_quotes_eight_bytes_is_written_no_further), TEST(error_about_a_later_fragment_changes_addresses_only))
