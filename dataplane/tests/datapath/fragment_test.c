/* SPDX-License-Identifier: Apache-2.0 */
/* Datagrams in fragments, in any order, through the replica their flow has. */
#include "lib/world.h"

#define MF RTE_IPV4_HDR_MF_FLAG
#define FLOWS 60

static struct frame
first_fragment(struct frame whole, uint16_t id)
{
	whole.id = id;
	whole.fragment = MF;
	whole.payload = 100;
	return whole;
}

static struct frame
later_fragment(struct frame whole, uint16_t id, uint16_t offset)
{
	whole.id = id;
	whole.fragment = offset;
	whole.payload = 64;
	return whole;
}

static void
check_closed(const struct world *world)
{
	struct world_counts counts = world_count(world, 0, "one");

	CHECK_EQUAL(counts.injected, counts.left + counts.dropped);
	CHECK_EQUAL(counts.injected_bytes, counts.left_bytes + counts.dropped_bytes);
}

static unsigned
dropped_as_fragment(const struct world *world, const char *node)
{
	unsigned n = 0;

	for (enum pod pod = 0; pod < PODS; pod++)
		n += (unsigned)world_drops(world, pod, 0, "one", node, DROP(FRAGMENT));
	return n;
}

static void
fragments_take_the_replica_of_their_flows_whole_packets_both_ways(void)
{
	struct world *world = world_new();

	for (uint16_t i = 0; i < FLOWS; i++) {
		struct frame syn = tcp_to_server(4000 + i, 80, SYN), data = tcp_to_server(4000 + i, 80, ACK),
			     answer = tcp_to_client(4000 + i, 80, ACK);
		struct frame frames[] = {first_fragment(data, i), later_fragment(data, i, 15)};
		struct frame answers[] = {first_fragment(answer, i), later_fragment(answer, i, 15)};
		unsigned first;
		bool on_first;

		world_clear(world);
		first = world->seen[FIREWALL_1];
		CHECK(world_client_sends(world, 0, &syn));
		on_first = world->seen[FIREWALL_1] > first;
		for (unsigned f = 0; f < 2; f++) {
			CHECK(world_client_sends(world, 0, &frames[f]));
			CHECK(world_server_sends(world, 0, &answers[f]));
		}
		CHECK_EQUAL(world->seen[FIREWALL_1], first + (on_first ? 5u : 0u));
	}
	check_closed(world);
	world_free(world);
}

static void
fragments_that_come_before_the_first_wait_for_it_and_follow_it(void)
{
	struct world *world = world_new();
	struct frame whole = tcp_to_server(4000, 80, SYN);
	struct frame first = first_fragment(whole, 7), middle = later_fragment(whole, 7, 15 | MF),
		     last = later_fragment(whole, 7, 23);

	CHECK(!world_client_sends(world, 0, &last));
	CHECK(!world_client_sends(world, 0, &middle));
	CHECK_EQUAL(world_count(world, 0, "one").injected, 0);
	world_client_sends(world, 0, &first);
	CHECK_EQUAL(world->n_delivered[GATEWAY_B][0], 3);
	for (unsigned i = 0; i < 3; i++) {
		const struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(world->delivered[GATEWAY_B][0][i],
			const struct rte_ipv4_hdr *, 14);
		const uint16_t order[] = {MF, 23, 15 | MF};

		CHECK_EQUAL(rte_be_to_cpu_16(ip->fragment_offset), order[i]);
	}
	CHECK_EQUAL(world_count(world, 0, "one").injected, 3);
	check_closed(world);
	world_free(world);
}

/* All orders of four fragments, in one burst and one by one. */
static void
every_order_of_arrival_delivers_the_datagram(void)
{
	static const uint16_t offsets[4] = {MF, 15 | MF, 23 | MF, 31};
	struct world *world = world_new();
	uint16_t id = 0;

	for (unsigned code = 0; code < 256; code++) {
		unsigned order[4] = {code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6};
		struct rte_mbuf *pkts[4];

		if ((1u << order[0] | 1u << order[1] | 1u << order[2] | 1u << order[3]) != 15)
			continue;
		for (unsigned together = 0; together < 2; together++) {
			id++;
			for (unsigned i = 0; i < 4; i++) {
				struct frame whole = tcp_to_server((uint16_t)(4000 + id), 80, SYN);
				struct frame frame = order[i] == 0 ? first_fragment(whole, id)
					: later_fragment(whole, id, offsets[order[i]]);

				pkts[i] = frame_make(&world_host_mac, &world_router_mac, &frame);
			}
			if (together)
				world_inject(world, GATEWAY_A, EDGE_PORT(0), pkts, 4);
			for (unsigned i = 0; i < 4 && !together; i++)
				world_inject(world, GATEWAY_A, EDGE_PORT(0), &pkts[i], 1);
			CHECK_EQUAL(world->n_delivered[GATEWAY_B][0], 4);
			world_clear(world);
		}
	}
	check_closed(world);
	world_free(world);
}

static void
fragments_without_a_first_are_dropped_after_a_second(void)
{
	struct world *world = world_new();
	struct frame whole = tcp_to_server(4000, 80, SYN), first = first_fragment(whole, 7),
		     later = later_fragment(whole, 7, 15);

	CHECK(!world_client_sends(world, 0, &later));
	world_wait(world, 900);
	CHECK_EQUAL(world_tenant_drops(world, GATEWAY_A, 0, DROP(FRAGMENT)), 0);
	world_wait(world, 400);
	CHECK_EQUAL(world_tenant_drops(world, GATEWAY_A, 0, DROP(FRAGMENT)), 1);
	CHECK(world_client_sends(world, 0, &first));
	CHECK(world_client_sends(world, 0, &later));
	world_free(world);
}

/* A flood of fragments that wait costs a bounded number of packets, and the other tenant nothing. */
static void
fragments_that_wait_are_bounded(void)
{
	struct world *world = world_new();
	struct frame whole = tcp_to_server(4000, 80, SYN), first = first_fragment(whole, 7),
		     later = later_fragment(whole, 7, 15);

	for (uint16_t id = 1000; id < 2000; id++) {
		struct frame orphan = later_fragment(whole, id, 15);

		world_client_sends(world, 0, &orphan);
	}
	CHECK_EQUAL(world_tenant_drops(world, GATEWAY_A, 0, DROP(FRAGMENT)), 1000 - 128);
	CHECK(!world_client_sends(world, 1, &later));
	world_client_sends(world, 1, &first);
	CHECK_EQUAL(world->n_delivered[GATEWAY_B][1], 2);
	for (unsigned i = 0; i < 20; i++) { /* of one datagram */
		later.id = 9;
		world_client_sends(world, 1, &later);
	}
	CHECK_EQUAL(world_tenant_drops(world, GATEWAY_A, 1, DROP(FRAGMENT)), 20 - 8);
	world_wait(world, 2000);
	CHECK_EQUAL(world_tenant_drops(world, GATEWAY_A, 0, DROP(FRAGMENT)), 1000);
	world_free(world);
}

static void
fragments_of_a_denied_datagram_do_not_pass(void)
{
	struct world *world = world_new();
	struct frame denied = tcp_to_server(4000, 81, SYN), first = first_fragment(denied, 7),
		     later = later_fragment(denied, 7, 15);

	CHECK(!world_client_sends(world, 0, &later));
	CHECK(!world_client_sends(world, 0, &first));
	CHECK(!world_client_sends(world, 0, &later));
	CHECK_EQUAL(world->n_delivered[GATEWAY_B][0], 0);
	CHECK_EQUAL(world_count(world, 0, "one").dropped, 3);
	CHECK_EQUAL(dropped_as_fragment(world, "firewall"), 0);
	check_closed(world);
	world_free(world);
}

/* Two datagrams of two flows between the same hosts never mix. */
static void
fragments_follow_their_own_datagram(void)
{
	struct world *world = world_new();
	struct frame allowed = tcp_to_server(4000, 80, SYN), denied = tcp_to_server(4000, 81, SYN);
	struct frame frames[] = {first_fragment(allowed, 1), first_fragment(denied, 2), later_fragment(allowed, 1, 15),
		later_fragment(denied, 2, 15)};

	CHECK(world_client_sends(world, 0, &frames[0]));
	CHECK(!world_client_sends(world, 0, &frames[1]));
	CHECK(world_client_sends(world, 0, &frames[2]));
	CHECK(!world_client_sends(world, 0, &frames[3]));
	world_free(world);
}

static void
identification_in_use_again_belongs_to_the_new_flow(void)
{
	struct world *world = world_new();
	struct frame allowed = tcp_to_server(4000, 80, SYN), denied = tcp_to_server(4000, 81, SYN);
	struct frame old = first_fragment(denied, 1), first = first_fragment(allowed, 1),
		     later = later_fragment(allowed, 1, 15);

	CHECK(!world_client_sends(world, 0, &old));
	CHECK(world_client_sends(world, 0, &first));
	CHECK(world_client_sends(world, 0, &later));
	world_wait(world, 3000);
	CHECK(!world_client_sends(world, 0, &later)); /* waits: what was known is too old */
	world_client_sends(world, 0, &first);
	CHECK_EQUAL(world->n_delivered[GATEWAY_B][0], 4);
	world_free(world);
}

static void
errors_about_a_later_fragment_go_with_its_flow(void)
{
	struct world *world = world_new();
	struct frame whole = tcp_to_server(4000, 80, SYN), first = first_fragment(whole, 7),
		     later = later_fragment(whole, 7, 15);
	struct frame error = {.source = SERVER, .destination = CLIENT, .protocol = IPPROTO_ICMP, .icmp_type = 11,
		.quoted = &later};
	struct frame unknown = later_fragment(whole, 8, 15);

	CHECK(world_client_sends(world, 0, &first));
	CHECK(world_client_sends(world, 0, &later));
	CHECK(world_server_sends(world, 0, &error));
	CHECK_EQUAL(world_rule(world, 0, "one", "web"), 3);
	error.quoted = &unknown;
	world_server_sends(world, 0, &error);
	CHECK_EQUAL(world_rule(world, 0, "one", "web"), 3);
	world_free(world);
}

/* More fragments wait, in one pod, than one burst has room for in its output. */
static void
none_is_lost_when_many_are_released_at_once(void)
{
	struct world *world = world_new();
	struct frame ping = echo_request(1);
	struct rte_mbuf *pkts[16];

	CHECK(world_client_sends(world, 0, &ping)); /* the server's MAC is known */
	world_clear(world);
	for (uint16_t id = 0; id < 16; id++) {
		struct frame whole = tcp_to_server(4000 + id, 80, SYN);
		struct frame first = first_fragment(whole, id);

		for (uint16_t i = 0; i < 8; i++) {
			struct frame later = later_fragment(whole, id, (uint16_t)(15 + 8 * i));

			CHECK(!world_client_sends(world, 0, &later));
		}
		pkts[id] = frame_make(&world_host_mac, &world_router_mac, &first);
	}
	world_inject(world, GATEWAY_A, EDGE_PORT(0), pkts, 16);
	world_wait(world, 50);
	CHECK_EQUAL(world->n_delivered[GATEWAY_B][0], 16 * 9);
	check_closed(world);
	world_free(world);
}

static void
fragments_that_wait_are_freed_with_their_tenant(void)
{
	struct world *world = world_new();
	struct frame later = later_fragment(tcp_to_server(4000, 80, SYN), 7, 15);

	CHECK(!world_client_sends(world, 1, &later));
	world->n_tenants = 1;
	world_apply(world);
	world_free(world);
}

TEST_MAIN(TEST(fragments_take_the_replica_of_their_flows_whole_packets_both_ways),
	TEST(fragments_that_come_before_the_first_wait_for_it_and_follow_it),
	TEST(every_order_of_arrival_delivers_the_datagram), TEST(fragments_without_a_first_are_dropped_after_a_second),
	TEST(fragments_that_wait_are_bounded), TEST(fragments_of_a_denied_datagram_do_not_pass),
	TEST(fragments_follow_their_own_datagram), TEST(identification_in_use_again_belongs_to_the_new_flow),
	TEST(errors_about_a_later_fragment_go_with_its_flow), TEST(none_is_lost_when_many_are_released_at_once),
	TEST(fragments_that_wait_are_freed_with_their_tenant))
