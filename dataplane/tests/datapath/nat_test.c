/* SPDX-License-Identifier: Apache-2.0 */
/* The NAT in a chain: who is seen outside, who gets what comes back, and for how long. */
#include "lib/nat_world.h"

#define HOSTS 200
#define PORTS 4000
#define OTHER_SERVER IP(10, 2, 0, 3)
#define MF RTE_IPV4_HDR_MF_FLAG

static bool
same(struct nat_seen a, struct nat_seen b)
{
	return a.address == b.address && a.port == b.port;
}

static void
public_address_is_seen_outside_and_answers_reach_the_host(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct frame frames[] = {tcp_to_server(4000, 80, SYN), udp_to_server(CLIENT, 4000, 53), echo_request(77)};

	for (size_t i = 0; i < RTE_DIM(frames); i++) {
		struct nat_seen seen = nat_sends(world, &frames[i]);

		CHECK(seen.port >= 1024);
		CHECK(nat_answers(world, &frames[i], seen));
	}
	CHECK_EQUAL(nat_mappings(world), 3);
	nat_check_closed(world);
	world_free(world);
}

static void
port_is_one_outside_whoever_is_spoken_to(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct frame frame = udp_to_server(CLIENT, 4000, 53);
	struct nat_seen seen = nat_sends(world, &frame);

	for (unsigned i = 0; i < HOSTS; i++) {
		frame.destination = SERVER + 1 + i % 100;
		frame.destination_port = (uint16_t)(1 + i);
		CHECK(same(nat_sends(world, &frame), seen));
		CHECK(nat_answers(world, &frame, seen));
	}
	CHECK_EQUAL(nat_mappings(world), 1);
	world_free(world);
}

static void
host_keeps_to_one_address_and_parity_of_ports(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	uint32_t used = 0;

	for (unsigned h = 0; h < HOSTS / 4; h++) {
		uint32_t address = 0;

		for (uint16_t i = 0; i < 100; i++) {
			struct frame frame = udp_to_server(CLIENT + h, 4000 + i, 53);
			struct nat_seen seen = nat_sends(world, &frame);

			CHECK(address == 0 || seen.address == address);
			CHECK_EQUAL(seen.port & 1, i & 1);
			address = seen.address;
		}
		used |= 1u << (address - PUBLIC);
	}
	CHECK_EQUAL(used, (1 << PUBLIC_ADDRESSES) - 1);
	world_free(world);
}

static void
no_two_hosts_share_a_public_port_and_replicas_share_the_hosts(void)
{
	static uint8_t taken[PUBLIC_ADDRESSES][65536];
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct frame frame = udp_to_server(CLIENT, 4000, 53);

	memset(taken, 0, sizeof(taken));
	for (unsigned h = 0; h < HOSTS; h++)
		for (uint16_t port = 1; port <= 20; port++) {
			struct nat_seen seen;

			frame.source = CLIENT + h;
			frame.source_port = port;
			seen = nat_sends(world, &frame);
			CHECK(!taken[seen.address - PUBLIC][seen.port]);
			taken[seen.address - PUBLIC][seen.port] = 1;
		}
	CHECK_EQUAL(nat_mappings(world), HOSTS * 20);
	CHECK(world_tenant_count(world, NAT_1, 0).nat_mappings > HOSTS * 20 / 4);
	CHECK(world_tenant_count(world, NAT_2, 0).nat_mappings > HOSTS * 20 / 4);
	CHECK_EQUAL(world_tenant_count(world, NAT_1, 0).nat_blocks + world_tenant_count(world, NAT_2, 0).nat_blocks,
		126 * PUBLIC_ADDRESSES);
	world_free(world);
}

static void
nobody_outside_begins_a_flow(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct frame frame = udp_to_server(CLIENT, 4000, 53), ping = echo_request(77);
	struct nat_seen seen = nat_sends(world, &frame), pinged = nat_sends(world, &ping);
	struct frame strangers[] = {
		{.source = SERVER, .destination = PUBLIC, .protocol = IPPROTO_TCP, .source_port = 9, .destination_port = 22,
			.tcp_flags = SYN},
		{.source = SERVER, .destination = CLIENT, .protocol = IPPROTO_UDP, .source_port = 53, .destination_port = 4000},
		{.source = OTHER_SERVER, .destination = seen.address, .protocol = IPPROTO_UDP, .source_port = 53,
			.destination_port = seen.port},
		{.source = SERVER, .destination = seen.address, .protocol = IPPROTO_UDP, .source_port = 54,
			.destination_port = seen.port},
		{.source = SERVER, .destination = seen.address, .protocol = IPPROTO_TCP, .source_port = 53,
			.destination_port = seen.port, .tcp_flags = SYN},
		{.source = SERVER, .destination = pinged.address, .protocol = IPPROTO_ICMP,
			.icmp_type = RTE_IP_ICMP_ECHO_REQUEST, .source_port = pinged.port},
	};

	for (size_t i = 0; i < RTE_DIM(strangers); i++)
		CHECK(!world_server_sends(world, 0, &strangers[i]));
	CHECK_EQUAL(nat_drops(world, DROP(NO_MAPPING)), RTE_DIM(strangers));
	CHECK(nat_answers(world, &frame, seen));
	nat_check_closed(world);
	world_free(world);
}

static void
draw_open(struct desired *desired, view_t *view)
{
	nat_draw(desired, view, PUBLIC_LENGTH)->nat->accept_any_remote = true;
}

static void
any_remote_reaches_a_mapping_where_that_is_asked_for(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, draw_open);
	struct frame frame = udp_to_server(CLIENT, 4000, 53), from_other = frame;
	struct nat_seen seen = nat_sends(world, &frame);

	from_other.destination = OTHER_SERVER;
	CHECK(nat_answers(world, &from_other, seen));
	CHECK(same(nat_sends(world, &from_other), seen));
	world_free(world);
}

static void
way_back_is_found_by_a_gateway_that_never_saw_the_flow(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct nat_seen seen[HOSTS];

	for (unsigned h = 0; h < HOSTS; h++) {
		struct frame frame = udp_to_server(CLIENT + h, 4000, 53);

		seen[h] = nat_sends(world, &frame);
	}
	world_restart(world, GATEWAY_B);
	for (unsigned h = 0; h < HOSTS; h++) {
		struct frame frame = udp_to_server(CLIENT + h, 4000, 53);

		CHECK(nat_answers(world, &frame, seen[h]));
	}
	world_free(world);
}

static void
flip_to_another_view_keeps_every_mapping(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct nat_seen seen[HOSTS];

	for (unsigned h = 0; h < HOSTS; h++) {
		struct frame frame = tcp_to_server(PORTS + h, 80, SYN);

		seen[h] = nat_sends(world, &frame);
		CHECK(nat_answers(world, &frame, seen[h]));
	}
	world->views[1] = (struct world_view){.id = 2, .uid = "two", .share = 100, .graph = nat_chain};
	world->views[0].share = 0;
	world_apply(world);
	world->views[0].id = 0;
	world_apply(world);
	for (unsigned h = 0; h < HOSTS; h++) {
		struct frame frame = tcp_to_server(PORTS + h, 80, ACK);

		CHECK(nat_answers(world, &frame, seen[h]));
		CHECK(same(nat_sends(world, &frame), seen[h]));
	}
	CHECK_EQUAL(nat_mappings(world), HOSTS);
	world_free(world);
}

static void
addresses_can_be_added_without_moving_anybody(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain_of_one_address);
	struct frame frame = udp_to_server(CLIENT, 4000, 53);
	struct nat_seen seen = nat_sends(world, &frame);

	world->views[0] = (struct world_view){.id = 2, .uid = "two", .share = 100, .graph = nat_chain};
	world_apply(world);
	CHECK(same(nat_sends(world, &frame), seen));
	CHECK(nat_answers(world, &frame, seen));
	world_free(world);
}

static void
closed_connection_gives_its_port_back_and_open_one_keeps_it(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct frame idle = tcp_to_server(4000, 80, SYN), closed = tcp_to_server(4001, 80, SYN);
	struct nat_seen kept = nat_sends(world, &idle), given = nat_sends(world, &closed);

	CHECK(nat_answers(world, &idle, kept));
	CHECK(nat_answers(world, &closed, given));
	closed.tcp_flags = FIN | ACK;
	nat_sends(world, &closed);
	CHECK(nat_answers(world, &closed, given));
	CHECK_EQUAL(nat_mappings(world), 2);
	world_wait(world, 40000);
	CHECK_EQUAL(nat_mappings(world), 1);
	CHECK(!nat_answers(world, &closed, given));
	CHECK(nat_answers(world, &idle, kept));
	world_free(world);
}

static void
silent_mapping_is_forgotten(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct frame frame = udp_to_server(CLIENT, 4000, 53);

	nat_sends(world, &frame);
	world_wait(world, 50000);
	CHECK_EQUAL(nat_mappings(world), 1);
	world_wait(world, 20000);
	CHECK_EQUAL(nat_mappings(world), 0);
	world_free(world);
}

static void
other_protocols_and_ipv6_are_dropped_as_unsupported(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct frame frame = {.source = CLIENT, .destination = SERVER, .protocol = IPPROTO_SCTP, .source_port = 1,
		.destination_port = 2, .payload = 12};
	struct frame ipv6 = over_ipv6(udp_to_server(CLIENT, 4000, 53));

	world->ipv6 = true;
	world_apply(world);
	CHECK(!world_client_sends(world, 0, &frame));
	CHECK(!world_client_sends(world, 0, &ipv6));
	CHECK_EQUAL(nat_drops(world, DROP(UNSUPPORTED)), 2);
	CHECK_EQUAL(nat_mappings(world), 0);
	world_free(world);
}

TEST_MAIN(TEST(public_address_is_seen_outside_and_answers_reach_the_host),
	TEST(port_is_one_outside_whoever_is_spoken_to), TEST(host_keeps_to_one_address_and_parity_of_ports),
	TEST(no_two_hosts_share_a_public_port_and_replicas_share_the_hosts), TEST(nobody_outside_begins_a_flow),
	TEST(any_remote_reaches_a_mapping_where_that_is_asked_for),
	TEST(way_back_is_found_by_a_gateway_that_never_saw_the_flow), TEST(flip_to_another_view_keeps_every_mapping),
	TEST(addresses_can_be_added_without_moving_anybody), TEST(closed_connection_gives_its_port_back_and_open_one_keeps_it),
	TEST(silent_mapping_is_forgotten), TEST(other_protocols_and_ipv6_are_dropped_as_unsupported))
