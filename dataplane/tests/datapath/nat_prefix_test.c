/* SPDX-License-Identifier: Apache-2.0 */
/* IPv6 through a NAT between gateways: hosts are seen by the external prefix, and need no mapping to be found. */
#include <netinet/icmp6.h>

#include "lib/nat_world.h"
#include "lib/refusal.h"

#define FLOWS 40
#define MF RTE_IPV4_HDR_MF_FLAG

static void
chain_of_ipv6_only(struct desired *desired, view_t *view)
{
	node_t *nat = nat_draw(desired, view, PUBLIC_LENGTH);

	nat->nat->n_public_prefixes = 0;
	desired_prefix_translation(desired, nat, INTERNAL, EXTERNAL, 48);
}

static struct world *
new_world(void (*graph)(struct desired *desired, view_t *view))
{
	struct world *world = world_new_of(DP_ROLE_NAT, graph);

	world->ipv6 = true;
	world_apply(world);
	return world;
}

/* The last packet that came to a host; its checksum is checked. */
static struct dp_inner
last(const struct world *world, enum pod gateway)
{
	struct rte_mbuf *m = world_last(world, gateway, 0);
	const struct rte_ipv6_hdr *ip = rte_pktmbuf_mtod_offset(m, const void *, sizeof(struct rte_ether_hdr));
	uint32_t size = rte_pktmbuf_data_len(m) - (uint32_t)sizeof(struct rte_ether_hdr);
	struct dp_inner inner;

	CHECK(dp_inner_parse((const uint8_t *)ip, size, size, &inner));
	if (inner.kind == DP_INNER_WHOLE || inner.kind == DP_INNER_RELATED)
		CHECK_EQUAL(rte_ipv6_udptcp_cksum_verify(ip, (const uint8_t *)ip + inner.header_length), 0);
	return inner;
}

/* From the server, to the host as the server sees it. */
static struct frame
to_outside(struct frame frame, uint32_t host)
{
	frame.destination6 = nat_outside_ip6(host);
	return frame;
}

static void
hosts_are_seen_by_the_external_prefix_and_both_directions_meet_one_replica(void)
{
	struct world *world = new_world(chain_of_ipv6_only);

	for (uint16_t i = 0; i < FLOWS; i++) {
		struct frame syn = over_ipv6(tcp_to_server(4000 + i, 80, SYN));
		struct frame answer = to_outside(over_ipv6(tcp_to_client(4000 + i, 80, SYN | ACK)), CLIENT);
		unsigned first = world->seen[NAT_1], second = world->seen[NAT_2];

		CHECK(world_client_sends(world, 0, &syn));
		CHECK(dp_ip6_equals(last(world, GATEWAY_B).source6, nat_outside_ip6(CLIENT)));
		CHECK(world_server_sends(world, 0, &answer));
		CHECK(dp_ip6_equals(last(world, GATEWAY_A).destination6, frame_ip6(CLIENT)));
		first = world->seen[NAT_1] - first;
		second = world->seen[NAT_2] - second;
		CHECK((first == 2 && second == 0) || (first == 0 && second == 2));
	}
	CHECK(world->seen[NAT_1] > 0 && world->seen[NAT_2] > 0);
	nat_check_closed(world);
	world_free(world);
}

static void
server_finds_a_host_that_has_never_sent(void)
{
	struct world *world = new_world(chain_of_ipv6_only);
	struct frame request = over_ipv6(echo_request(7));

	request.source = SERVER;
	request = to_outside(request, CLIENT);
	CHECK(world_server_sends(world, 0, &request));
	CHECK(dp_ip6_equals(last(world, GATEWAY_A).destination6, frame_ip6(CLIENT)));
	world_free(world);
}

static void
replica_that_has_died_is_not_missed(void)
{
	struct world *world = new_world(chain_of_ipv6_only);

	for (uint16_t i = 0; i < FLOWS; i++) {
		struct frame syn = over_ipv6(tcp_to_server(4000 + i, 80, SYN));

		CHECK(world_client_sends(world, 0, &syn));
	}
	world->absent[NAT_1] = true;
	world_apply(world);
	for (uint16_t i = 0; i < FLOWS; i++) {
		struct frame answer = to_outside(over_ipv6(tcp_to_client(4000 + i, 80, SYN | ACK)), CLIENT);

		CHECK(world_server_sends(world, 0, &answer));
	}
	nat_check_closed(world);
	world_free(world);
}

static void
errors_quote_the_packet_as_their_reader_knows_it(void)
{
	struct world *world = new_world(chain_of_ipv6_only);
	struct frame sent = over_ipv6(udp_to_server(CLIENT, 4000, 53)), seen = sent, error;
	struct dp_inner inner;

	CHECK(world_client_sends(world, 0, &sent));
	seen.source6 = nat_outside_ip6(CLIENT);
	error = (struct frame){.ipv6 = true, .source = IP(10, 2, 0, 254), .destination6 = nat_outside_ip6(CLIENT),
		.protocol = IPPROTO_ICMPV6, .icmp_type = ICMP6_PACKET_TOO_BIG, .quoted = &seen};
	CHECK(world_server_sends(world, 0, &error));
	inner = last(world, GATEWAY_A);
	CHECK_EQUAL(inner.kind, DP_INNER_RELATED);
	CHECK(dp_ip6_equals(inner.flow.ends[!inner.side], frame_ip6(CLIENT)));
	nat_check_closed(world);
	world_free(world);
}

static void
packet_too_big_for_the_far_side_is_answered_with_the_hosts_own_packet(void)
{
	struct world *world = new_world(chain_of_ipv6_only);
	struct frame small = over_ipv6(udp_to_server(CLIENT, 4000, 53)), big = small;
	struct dp_inner inner;

	world->edge_mtu[GATEWAY_B] = 1280;
	world_apply(world);
	CHECK(world_client_sends(world, 0, &small));
	big.payload = 1300;
	CHECK(!world_client_sends(world, 0, &big));
	inner = last(world, GATEWAY_A);
	CHECK_EQUAL(inner.icmp_type, ICMP6_PACKET_TOO_BIG);
	CHECK(dp_ip6_equals(inner.destination6, frame_ip6(CLIENT)));
	CHECK(dp_ip6_equals(inner.flow.ends[!inner.side], frame_ip6(CLIENT)));
	nat_check_closed(world);
	world_free(world);
}

static void
fragments_go_out_and_come_in_with_their_first(void)
{
	struct world *world = new_world(chain_of_ipv6_only);

	for (uint16_t i = 0; i < FLOWS; i++) {
		struct frame first = over_ipv6(udp_to_server(CLIENT, 4000 + i, 53)), last_one;

		first.id = i;
		first.fragment = MF;
		first.payload = 96;
		last_one = first;
		last_one.fragment = 13;
		CHECK(world_client_sends(world, 0, &first));
		CHECK(world_client_sends(world, 0, &last_one));
		CHECK_EQUAL(last(world, GATEWAY_B).kind, DP_INNER_LATER_FRAGMENT);
		CHECK(dp_ip6_equals(last(world, GATEWAY_B).source6, nat_outside_ip6(CLIENT)));
	}
	nat_check_closed(world);
	world_free(world);
}

static void
address_outside_all_prefixes_is_dropped_and_counted(void)
{
	struct world *world = new_world(chain_of_ipv6_only);
	struct frame to_inside = over_ipv6(tcp_to_client(4000, 80, SYN));

	CHECK(!world_server_sends(world, 0, &to_inside)); /* not by its external address */
	CHECK_EQUAL(nat_drops(world, DROP(UNMAPPABLE)), 1);
	nat_check_closed(world);
	world_free(world);
}

static void
families_are_translated_each_as_configured(void)
{
	struct frame syn = tcp_to_server(4000, 80, SYN), syn6 = over_ipv6(syn);
	struct world *world = new_world(chain_of_ipv6_only);

	CHECK(!world_client_sends(world, 0, &syn));
	CHECK(world_client_sends(world, 0, &syn6));
	CHECK_EQUAL(nat_drops(world, DROP(UNSUPPORTED)), 1);
	CHECK_EQUAL(nat_mappings(world), 0);
	world_free(world);
	world = new_world(nat_chain_of_both_families);
	nat_sends(world, &syn);
	CHECK(world_client_sends(world, 0, &syn6));
	CHECK(dp_ip6_equals(last(world, GATEWAY_B).source6, nat_outside_ip6(CLIENT)));
	world_free(world);
	world = new_world(nat_chain);
	CHECK(!world_client_sends(world, 0, &syn6));
	CHECK_EQUAL(nat_drops(world, DROP(UNSUPPORTED)), 1);
	world_free(world);
}

static prefix_translation_t *first_of(struct desired *d) { return d->state.views[0]->nodes[1]->nat->prefix_translations[0]; }
static void shorter(struct desired *d) { first_of(d)->external->length = 47; }
static void too_long(struct desired *d) { first_of(d)->internal->length = first_of(d)->external->length = 65; }
static void empty(struct desired *d) { first_of(d)->internal->length = first_of(d)->external->length = 0; }
static void missing(struct desired *d) { first_of(d)->internal = NULL; }
static void ipv4(struct desired *d) { first_of(d)->internal = desired_prefix(d, CLIENT, 24); }
static void none(struct desired *d) { d->state.views[0]->nodes[1]->nat->n_prefix_translations = 0; }
static void same_internal(struct desired *d)
{
	desired_prefix_translation(d, d->state.views[0]->nodes[1], INTERNAL, frame_ip6(0), 40);
}
static void too_many(struct desired *d)
{
	for (uint64_t i = 1; i <= DP_NPT_MAX; i++)
		desired_prefix_translation(d, d->state.views[0]->nodes[1], (struct dp_ip6){.high = i << 48},
			(struct dp_ip6){.high = i << 52}, 16);
}

static void
wrong_prefixes_are_refused_by_name(void)
{
	static const struct refusal refusals[] = {
		{shorter, CODE(INVALID_ARGUMENT), "views[0].nodes[1].nat.prefix_translations[0].external", 1},
		{too_long, CODE(INVALID_ARGUMENT), "views[0].nodes[1].nat.prefix_translations[0].internal", 1},
		{empty, CODE(INVALID_ARGUMENT), "views[0].nodes[1].nat.prefix_translations[0].internal", 1},
		{missing, CODE(INVALID_ARGUMENT), "views[0].nodes[1].nat.prefix_translations[0].internal", 1},
		{ipv4, CODE(UNSUPPORTED), "views[0].nodes[1].nat.prefix_translations[0].internal", 1},
		{none, CODE(INVALID_ARGUMENT), "views[0].nodes[1].nat.public_prefixes", 1},
		{same_internal, CODE(INVALID_ARGUMENT), "views[0].nodes[1].nat.prefix_translations[1].internal", 1},
		{too_many, CODE(LIMIT_EXCEEDED), "views[0].nodes[1].nat.prefix_translations", 1},
	};
	struct world *world = new_world(chain_of_ipv6_only);

	for (enum pod pod = GATEWAY_A; pod <= NAT_1; pod++)
		check_refusals(world, pod, refusals, RTE_DIM(refusals));
	world_free(world);
}

TEST_MAIN(TEST(hosts_are_seen_by_the_external_prefix_and_both_directions_meet_one_replica),
	TEST(server_finds_a_host_that_has_never_sent), TEST(replica_that_has_died_is_not_missed),
	TEST(errors_quote_the_packet_as_their_reader_knows_it),
	TEST(packet_too_big_for_the_far_side_is_answered_with_the_hosts_own_packet),
	TEST(fragments_go_out_and_come_in_with_their_first), TEST(address_outside_all_prefixes_is_dropped_and_counted),
	TEST(families_are_translated_each_as_configured), TEST(wrong_prefixes_are_refused_by_name))
