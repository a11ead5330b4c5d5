/* SPDX-License-Identifier: Apache-2.0 */
/* What has no port of its own: ICMP errors and fragments go through a NAT with the flow they are about. */
#include "lib/nat_world.h"

#define MF RTE_IPV4_HDR_MF_FLAG
#define ROUTER IP(10, 2, 0, 254)
#define HOSTS 40

/* The frame as the server saw it. */
static struct frame
outside_of(struct frame frame, struct nat_seen seen)
{
	frame.source = seen.address;
	frame.source_port = seen.port;
	return frame;
}

static struct frame
error_about(const struct frame *quoted, uint32_t from, uint8_t type)
{
	return (struct frame){.source = from, .destination = quoted->source, .protocol = IPPROTO_ICMP, .icmp_type = type,
		.quoted = quoted};
}

static void
error_from_outside_reaches_the_host_and_quotes_its_own_packet(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct frame frames[] = {tcp_to_server(4000, 80, SYN), udp_to_server(CLIENT, 4000, 53), echo_request(77)};

	for (size_t i = 0; i < RTE_DIM(frames); i++) {
		struct frame outside = outside_of(frames[i], nat_sends(world, &frames[i]));
		struct frame error = error_about(&outside, ROUTER, 11);
		struct dp_inner inner;

		CHECK(world_server_sends(world, 0, &error));
		inner = nat_last(world, GATEWAY_A);
		CHECK_EQUAL(inner.kind, DP_INNER_RELATED);
		CHECK_EQUAL(inner.source, ROUTER);
		CHECK_EQUAL(inner.destination, CLIENT);
		CHECK_EQUAL(inner.flow.address[!inner.side], CLIENT);
		CHECK_EQUAL(inner.flow.port[!inner.side], frames[i].source_port);
		CHECK_EQUAL(inner.flow.address[inner.side], SERVER);
	}
	nat_check_closed(world);
	world_free(world);
}

static void
error_from_inside_hides_the_host(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct frame frame = udp_to_server(CLIENT, 4000, 53), answer, error;
	struct nat_seen seen = nat_sends(world, &frame);
	struct dp_inner inner;

	answer = (struct frame){.source = SERVER, .destination = CLIENT, .protocol = IPPROTO_UDP, .source_port = 53,
		.destination_port = 4000, .payload = 20};
	error = error_about(&answer, CLIENT, 3);
	CHECK(world_client_sends(world, 0, &error));
	inner = nat_last(world, GATEWAY_B);
	CHECK_EQUAL(inner.source, seen.address);
	CHECK_EQUAL(inner.destination, SERVER);
	CHECK_EQUAL(inner.flow.address[inner.side], seen.address);
	CHECK_EQUAL(inner.flow.port[inner.side], seen.port);
	world_free(world);
}

static void
error_about_nobodys_packet_is_dropped(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct frame frame = udp_to_server(CLIENT, 4000, 53), stranger = frame, error;
	struct nat_seen seen = nat_sends(world, &frame);

	stranger.source = seen.address;
	stranger.source_port = seen.port ^ 2;
	error = error_about(&stranger, ROUTER, 3);
	CHECK(!world_server_sends(world, 0, &error));
	stranger = outside_of(frame, seen);
	stranger.destination = SERVER + 1; /* the host has not sent there */
	error = error_about(&stranger, ROUTER, 3);
	CHECK(!world_server_sends(world, 0, &error));
	CHECK_EQUAL(nat_drops(world, DROP(NO_MAPPING)), 2);
	CHECK_EQUAL(nat_mappings(world), 1);
	world_free(world);
}

/* Of the datagram `id`; `last` is a later fragment. */
static struct frame
fragment_of(struct frame frame, uint16_t id, bool last)
{
	frame.id = id;
	frame.fragment = last ? 13 : MF;
	frame.payload = last ? 40 : 96;
	return frame;
}

static void
fragments_go_out_and_come_in_with_their_first(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);

	for (uint16_t h = 0; h < HOSTS; h++) {
		struct frame frame = udp_to_server(CLIENT + h, 4000, 53), answer;
		struct frame first = fragment_of(frame, h, false), last = fragment_of(frame, h, true);
		struct nat_seen seen = nat_sends(world, &first);

		CHECK(world_client_sends(world, 0, &last));
		CHECK_EQUAL(nat_last(world, GATEWAY_B).source, seen.address);
		answer = nat_answer_to(&frame, seen);
		first = fragment_of(answer, h, false);
		last = fragment_of(answer, h, true);
		CHECK(world_server_sends(world, 0, &first));
		CHECK(world_server_sends(world, 0, &last));
		CHECK_EQUAL(nat_last(world, GATEWAY_A).destination, CLIENT + h);
		world_clear(world);
	}
	nat_check_closed(world);
	world_free(world);
}

static void
early_fragment_waits_and_is_translated_behind_its_first(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct frame frame = udp_to_server(CLIENT, 4000, 53);
	struct frame first = fragment_of(frame, 7, false), last = fragment_of(frame, 7, true);

	CHECK(!world_client_sends(world, 0, &last));
	CHECK(!world_client_sends(world, 0, &first)); /* both come */
	CHECK_EQUAL(world->n_delivered[GATEWAY_B][0], 2);
	CHECK(nat_is_public(nat_last(world, GATEWAY_B).source));
	CHECK_EQUAL(nat_last(world, GATEWAY_B).kind, DP_INNER_LATER_FRAGMENT);
	world_free(world);
}

static void
error_about_a_later_fragment_reaches_the_host(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct frame frame = udp_to_server(CLIENT, 4000, 53), outside, error;
	struct frame first = fragment_of(frame, 7, false), last = fragment_of(frame, 7, true);
	struct nat_seen seen = nat_sends(world, &first);
	struct dp_inner inner;

	CHECK(world_client_sends(world, 0, &last));
	outside = outside_of(last, seen);
	error = error_about(&outside, ROUTER, 11);
	CHECK(world_server_sends(world, 0, &error));
	inner = nat_last(world, GATEWAY_A);
	CHECK_EQUAL(inner.destination, CLIENT);
	CHECK_EQUAL(inner.flow.address[!inner.side], CLIENT);
	world_free(world);
}

static void
packet_too_big_for_the_far_side_is_answered_with_the_hosts_own_packet(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct frame small = udp_to_server(CLIENT, 4000, 53), big = small;
	struct dp_inner inner;

	world->edge_mtu[GATEWAY_B] = 600;
	world_apply(world);
	nat_sends(world, &small);
	big.payload = 700;
	big.fragment = RTE_IPV4_HDR_DF_FLAG;
	CHECK(!world_client_sends(world, 0, &big));
	inner = nat_last(world, GATEWAY_A);
	CHECK_EQUAL(inner.icmp_type, 3);
	CHECK_EQUAL(inner.source, SERVER_ROUTER);
	CHECK_EQUAL(inner.destination, CLIENT);
	CHECK_EQUAL(inner.flow.address[!inner.side], CLIENT);
	CHECK_EQUAL(inner.flow.port[!inner.side], 4000);
	nat_check_closed(world);
	world_free(world);
}

TEST_MAIN(TEST(error_from_outside_reaches_the_host_and_quotes_its_own_packet), TEST(error_from_inside_hides_the_host),
	TEST(error_about_nobodys_packet_is_dropped), TEST(fragments_go_out_and_come_in_with_their_first),
	TEST(early_fragment_waits_and_is_translated_behind_its_first), TEST(error_about_a_later_fragment_reaches_the_host),
	TEST(packet_too_big_for_the_far_side_is_answered_with_the_hosts_own_packet))
