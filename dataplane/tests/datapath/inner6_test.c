/* SPDX-License-Identifier: Apache-2.0 */
/* Tenants' IPv6 packets, as they should be and as they come. */
#include <netinet/icmp6.h>

#include "flow/flow_table.h"
#include "flow/fragments.h"
#include "lib/frame.h"
#include "lib/test.h"
#include "packet/inner.h"

#define A IP(10, 0, 0, 1)
#define B IP(10, 0, 0, 2)
#define MF RTE_IPV4_HDR_MF_FLAG

static struct frame
frame_of(uint8_t protocol)
{
	return (struct frame){.ipv6 = true, .source = A, .destination = B, .protocol = protocol, .source_port = 4000,
		.destination_port = 80, .icmp_type = ICMP6_ECHO_REQUEST};
}

static struct dp_inner
parse(const struct frame *frame)
{
	uint8_t packet[512];
	uint16_t length = frame_write_ip(packet, frame);
	struct dp_inner inner;

	CHECK(dp_inner_parse(packet, length, length, &inner));
	CHECK(inner.ipv6);
	CHECK_EQUAL(inner.length, length);
	return inner;
}

static bool
is_refused(const struct frame *frame)
{
	uint8_t packet[512];
	uint16_t length = frame_write_ip(packet, frame);
	struct dp_inner inner;

	return !dp_inner_parse(packet, length, length, &inner);
}

static void
both_directions_are_one_flow_from_opposite_sides(void)
{
	static const uint8_t protocols[] = {IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP, IPPROTO_ICMPV6, IPPROTO_ESP, IPPROTO_AH};

	for (size_t i = 0; i < RTE_DIM(protocols); i++) {
		struct frame there = frame_of(protocols[i]), back = there;
		struct dp_inner a, b;

		there.payload = back.payload = 16;
		back.source = B;
		back.destination = A;
		if (protocols[i] != IPPROTO_ICMPV6) {
			back.source_port = there.destination_port;
			back.destination_port = there.source_port;
		}
		a = parse(&there);
		b = parse(&back);
		CHECK(dp_flow_equals(&a.flow, &b.flow));
		CHECK_EQUAL(dp_flow_hash(&a.flow), dp_flow_hash(&b.flow));
		CHECK(a.side != b.side);
		CHECK(dp_ip6_equals(a.flow.ends[a.side], frame_ip6(A)));
		CHECK(dp_ip6_equals(a.source6, frame_ip6(A)) && dp_ip6_equals(a.destination6, frame_ip6(B)));
	}
}

static void
no_ipv6_packet_is_of_an_ipv4_flow(void)
{
	struct frame frame = frame_of(IPPROTO_TCP);
	struct dp_inner ipv6 = parse(&frame), ipv4;
	struct dp_flow flow;
	uint8_t packet[512];
	uint16_t length;

	frame.ipv6 = false;
	length = frame_write_ip(packet, &frame);
	CHECK(dp_inner_parse(packet, length, length, &ipv4));
	flow = ipv6.flow; /* even one whose addresses fold to those of an IPv4 flow */
	memcpy(flow.address, ipv4.flow.address, sizeof(flow.address));
	memcpy(flow.port, ipv4.flow.port, sizeof(flow.port));
	CHECK(!dp_flow_equals(&flow, &ipv4.flow) && !dp_flow_equals(&ipv4.flow, &flow));
	CHECK_EQUAL(ipv6.source, 0);
	CHECK_EQUAL(ipv6.destination, 0);
}

static void
extension_headers_are_passed_over_up_to_a_bound(void)
{
	struct frame frame = frame_of(IPPROTO_UDP);
	struct dp_inner plain = parse(&frame), inner;
	static const uint8_t kinds[] = {IPPROTO_HOPOPTS, IPPROTO_DSTOPTS, IPPROTO_ROUTING};

	frame.payload = 8;
	for (unsigned n = 1; n <= DP_IPV6_EXTENSIONS_MAX; n++) {
		frame.n_extensions = (uint8_t)n;
		frame.extensions[n - 1] = kinds[(n - 1) % 3];
		inner = parse(&frame);
		CHECK(dp_flow_equals(&inner.flow, &plain.flow));
		CHECK_EQUAL(inner.header_length, 40 + 8 * n);
		CHECK_EQUAL(inner.kind, DP_INNER_WHOLE);
	}
	frame.n_extensions++;
	frame.extensions[frame.n_extensions - 1] = IPPROTO_DSTOPTS;
	CHECK(is_refused(&frame));
}

static void
fragments_name_their_datagram_and_only_the_first_has_ports(void)
{
	struct frame frame = frame_of(IPPROTO_UDP);
	struct dp_inner whole = parse(&frame), inner;

	frame.id = 0x12345678;
	frame.fragment = MF;
	inner = parse(&frame);
	CHECK_EQUAL(inner.kind, DP_INNER_FIRST_FRAGMENT);
	CHECK(!inner.unresolved && dp_flow_equals(&inner.flow, &whole.flow));
	frame.fragment = 100;
	frame.payload = 32;
	whole = inner;
	inner = parse(&frame);
	CHECK_EQUAL(inner.kind, DP_INNER_LATER_FRAGMENT);
	CHECK(inner.unresolved);
	CHECK_EQUAL(inner.fragment.id, 0x12345678);
	CHECK(memcmp(&inner.fragment, &whole.fragment, sizeof(inner.fragment)) == 0);
	frame.protocol = IPPROTO_TCP; /* over the flags of the header */
	frame.fragment = 1;
	CHECK(is_refused(&frame));
}

static void
atomic_fragment_is_a_whole_packet(void)
{
	struct frame frame = frame_of(IPPROTO_UDP);
	struct dp_inner plain = parse(&frame), inner;

	frame.atomic = true;
	inner = parse(&frame);
	CHECK_EQUAL(inner.kind, DP_INNER_WHOLE);
	CHECK(dp_flow_equals(&inner.flow, &plain.flow));
}

static void
icmp_error_is_of_the_flow_it_quotes_and_from_the_other_side(void)
{
	struct frame quoted = frame_of(IPPROTO_UDP);
	struct frame error = {.ipv6 = true, .source = IP(9, 9, 9, 9), .destination = A, .protocol = IPPROTO_ICMPV6,
		.icmp_type = ICMP6_PACKET_TOO_BIG, .quoted = &quoted};
	struct dp_inner about = parse(&quoted), inner = parse(&error);

	CHECK_EQUAL(inner.kind, DP_INNER_RELATED);
	CHECK(dp_flow_equals(&inner.flow, &about.flow));
	CHECK(inner.side != about.side);
	quoted.n_extensions = 1;
	quoted.extensions[0] = IPPROTO_DSTOPTS;
	inner = parse(&error);
	CHECK(dp_flow_equals(&inner.flow, &about.flow));
	quoted.n_extensions = 0;
	quoted.fragment = 7;
	quoted.id = 5;
	inner = parse(&error);
	CHECK_EQUAL(inner.kind, DP_INNER_RELATED);
	CHECK(inner.unresolved);
	CHECK_EQUAL(inner.fragment.id, 5);
	quoted.source = B; /* not for whom the error is: no claim on that flow */
	inner = parse(&error);
	CHECK_EQUAL(inner.kind, DP_INNER_WHOLE);
}

static void
malformed_packets_are_refused(void)
{
	static const struct {
		const char *what;
		unsigned offset;
		uint8_t value;
	} cases[] = {
		{"version 5", 0, 0x50},
		{"length beyond the data", 4, 1},
		{"UDP cut short", 5, 8 + 8 + 7},
		{"hop-by-hop options beyond the packet", 41, 40},
		{"routing header of type 0", 50, 0},
		{"no room for an extension header", 5, 7},
		{"jumbogram", 5, 0},
	};

	for (size_t i = 0; i < RTE_DIM(cases); i++) {
		struct frame frame = frame_of(IPPROTO_UDP);
		uint8_t packet[512];
		struct dp_inner inner;
		uint16_t length;

		frame.n_extensions = 2;
		frame.extensions[0] = IPPROTO_HOPOPTS;
		frame.extensions[1] = IPPROTO_ROUTING;
		length = frame_write_ip(packet, &frame);
		CHECK(dp_inner_parse(packet, length, length, &inner));
		packet[cases[i].offset] = cases[i].value;
		if (dp_inner_parse(packet, length, length, &inner))
			test_fail(__FILE__, __LINE__, "taken: %s", cases[i].what);
	}
}

static void
second_fragment_header_is_refused(void)
{
	struct frame frame = frame_of(IPPROTO_UDP);
	uint8_t packet[512];
	struct dp_inner inner;
	uint16_t length;

	frame.atomic = true;
	frame.n_extensions = 1;
	frame.extensions[0] = IPPROTO_DSTOPTS;
	length = frame_write_ip(packet, &frame);
	CHECK(dp_inner_parse(packet, length, length, &inner));
	memcpy(packet + 40, packet + 48, 8);
	packet[6] = packet[40] = IPPROTO_FRAGMENT;
	CHECK(!dp_inner_parse(packet, length, length, &inner));
}

static void
packet_cut_anywhere_is_refused(void)
{
	struct frame frame = frame_of(IPPROTO_TCP);
	struct dp_inner inner;
	uint16_t length;

	frame.n_extensions = 3;
	frame.extensions[1] = IPPROTO_DSTOPTS;
	frame.extensions[2] = IPPROTO_ROUTING;
	frame.fragment = MF;
	for (uint16_t cut = 0;; cut++) {
		uint8_t packet[512], *exact;
		bool taken;

		length = frame_write_ip(packet, &frame);
		exact = malloc(cut + 1u); /* so that a sanitizer sees a read beyond */
		CHECK(exact != NULL);
		memcpy(exact, packet, cut);
		taken = dp_inner_parse(exact, cut, length, &inner);
		CHECK(taken == (cut >= length));
		free(exact);
		if (cut == length)
			break;
	}
}

/* Addresses are folded to 32 bits for the hash; two flows alike in all but the rest of an address are two flows. */
static void
flows_with_equal_keys_are_told_apart_by_their_addresses(void)
{
	struct dp_flow_table table;
	struct frame frame = frame_of(IPPROTO_TCP);
	struct dp_flow one = parse(&frame).flow, other = one;
	struct dp_flow_entry *entry;
	struct dp_flow back;

	CHECK(dp_flow_table_init(&table, 16, 1));
	other.ends[0].high++;
	entry = dp_flow_table_add(&table, 7, 1, &one, DP_FLOW_TCP_OPENING, 0);
	CHECK(entry != NULL);
	CHECK(dp_flow_table_find(&table, 7, 1, &one, 0) == entry);
	CHECK(dp_flow_table_find(&table, 7, 1, &other, 0) == NULL);
	CHECK(dp_flow_table_hash(&table, 1, &one) != dp_flow_table_hash(&table, 1, &other));
	back = dp_flow_of_entry(&table, entry);
	CHECK(dp_flow_equals(&back, &one));
	dp_flow_table_fini(&table);
}

TEST_MAIN(TEST(both_directions_are_one_flow_from_opposite_sides), TEST(no_ipv6_packet_is_of_an_ipv4_flow),
	TEST(extension_headers_are_passed_over_up_to_a_bound), TEST(fragments_name_their_datagram_and_only_the_first_has_ports),
	TEST(atomic_fragment_is_a_whole_packet), TEST(icmp_error_is_of_the_flow_it_quotes_and_from_the_other_side),
	TEST(malformed_packets_are_refused), TEST(second_fragment_header_is_refused), TEST(packet_cut_anywhere_is_refused),
	TEST(flows_with_equal_keys_are_told_apart_by_their_addresses))
