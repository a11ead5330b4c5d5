/* SPDX-License-Identifier: Apache-2.0 */
/* A case is data: a packet, whether it is well formed, what is read from it. */
#include "lib/frame.h"
#include "lib/test.h"
#include "packet/inner.h"

#define A IP(10, 0, 0, 1)
#define B IP(10, 0, 0, 2)
#define FLOW_HASH_KNOWN 755071182 /* worked out apart from this code */

static struct dp_inner
parse(const struct frame *frame)
{
	uint8_t packet[512];
	uint16_t length = frame_write_ip(packet, frame);
	struct dp_inner inner;

	CHECK(dp_inner_parse(packet, length, length, &inner));
	return inner;
}

static uint32_t
hash_of(const struct frame *frame)
{
	struct dp_inner inner = parse(frame);

	return dp_flow_hash(&inner.flow);
}

static struct frame
turned(struct frame frame)
{
	struct frame back = frame;

	back.source = frame.destination;
	back.destination = frame.source;
	if (frame.protocol != IPPROTO_ICMP) {
		back.source_port = frame.destination_port;
		back.destination_port = frame.source_port;
	}
	return back;
}

static void
both_directions_are_one_flow_from_opposite_sides(void)
{
	static const struct frame frames[] = {
		{.source = A, .destination = B, .protocol = IPPROTO_TCP, .source_port = 4000, .destination_port = 80},
		{.source = B, .destination = A, .protocol = IPPROTO_UDP, .source_port = 53, .destination_port = 53},
		{.source = A, .destination = A, .protocol = IPPROTO_TCP, .source_port = 1, .destination_port = 2},
		{.source = A, .destination = B, .protocol = IPPROTO_SCTP, .source_port = 9, .destination_port = 1,
			.payload = 8},
		{.source = A, .destination = B, .protocol = IPPROTO_ICMP, .icmp_type = 8, .source_port = 77},
		{.source = A, .destination = B, .protocol = 89, .payload = 4},
		{.source = A, .destination = B, .protocol = IPPROTO_TCP, .source_port = 7, .fragment = 0x2000},
		{.source = A, .destination = B, .protocol = IPPROTO_UDP, .fragment = 33, .payload = 8},
	};

	for (size_t i = 0; i < RTE_DIM(frames); i++) {
		struct frame back = turned(frames[i]);
		struct dp_inner there = parse(&frames[i]), here = parse(&back);

		CHECK(dp_flow_equals(&there.flow, &here.flow));
		CHECK_EQUAL(dp_flow_hash(&there.flow), dp_flow_hash(&here.flow));
		CHECK(there.side != here.side);
		CHECK_EQUAL(there.flow.address[there.side], frames[i].source);
	}
}

static void
flows_that_differ_in_anything_hash_apart(void)
{
	struct frame frame = {.source = A, .destination = B, .protocol = IPPROTO_TCP, .source_port = 4000,
		.destination_port = 80};
	uint32_t base = hash_of(&frame);
	struct frame other = frame;

	other.source_port++;
	CHECK(hash_of(&other) != base);
	other = frame;
	other.source++;
	CHECK(hash_of(&other) != base);
	other = frame;
	other.protocol = IPPROTO_UDP;
	CHECK(hash_of(&other) != base);
}

/* Pods of different versions must agree, or flows would move during an upgrade. */
static void
flow_hash_never_changes(void)
{
	struct frame frame = {.source = A, .destination = B, .protocol = IPPROTO_TCP, .source_port = 4000,
		.destination_port = 80};

	CHECK_EQUAL(hash_of(&frame), FLOW_HASH_KNOWN);
}

static void
flow_hashes_are_spread_evenly(void)
{
	unsigned bins[16] = {0};

	for (uint32_t i = 0; i < 16000; i++) {
		struct frame frame = {.source = A + i / 1000, .destination = B, .protocol = IPPROTO_TCP,
			.source_port = (uint16_t)(1024 + i % 1000), .destination_port = 80};

		bins[dp_hash_scale(hash_of(&frame), 16)]++;
	}
	for (unsigned i = 0; i < 16; i++)
		CHECK(bins[i] > 850 && bins[i] < 1150);
}

static void
icmp_error_is_of_the_flow_it_quotes_and_from_the_other_side(void)
{
	struct frame quoted = {.source = A, .destination = B, .protocol = IPPROTO_UDP, .source_port = 5,
		.destination_port = 6};
	struct frame error = {.source = IP(9, 9, 9, 9), .destination = A, .protocol = IPPROTO_ICMP, .icmp_type = 11,
		.quoted = &quoted};
	struct dp_inner about = parse(&quoted), inner = parse(&error);

	CHECK_EQUAL(inner.kind, DP_INNER_RELATED);
	CHECK(dp_flow_equals(&inner.flow, &about.flow));
	CHECK(inner.side != about.side);
	quoted.source = B; /* not for whom the error is: no claim on that flow */
	inner = parse(&error);
	CHECK_EQUAL(inner.kind, DP_INNER_WHOLE);
	CHECK_EQUAL(inner.flow.protocol, IPPROTO_ICMP);
}

static void
first_fragment_is_of_its_flow_and_later_ones_name_their_datagram(void)
{
	struct frame whole = {.source = A, .destination = B, .protocol = IPPROTO_TCP, .source_port = 7, .id = 99};
	struct frame frame = whole;
	struct dp_inner inner, about = parse(&whole);

	frame.fragment = 0x2000;
	inner = parse(&frame);
	CHECK_EQUAL(inner.kind, DP_INNER_FIRST_FRAGMENT);
	CHECK(!inner.unresolved);
	CHECK(dp_flow_equals(&inner.flow, &about.flow));
	CHECK_EQUAL(inner.fragment.id, 99);
	frame.fragment = 0x2000 | 5;
	frame.payload = 8;
	inner = parse(&frame);
	CHECK_EQUAL(inner.kind, DP_INNER_LATER_FRAGMENT);
	CHECK(inner.unresolved);
	CHECK_EQUAL(inner.fragment.source, A);
	CHECK_EQUAL(inner.fragment.destination, B);
	CHECK_EQUAL(inner.fragment.id, 99);
	CHECK_EQUAL(inner.fragment.protocol, IPPROTO_TCP);
}

static void
error_about_a_later_fragment_names_the_datagram(void)
{
	struct frame quoted = {.source = A, .destination = B, .protocol = IPPROTO_UDP, .id = 5, .fragment = 20, .payload = 8};
	struct frame error = {.source = B, .destination = A, .protocol = IPPROTO_ICMP, .icmp_type = 11, .quoted = &quoted};
	struct dp_inner inner = parse(&error);

	CHECK_EQUAL(inner.kind, DP_INNER_RELATED);
	CHECK(inner.unresolved);
	CHECK_EQUAL(inner.fragment.source, A);
	CHECK_EQUAL(inner.fragment.id, 5);
}

struct spoiled {
	const char *what;
	uint8_t protocol;
	unsigned offset;
	uint8_t value;
};

static void
malformed_packets_are_refused(void)
{
	static const struct spoiled cases[] = {
		{"version 5", IPPROTO_TCP, 0, 0x55},
		{"header of 16 bytes", IPPROTO_TCP, 0, 0x44},
		{"header longer than the packet", IPPROTO_UDP, 0, 0x4f},
		{"length beyond the data", IPPROTO_TCP, 2, 1},
		{"length within the header", IPPROTO_TCP, 3, 19},
		{"TCP cut short", IPPROTO_TCP, 3, 39},
		{"UDP cut short", IPPROTO_UDP, 3, 27},
		{"ICMP cut short", IPPROTO_ICMP, 3, 27},
		{"TCP header of 16 bytes", IPPROTO_TCP, 32, 0x40},
		{"TCP fragment over the flags", IPPROTO_TCP, 7, 1},
	};

	for (size_t i = 0; i < RTE_DIM(cases); i++) {
		struct frame frame = {.source = A, .destination = B, .protocol = cases[i].protocol, .icmp_type = 8};
		uint8_t packet[512];
		uint16_t length = frame_write_ip(packet, &frame);
		struct dp_inner inner;

		packet[cases[i].offset] = cases[i].value;
		if (dp_inner_parse(packet, length, length, &inner))
			test_fail(__FILE__, __LINE__, "taken: %s", cases[i].what);
	}
}

static void
packet_cut_anywhere_is_refused(void)
{
	struct frame frame = {.source = A, .destination = B, .protocol = IPPROTO_TCP, .payload = 10};
	uint8_t packet[512];
	uint16_t length = frame_write_ip(packet, &frame);
	struct dp_inner inner;

	for (uint16_t cut = 0; cut < length; cut++)
		CHECK(!dp_inner_parse(packet, cut, cut, &inner));
	CHECK(dp_inner_parse(packet, length, length, &inner));
	CHECK(dp_inner_parse(packet, 40, length, &inner)); /* payload in a further segment */
	CHECK(!dp_inner_parse(packet, 39, length, &inner));
}

TEST_MAIN(TEST(both_directions_are_one_flow_from_opposite_sides), TEST(flows_that_differ_in_anything_hash_apart),
	TEST(flow_hash_never_changes), TEST(flow_hashes_are_spread_evenly),
	TEST(icmp_error_is_of_the_flow_it_quotes_and_from_the_other_side), TEST(first_fragment_is_of_its_flow_and_later_ones_name_their_datagram),
	TEST(error_about_a_later_fragment_names_the_datagram),
	TEST(malformed_packets_are_refused), TEST(packet_cut_anywhere_is_refused))
