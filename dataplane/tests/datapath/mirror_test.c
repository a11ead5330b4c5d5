/* SPDX-License-Identifier: Apache-2.0 */
/* The mirror: originals at the hosts, copies at the collector behind a tap on gateway B. */
#include "lib/refusal.h"
#include "lib/world.h"

#define FLOWS 10000
#define TAP_ROUTER IP(10, 9, 0, 1)
#define COLLECTOR IP(10, 9, 0, 2)
#define SNAP 64

static bool
is_gateway_b(const struct desired *desired)
{
	return desired->state.fabric->address.data[desired->state.fabric->address.len - 1] == 1 + GATEWAY_B;
}

/* Tenant 0 has a tap; the other one's mirror has no edge for copies. */
static node_t *
draw_chain(struct desired *desired, view_t *view)
{
	node_t *client = desired_attachment_node(desired, view, "client", 255, 253, "gateway-a");
	node_t *mirror = desired_mirror_node(desired, view, "mirror", 254, 254, "firewalls");
	node_t *server = desired_attachment_node(desired, view, "server", 253, 255, "gateway-b"), *tap;

	desired_edge(desired, client, mirror);
	desired_edge(desired, mirror, server);
	if (view->tenant_id != TENANT_ID(0))
		return mirror;
	tap = desired_attachment_node(desired, view, "tap", 252, 252, "gateway-b");
	desired_edge(desired, mirror, tap)->output = desired_text(desired, "copy");
	tap->n_reverse = 0;
	if (is_gateway_b(desired))
		desired_tap(desired, desired_attachment(desired, desired->state.tenants[0], "tap", "edge-2", TAP_ROUTER), COLLECTOR);
	return mirror;
}

static void
of_everything(struct desired *desired, view_t *view)
{
	draw_chain(desired, view);
}

static void
cut_short(struct desired *desired, view_t *view)
{
	draw_chain(desired, view)->mirror->snap_length = SNAP;
}

static void
of_some_flows(struct desired *desired, view_t *view)
{
	draw_chain(desired, view)->mirror->percent = 30;
}

static void
of_the_web(struct desired *desired, view_t *view)
{
	node_t *mirror = draw_chain(desired, view);

	for (size_t i = 0; i < mirror->n_forward; i++)
		if (strcmp(mirror->forward[i]->to, "tap") == 0)
			desired_match(desired, mirror->forward[i])->destination_ports = desired_ports(desired, 80, 80);
}

static void
to_nowhere(struct desired *desired, view_t *view)
{
	draw_chain(desired, view);
	if (view->tenant_id != TENANT_ID(0))
		return;
	view->nodes[3]->pool = desired_text(desired, "nowhere");
	desired_backend(desired, desired_pool(desired, "nowhere"), "gone", IP(172, 16, 0, 99), 100);
	if (is_gateway_b(desired))
		desired->state.tenants[0]->n_attachments = 0;
}

static unsigned
copies(const struct world *world)
{
	return world->n_delivered[GATEWAY_B][SPARE];
}

static void
sums_close(const struct world *world)
{
	struct world_counts counts = world_count(world, 0, "one");

	CHECK(counts.injected > 0);
	CHECK_EQUAL(counts.injected + counts.copied, counts.left + counts.dropped);
	CHECK_EQUAL(counts.injected_bytes + counts.copied_bytes, counts.left_bytes + counts.dropped_bytes);
}

static uint64_t
shed(const struct world *world)
{
	return world_drops(world, FIREWALL_1, 0, "one", "mirror", DROP(TAP_SHED))
		+ world_drops(world, FIREWALL_2, 0, "one", "mirror", DROP(TAP_SHED));
}

static void
copies_of_both_directions_come_to_the_tap_as_the_hosts_sent_them(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, of_everything);
	struct frame request = echo_request(1), reply = echo_reply(1);
	const struct rte_ether_hdr *ether;
	uint8_t sent[2048];
	uint16_t length;

	CHECK(world_client_sends(world, 0, &request));
	CHECK_EQUAL(copies(world), 1);
	length = frame_write_ip(sent, &request);
	ether = rte_pktmbuf_mtod(world_last(world, GATEWAY_B, SPARE), const struct rte_ether_hdr *);
	CHECK(rte_is_same_ether_addr(&ether->dst_addr, &world_host_mac));
	CHECK_EQUAL(rte_pktmbuf_pkt_len(world_last(world, GATEWAY_B, SPARE)), sizeof(*ether) + length);
	CHECK(memcmp(ether + 1, sent, length) == 0);
	CHECK(world_server_sends(world, 0, &reply));
	CHECK_EQUAL(copies(world), 2);
	length = frame_write_ip(sent, &reply);
	ether = rte_pktmbuf_mtod(world_last(world, GATEWAY_B, SPARE), const struct rte_ether_hdr *);
	CHECK(memcmp(ether + 1, sent, length) == 0);
	CHECK_EQUAL(world_count(world, 0, "one").copied, 2);
	CHECK_EQUAL(world_edge(world, 0, "one", "mirror", "tap", FORWARD), 2);
	sums_close(world);
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
	sums_close(world);
	world_free(world);
}

static void
copy_that_is_longer_than_the_tap_carries_is_cut(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, of_everything);
	struct frame ping = echo_request(1);

	world->edge_mtu[GATEWAY_B] = 1000;
	world_apply(world);
	ping.payload = 1400;
	ping.fragment = RTE_IPV4_HDR_MF_FLAG; /* may not be fragmented further here: the server never gets it */
	world_client_sends(world, 0, &ping);
	CHECK_EQUAL(rte_pktmbuf_pkt_len(world_last(world, GATEWAY_B, SPARE)), sizeof(struct rte_ether_hdr) + 1000);
	sums_close(world);
	world_free(world);
}

static bool
is_copied(struct world *world, const struct frame *frame)
{
	unsigned n;

	CHECK(frame->source == CLIENT ? world_client_sends(world, 0, frame) : world_server_sends(world, 0, frame));
	n = copies(world);
	CHECK(n <= 1);
	world_clear(world);
	return n == 1;
}

static void
share_of_ten_thousand_flows_is_within_a_point_and_both_directions_are_copied_alike(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, of_some_flows);
	unsigned n = 0;

	for (unsigned i = 0; i < FLOWS; i++) {
		struct frame syn = tcp_to_server((uint16_t)(1000 + i), 80, SYN);
		struct frame answer = tcp_to_client((uint16_t)(1000 + i), 80, SYN | ACK);
		bool first = is_copied(world, &syn);

		CHECK(is_copied(world, &answer) == first);
		n += first;
	}
	CHECK(n >= FLOWS * 29 / 100 && n <= FLOWS * 31 / 100);
	sums_close(world);
	world_free(world);
}

static void
match_of_the_edge_says_which_flows_are_copied_answers_included(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, of_the_web);
	struct frame web = tcp_to_server(4000, 80, SYN), answer = tcp_to_client(4000, 80, SYN | ACK),
		     other = tcp_to_server(80, 4000, SYN);

	CHECK(is_copied(world, &web));
	CHECK(is_copied(world, &answer));
	CHECK(!is_copied(world, &other));
	CHECK_EQUAL(world_count(world, 0, "one").copied, 2);
	world_free(world);
}

static void
mirror_without_an_edge_for_copies_copies_nothing(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, of_everything);
	struct frame ping = echo_request(1);

	CHECK(world_client_sends(world, 1, &ping));
	CHECK_EQUAL(world_count(world, 1, "one").copied, 0);
	CHECK_EQUAL(copies(world), 0);
	world_free(world);
}

static void
what_comes_in_from_a_tap_is_dropped(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, of_everything);
	struct frame ping = echo_request(1);
	struct rte_mbuf *m;

	ping.source = COLLECTOR;
	m = frame_make(&world_host_mac, &world_router_mac, &ping);
	world_inject(world, GATEWAY_B, EDGE_PORT(SPARE), &m, 1);
	CHECK_EQUAL(world_tenant_drops(world, GATEWAY_B, 0, DROP(NO_VIEW)), 1);
	CHECK_EQUAL(world_count(world, 0, "one").injected, 0);
	world_free(world);
}

/* Leaves `left` buffers in the pool. */
static unsigned
hoard(struct rte_mbuf **hoarded, unsigned left)
{
	unsigned n = 0;

	while (rte_mempool_avail_count(test_pool()) > left)
		hoarded[n++] = rte_pktmbuf_alloc(test_pool());
	return n;
}

static void
where_buffers_run_short_copies_are_shed_and_originals_pass(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, of_everything);
	struct rte_mbuf **hoarded = calloc(test_pool()->size, sizeof(*hoarded));
	struct frame ping = echo_request(1);
	unsigned n;

	CHECK(world_client_sends(world, 0, &ping));
	world_clear(world);
	n = hoard(hoarded, test_pool()->size / 8);
	for (unsigned i = 0; i < 10; i++)
		CHECK(world_client_sends(world, 0, &ping));
	CHECK_EQUAL(copies(world), 0);
	CHECK_EQUAL(shed(world), 10);
	sums_close(world);
	rte_pktmbuf_free_bulk(hoarded, n);
	CHECK(is_copied(world, &ping) || copies(world) > 0);
	free(hoarded);
	world_free(world);
}

static void
where_room_is_short_copies_go_and_originals_stay_in_order(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, of_everything);
	struct rte_mbuf *pkts[4];
	struct frame ping = echo_request(1);

	CHECK(world_client_sends(world, 0, &ping));
	for (unsigned i = 0; i < RTE_DIM(pkts); i++) {
		pkts[i] = rte_pktmbuf_copy(world->last_fabric, test_pool(), 0, UINT32_MAX);
		*dp_meta(pkts[i]) = (struct dp_meta){.tenant_id = TENANT_ID(0), .view_id = 1, .spi = DP_SPI_COPY, .si = 254,
			.inner_length = (uint16_t)i, .flags = i % 2 == 0 ? DP_META_COPY : 0};
	}
	CHECK_EQUAL(dp_shed_copies(world->dp[FIREWALL_1], world->state[FIREWALL_1], pkts, 4, DP_WRITER_IO), 2);
	CHECK_EQUAL(dp_meta(pkts[0])->inner_length, 1);
	CHECK_EQUAL(dp_meta(pkts[1])->inner_length, 3);
	CHECK_EQUAL(shed(world), 2);
	rte_pktmbuf_free_bulk(pkts, 2);
	world_free(world);
}

static void
tap_that_is_nowhere_costs_copies_and_no_original(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, to_nowhere);
	struct frame ping = echo_request(1);

	for (unsigned i = 0; i < 10; i++)
		CHECK(world_client_sends(world, 0, &ping));
	CHECK_EQUAL(world_drops(world, FIREWALL_1, 0, "one", "mirror", DROP(LINK_DOWN))
		+ world_drops(world, FIREWALL_2, 0, "one", "mirror", DROP(LINK_DOWN)), 10);
	sums_close(world);
	world_free(world);
}

static void
while_the_taps_link_is_filling_one_copy_in_64_is_made_and_originals_pass(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, of_everything);
	struct frame ping = echo_request(1);

	CHECK(world_client_sends(world, 0, &ping));
	world_clear(world);
	for (enum pod pod = FIREWALL_1; pod <= FIREWALL_2; pod++)
		dp_note_filling(world->dp[pod], GATEWAY_B, true);
	for (unsigned i = 0; i < 127; i++)
		CHECK(world_client_sends(world, 0, &ping));
	CHECK_EQUAL(copies(world), 2);
	CHECK_EQUAL(shed(world), 125);
	sums_close(world);
	for (enum pod pod = FIREWALL_1; pod <= FIREWALL_2; pod++)
		dp_note_filling(world->dp[pod], GATEWAY_B, false);
	world_clear(world);
	for (unsigned i = 0; i < 10; i++)
		CHECK(world_client_sends(world, 0, &ping));
	CHECK_EQUAL(copies(world), 10);
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
	struct world *world = world_new_of(DP_ROLE_MIRROR, of_everything);
	struct frame ping = echo_request(1);

	CHECK(world_client_sends(world, 0, &ping));
	world_clear(world);
	send_copy_to(world, GATEWAY_B, 253);
	CHECK_EQUAL(world_drops(world, GATEWAY_B, 0, "one", "server", DROP(UNKNOWN_POSITION)), 1);
	send_copy_to(world, FIREWALL_1, 254);
	CHECK_EQUAL(world_drops(world, FIREWALL_1, 0, "one", "mirror", DROP(UNKNOWN_POSITION)), 1);
	send_copy_to(world, GATEWAY_B, 252);
	CHECK_EQUAL(copies(world), 1);
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
	struct world *world = world_new_of(DP_ROLE_MIRROR, of_everything);

	check_refusals(world, GATEWAY_B, refusals, RTE_DIM(refusals));
	world_free(world);
}

TEST_MAIN(TEST(copies_of_both_directions_come_to_the_tap_as_the_hosts_sent_them),
	TEST(snap_length_cuts_copies_and_no_original), TEST(copy_that_is_longer_than_the_tap_carries_is_cut),
	TEST(share_of_ten_thousand_flows_is_within_a_point_and_both_directions_are_copied_alike),
	TEST(match_of_the_edge_says_which_flows_are_copied_answers_included),
	TEST(mirror_without_an_edge_for_copies_copies_nothing), TEST(what_comes_in_from_a_tap_is_dropped),
	TEST(where_buffers_run_short_copies_are_shed_and_originals_pass),
	TEST(where_room_is_short_copies_go_and_originals_stay_in_order),
	TEST(while_the_taps_link_is_filling_one_copy_in_64_is_made_and_originals_pass),
	TEST(tap_that_is_nowhere_costs_copies_and_no_original), TEST(copy_at_anything_but_a_tap_is_refused),
	TEST(each_bad_configuration_is_refused_by_the_name_of_its_field))
