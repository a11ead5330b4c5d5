/* SPDX-License-Identifier: Apache-2.0 */
/* The mirror: originals at the hosts, copies at the collector. */
#include "lib/mirror_world.h"
#include "lib/refusal.h"

#define FLOWS 10000
#define SNAP 64

static void
cut_short(struct desired *desired, view_t *view)
{
	mirror_chain(desired, view)->mirror->snap_length = SNAP;
}

static void
of_some_flows(struct desired *desired, view_t *view)
{
	mirror_chain(desired, view)->mirror->percent = 30;
}

static void
of_the_web(struct desired *desired, view_t *view)
{
	node_t *mirror = mirror_chain(desired, view);

	for (size_t i = 0; i < mirror->n_forward; i++)
		if (strcmp(mirror->forward[i]->to, "tap") == 0)
			desired_match(desired, mirror->forward[i])->destination_ports = desired_ports(desired, 80, 80);
}

static void
copies_of_both_directions_come_to_the_tap_as_the_hosts_sent_them(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, mirror_everything);
	struct frame request = echo_request(1), reply = echo_reply(1);
	const struct rte_ether_hdr *ether;
	uint8_t sent[2048];
	uint16_t length;

	CHECK(world_client_sends(world, 0, &request));
	CHECK_EQUAL(mirror_copies(world), 1);
	length = frame_write_ip(sent, &request);
	ether = rte_pktmbuf_mtod(world_last(world, GATEWAY_B, SPARE), const struct rte_ether_hdr *);
	CHECK(rte_is_same_ether_addr(&ether->dst_addr, &world_host_mac));
	CHECK_EQUAL(rte_pktmbuf_pkt_len(world_last(world, GATEWAY_B, SPARE)), sizeof(*ether) + length);
	CHECK(memcmp(ether + 1, sent, length) == 0);
	CHECK(world_server_sends(world, 0, &reply));
	CHECK_EQUAL(mirror_copies(world), 2);
	length = frame_write_ip(sent, &reply);
	ether = rte_pktmbuf_mtod(world_last(world, GATEWAY_B, SPARE), const struct rte_ether_hdr *);
	CHECK(memcmp(ether + 1, sent, length) == 0);
	CHECK_EQUAL(world_count(world, 0, "one").copied, 2);
	CHECK_EQUAL(world_edge(world, 0, "one", "mirror", "tap", FORWARD), 2);
	mirror_sums_close(world);
	world_free(world);
}

static void
snap_length_cuts_copies_and_no_original(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, cut_short);
	struct frame ping = echo_request(1);
	struct world_counts counts;

	ping.payload = 1000;
	CHECK(world_client_sends(world, 0, &ping));
	CHECK_EQUAL(rte_pktmbuf_pkt_len(world_last(world, GATEWAY_B, SPARE)), sizeof(struct rte_ether_hdr) + SNAP);
	CHECK_EQUAL(rte_pktmbuf_pkt_len(world_last(world, GATEWAY_B, 0)), sizeof(struct rte_ether_hdr) + 28 + 1000);
	counts = world_count(world, 0, "one");
	CHECK_EQUAL(counts.copied_bytes, SNAP);
	mirror_sums_close(world);
	world_free(world);
}

static void
copy_that_is_longer_than_the_tap_carries_is_cut(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, mirror_everything);
	struct frame ping = echo_request(1);

	world->edge_mtu[GATEWAY_B] = 1000;
	world_apply(world);
	ping.payload = 1400;
	ping.fragment = RTE_IPV4_HDR_MF_FLAG; /* may not be fragmented further here: the server never gets it */
	world_client_sends(world, 0, &ping);
	CHECK_EQUAL(rte_pktmbuf_pkt_len(world_last(world, GATEWAY_B, SPARE)), sizeof(struct rte_ether_hdr) + 1000);
	mirror_sums_close(world);
	world_free(world);
}

static void
share_of_ten_thousand_flows_is_within_a_point_and_both_directions_are_copied_alike(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, of_some_flows);
	unsigned n = 0;

	for (unsigned i = 0; i < FLOWS; i++) {
		struct frame syn = tcp_to_server((uint16_t)(1000 + i), 80, SYN);
		struct frame answer = tcp_to_client((uint16_t)(1000 + i), 80, SYN | ACK);
		bool first = mirror_is_copied(world, &syn);

		CHECK(mirror_is_copied(world, &answer) == first);
		n += first;
	}
	CHECK(n >= FLOWS * 29 / 100 && n <= FLOWS * 31 / 100);
	mirror_sums_close(world);
	world_free(world);
}

static void
match_of_the_edge_says_which_flows_are_copied_answers_included(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, of_the_web);
	struct frame web = tcp_to_server(4000, 80, SYN), answer = tcp_to_client(4000, 80, SYN | ACK),
		     other = tcp_to_server(80, 4000, SYN);

	CHECK(mirror_is_copied(world, &web));
	CHECK(mirror_is_copied(world, &answer));
	CHECK(!mirror_is_copied(world, &other));
	CHECK_EQUAL(world_count(world, 0, "one").copied, 2);
	world_free(world);
}

static void
mirror_without_an_edge_for_copies_copies_nothing(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, mirror_everything);
	struct frame ping = echo_request(1);

	CHECK(world_client_sends(world, 1, &ping));
	CHECK_EQUAL(world_count(world, 1, "one").copied, 0);
	CHECK_EQUAL(mirror_copies(world), 0);
	world_free(world);
}

static void
what_comes_in_from_a_tap_is_dropped(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, mirror_everything);
	struct frame ping = echo_request(1);
	struct rte_mbuf *m;

	ping.source = COLLECTOR;
	m = frame_make(&world_host_mac, &world_router_mac, &ping);
	world_inject(world, GATEWAY_B, EDGE_PORT(SPARE), &m, 1);
	CHECK_EQUAL(world_tenant_drops(world, GATEWAY_B, 0, DROP(NO_VIEW)), 1);
	CHECK_EQUAL(world_count(world, 0, "one").injected, 0);
	world_free(world);
}

/* A frame as mirrors send them, to a position of the sender's choice. */
static void
send_copy_to(struct world *world, enum pod pod, uint8_t si)
{
	struct rte_mbuf *m = rte_pktmbuf_copy(world->last_fabric, test_pool(), 0, UINT32_MAX);
	uint8_t *nsh_end = rte_pktmbuf_mtod(m, uint8_t *) + world_overhead();

	nsh_end[-17] = 1 + pod; /* the outer destination's last byte: GRE and NSH are behind it */
	((struct dp_nsh_hdr *)nsh_end)[-1].path = rte_cpu_to_be_32((uint32_t)DP_SPI_COPY << 8 | si);
	world_inject(world, pod, pod == FIREWALL_1 ? FIREWALL_2 : FIREWALL_1, &m, 1);
}

static void
copy_at_anything_but_a_tap_is_refused(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, mirror_everything);
	struct frame ping = echo_request(1);

	CHECK(world_client_sends(world, 0, &ping));
	world_clear(world);
	send_copy_to(world, GATEWAY_B, 253);
	CHECK_EQUAL(world_drops(world, GATEWAY_B, 0, "one", "server", DROP(UNKNOWN_POSITION)), 1);
	send_copy_to(world, FIREWALL_1, 254);
	CHECK_EQUAL(world_drops(world, FIREWALL_1, 0, "one", "mirror", DROP(UNKNOWN_POSITION)), 1);
	send_copy_to(world, GATEWAY_B, 252);
	CHECK_EQUAL(mirror_copies(world), 1);
	CHECK_EQUAL(world->n_delivered[GATEWAY_B][0], 0);
	world_free(world);
}

static tap_t *tap_of(struct desired *d) { return d->state.tenants[0]->attachments[0]->tap; }
static node_t *mirror_of(struct desired *d) { return d->state.views[0]->nodes[1]; }
static void percent_of_zero(struct desired *d) { mirror_of(d)->mirror->percent = 0; }
static void snap_of_19(struct desired *d) { mirror_of(d)->mirror->snap_length = 19; }
static void snap_of_65536(struct desired *d) { mirror_of(d)->mirror->snap_length = 65536; }
static void copies_to_itself(struct desired *d) { mirror_of(d)->forward[1]->output = desired_text(d, "other"); }
static void no_collector(struct desired *d) { tap_of(d)->collector.len = 0; }
static void far_collector(struct desired *d) { desired_tap(d, d->state.tenants[0]->attachments[0], SERVER); }
static void own_collector(struct desired *d) { desired_tap(d, d->state.tenants[0]->attachments[0], TAP_ROUTER); }
static void tap_that_sends(struct desired *d) { desired_share(d, d->state.tenants[0]->attachments[0], 1, 100); }

static void
copies_to_a_function(struct desired *d)
{
	node_t *next = desired_mirror_node(d, d->state.views[0], "next", 251, 251, "firewalls");

	mirror_of(d)->forward[1]->to = next->name;
	next->forward_si = 250;
}

static void
each_bad_configuration_is_refused_by_the_name_of_its_field(void)
{
	static const struct refusal refusals[] = {
		{percent_of_zero, CODE(INVALID_ARGUMENT), "views[0].nodes[1].mirror.percent", 1},
		{snap_of_19, CODE(INVALID_ARGUMENT), "views[0].nodes[1].mirror.snap_length", 1},
		{snap_of_65536, CODE(INVALID_ARGUMENT), "views[0].nodes[1].mirror.snap_length", 1},
		{copies_to_itself, CODE(UNKNOWN_REFERENCE), "views[0].nodes[1].forward[1].output", 1},
		{copies_to_a_function, CODE(INVALID_ARGUMENT), "views[0].nodes[1].forward[1].to", 1},
		{no_collector, CODE(INVALID_ARGUMENT), "tenants[0].attachments[0].tap.collector", 0},
		{far_collector, CODE(INVALID_ARGUMENT), "tenants[0].attachments[0].tap.collector", 0},
		{own_collector, CODE(INVALID_ARGUMENT), "tenants[0].attachments[0].tap.collector", 0},
		{tap_that_sends, CODE(INVALID_ARGUMENT), "tenants[0].attachments[0].ingress", 0},
	};
	struct world *world = world_new_of(DP_ROLE_MIRROR, mirror_everything);

	check_refusals(world, GATEWAY_B, refusals, RTE_DIM(refusals));
	world_free(world);
}

TEST_MAIN(TEST(copies_of_both_directions_come_to_the_tap_as_the_hosts_sent_them),
	TEST(snap_length_cuts_copies_and_no_original), TEST(copy_that_is_longer_than_the_tap_carries_is_cut),
	TEST(share_of_ten_thousand_flows_is_within_a_point_and_both_directions_are_copied_alike),
	TEST(match_of_the_edge_says_which_flows_are_copied_answers_included),
	TEST(mirror_without_an_edge_for_copies_copies_nothing), TEST(what_comes_in_from_a_tap_is_dropped),
	TEST(copy_at_anything_but_a_tap_is_refused), TEST(each_bad_configuration_is_refused_by_the_name_of_its_field))
