/* SPDX-License-Identifier: Apache-2.0 */
/* The rate limiter in a chain: classes, colours, marks, and buckets that outlive states. */
#include "lib/refusal.h"
#include "lib/world.h"

#define RATE 80000 /* bit/s: 10,000 bytes a second */
#define PING_BYTES (20 + 8 + 56)
#define EF 46
#define AF11 10
#define AF12 12
#define AF13 14

static node_t *
draw_chain(struct desired *desired, view_t *view)
{
	node_t *client = desired_attachment_node(desired, view, "client", 255, 253, "gateway-a");
	node_t *limiter = desired_rate_limiter_node(desired, view, "limiter", 254, 254, "firewalls");
	node_t *server = desired_attachment_node(desired, view, "server", 253, 255, "gateway-b");

	desired_edge(desired, client, limiter);
	desired_edge(desired, limiter, server);
	return limiter;
}

/* Ten pings of committed burst, five of excess. */
static void
limit_pings(struct desired *desired, view_t *view)
{
	traffic_class_t *class = desired_traffic_class(desired, draw_chain(desired, view), "pings", RATE, 10 * PING_BYTES,
		5 * PING_BYTES);

	class->match = desired_packet_match(desired);
	class->match->flow->protocol = IPPROTO_ICMP;
	class->green = desired_mark(desired, AF11);
	class->yellow = desired_mark(desired, AF12);
}

static void
limit_web(struct desired *desired, view_t *view)
{
	traffic_class_t *class = desired_traffic_class(desired, draw_chain(desired, view), "web", RATE, 1000, 0);

	class->match = desired_packet_match(desired);
	class->match->flow->protocol = IPPROTO_TCP;
	class->match->flow->destination_ports = desired_ports(desired, 80, 80);
}

static void
limit_marked(struct desired *desired, view_t *view)
{
	node_t *limiter = draw_chain(desired, view);
	traffic_class_t *voice = desired_traffic_class(desired, limiter, "voice", RATE, 1000, 0);
	traffic_class_t *aware = desired_traffic_class(desired, limiter, "rest", RATE, 100 * PING_BYTES, 100 * PING_BYTES);

	voice->match = desired_packet_match(desired);
	desired_dscp(desired, voice->match, EF);
	aware->meter->colour_aware = true;
	aware->red = NULL;
}

/* One pod, so that all flows share its buckets. */
static struct world *
world_with(void (*graph)(struct desired *, view_t *))
{
	struct world *world = world_new_of(DP_ROLE_RATE_LIMITER, graph);

	world->absent[FIREWALL_2] = true;
	world_apply(world);
	return world;
}

static unsigned
ping_times(struct world *world, unsigned tenant, unsigned n)
{
	unsigned passed = 0;
	struct frame ping = echo_request(1);

	for (unsigned i = 0; i < n; i++)
		passed += world_client_sends(world, tenant, &ping);
	return passed;
}

static uint8_t
dscp_of_last(const struct world *world)
{
	const struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(world_last(world, GATEWAY_B, 0), const struct rte_ipv4_hdr *,
		sizeof(struct rte_ether_hdr));

	CHECK_EQUAL(rte_raw_cksum(ip, sizeof(*ip)), 0xffff);
	return ip->type_of_service >> 2;
}

static void
colours_are_counted_marked_and_dropped_and_sums_close(void)
{
	struct world *world = world_with(limit_pings);
	struct world_counts counts;

	CHECK_EQUAL(ping_times(world, 0, 10), 10);
	CHECK_EQUAL(dscp_of_last(world), AF11);
	CHECK_EQUAL(ping_times(world, 0, 5), 5);
	CHECK_EQUAL(dscp_of_last(world), AF12);
	CHECK_EQUAL(ping_times(world, 0, 7), 0);
	CHECK_EQUAL(world_rule(world, 0, "one", "pings/green"), 10);
	CHECK_EQUAL(world_rule(world, 0, "one", "pings/yellow"), 5);
	CHECK_EQUAL(world_rule(world, 0, "one", "pings/red"), 7);
	CHECK_EQUAL(world_drops(world, FIREWALL_1, 0, "one", "limiter", DROP(RATE_LIMITED)), 7);
	counts = world_count(world, 0, "one");
	CHECK_EQUAL(counts.injected, counts.left + counts.dropped);
	world_free(world);
}

static void
rate_over_ten_seconds_is_within_a_percent(void)
{
	struct world *world = world_with(limit_pings);
	uint64_t passed = 0;

	ping_times(world, 0, 16);
	for (unsigned i = 0; i < 1000; i++) { /* 25,200 bytes a second offered, 10,000 allowed */
		world_wait(world, 10);
		passed += ping_times(world, 0, 3);
		world_clear(world);
	}
	CHECK(passed * PING_BYTES >= 99000 && passed * PING_BYTES <= 101000);
	world_free(world);
}

static void
tenants_and_directions_have_buckets_of_their_own(void)
{
	struct world *world = world_with(limit_pings);
	struct frame pong = echo_reply(1);

	CHECK_EQUAL(ping_times(world, 0, 20), 15);
	CHECK(world_server_sends(world, 0, &pong));
	CHECK_EQUAL(ping_times(world, 1, 20), 15);
	world_free(world);
}

static void
what_no_class_takes_passes_unmetered(void)
{
	struct world *world = world_with(limit_pings);
	struct frame syn = tcp_to_server(4000, 80, SYN);

	for (unsigned i = 0; i < 100; i++)
		CHECK(world_client_sends(world, 0, &syn));
	CHECK_EQUAL(world_rule(world, 0, "one", ""), 100);
	world_free(world);
}

static void
answers_belong_to_the_class_of_their_flow(void)
{
	struct world *world = world_with(limit_web);
	struct frame syn = tcp_to_server(4000, 80, SYN), answer = tcp_to_client(4000, 80, SYN | ACK);

	CHECK(world_client_sends(world, 0, &syn));
	CHECK(world_server_sends(world, 0, &answer));
	CHECK_EQUAL(world_rule(world, 0, "one", "web/green"), 2);
	CHECK_EQUAL(world_rule(world, 0, "one", ""), 0);
	world_free(world);
}

static void
class_is_found_by_dscp_and_an_aware_meter_heeds_drop_precedence(void)
{
	struct world *world = world_with(limit_marked);
	struct frame ping = echo_request(1);
	static const uint8_t dscps[] = {EF, AF11, AF12, AF13, 0};

	for (unsigned i = 0; i < RTE_DIM(dscps); i++) {
		ping.dscp = dscps[i];
		CHECK(world_client_sends(world, 0, &ping));
		CHECK_EQUAL(dscp_of_last(world), dscps[i]);
	}
	CHECK_EQUAL(world_rule(world, 0, "one", "voice/green"), 1);
	CHECK_EQUAL(world_rule(world, 0, "one", "rest/green"), 2);
	CHECK_EQUAL(world_rule(world, 0, "one", "rest/yellow"), 1);
	CHECK_EQUAL(world_rule(world, 0, "one", "rest/red"), 1);
	world_free(world);
}

static void
no_apply_and_no_flip_refills_a_bucket(void)
{
	struct world *world = world_with(limit_pings);

	CHECK_EQUAL(ping_times(world, 0, 20), 15);
	world_apply(world);
	CHECK_EQUAL(ping_times(world, 0, 1), 0);
	world->views[1] = (struct world_view){.id = 2, .uid = "two", .graph = limit_pings};
	world_apply(world);
	world->views[0].share = 0;
	world->views[1].share = 100;
	world_apply(world);
	world->views[0] = (struct world_view){0};
	world_apply(world);
	CHECK_EQUAL(ping_times(world, 0, 1), 0);
	CHECK_EQUAL(world_drops(world, FIREWALL_1, 0, "two", "limiter", DROP(RATE_LIMITED)), 1);
	world_free(world);
}

static traffic_class_t *class_of(struct desired *d) { return d->state.views[0]->nodes[1]->rate_limiter->classes[0]; }
static void no_meter(struct desired *d) { class_of(d)->meter = NULL; }
static void no_kind(struct desired *d) { class_of(d)->meter->kind = 0; }
static void no_rate(struct desired *d) { class_of(d)->meter->committed_rate = 7; }
static void huge_rate(struct desired *d) { class_of(d)->meter->committed_rate = UINT64_MAX; }
static void huge_burst(struct desired *d) { class_of(d)->meter->excess_burst = (UINT64_C(1) << 29) + 1; }
static void no_burst(struct desired *d) { class_of(d)->meter->excess_burst = class_of(d)->meter->committed_burst = 0; }
static void dscp_of_64(struct desired *d) { class_of(d)->green->dscp = 64; }
static void match_dscp_of_64(struct desired *d) { desired_dscp(d, class_of(d)->match, 64); }
static void drop_and_mark(struct desired *d) { class_of(d)->yellow->drop = true; }
static void lengths(struct desired *d) { class_of(d)->match->min_length = 70000; }
static void long_name(struct desired *d) { class_of(d)->name = desired_text(d, "%057d", 0); }

static void
peak_below_committed(struct desired *d)
{
	class_of(d)->meter->kind = NFAAS__DATAPLANE__V1__METER_KIND__METER_KIND_TWO_RATE;
	class_of(d)->meter->peak_rate = RATE / 2;
	class_of(d)->meter->peak_burst = 1000;
}

static void
class_twice(struct desired *d)
{
	desired_traffic_class(d, d->state.views[0]->nodes[1], "pings", RATE, 1000, 0);
}

static void
too_many(struct desired *d)
{
	for (unsigned i = 0; i < 64; i++)
		desired_traffic_class(d, d->state.views[0]->nodes[1], desired_text(d, "c%u", i), RATE, 1000, 0);
}

static void
each_bad_configuration_is_refused_by_the_name_of_its_field(void)
{
	static const struct refusal refusals[] = {
		{no_meter, CODE(INVALID_ARGUMENT), "views[0].nodes[1].rate_limiter.classes[0].meter", 1},
		{no_kind, CODE(INVALID_ARGUMENT), "views[0].nodes[1].rate_limiter.classes[0].meter.kind", 1},
		{no_rate, CODE(INVALID_ARGUMENT), "views[0].nodes[1].rate_limiter.classes[0].meter.committed_rate", 1},
		{huge_rate, CODE(INVALID_ARGUMENT), "views[0].nodes[1].rate_limiter.classes[0].meter.committed_rate", 1},
		{huge_burst, CODE(INVALID_ARGUMENT), "views[0].nodes[1].rate_limiter.classes[0].meter.excess_burst", 1},
		{no_burst, CODE(INVALID_ARGUMENT), "views[0].nodes[1].rate_limiter.classes[0].meter.committed_burst", 1},
		{peak_below_committed, CODE(INVALID_ARGUMENT), "views[0].nodes[1].rate_limiter.classes[0].meter.peak_rate", 1},
		{dscp_of_64, CODE(INVALID_ARGUMENT), "views[0].nodes[1].rate_limiter.classes[0].green.dscp", 1},
		{match_dscp_of_64, CODE(INVALID_ARGUMENT), "views[0].nodes[1].rate_limiter.classes[0].match.dscps", 1},
		{drop_and_mark, CODE(INVALID_ARGUMENT), "views[0].nodes[1].rate_limiter.classes[0].yellow", 1},
		{lengths, CODE(INVALID_ARGUMENT), "views[0].nodes[1].rate_limiter.classes[0].match.max_length", 1},
		{long_name, CODE(INVALID_ARGUMENT), "views[0].nodes[1].rate_limiter.classes[0].name", 1},
		{class_twice, CODE(INVALID_ARGUMENT), "views[0].nodes[1].rate_limiter.classes", 1},
		{too_many, CODE(LIMIT_EXCEEDED), "views[0].nodes[1].rate_limiter.classes", 1},
	};
	struct world *world = world_with(limit_pings);

	check_refusals(world, GATEWAY_A, refusals, RTE_DIM(refusals));
	check_refusals(world, FIREWALL_1, refusals, RTE_DIM(refusals));
	world_free(world);
}

TEST_MAIN(TEST(colours_are_counted_marked_and_dropped_and_sums_close), TEST(rate_over_ten_seconds_is_within_a_percent),
	TEST(tenants_and_directions_have_buckets_of_their_own), TEST(what_no_class_takes_passes_unmetered),
	TEST(answers_belong_to_the_class_of_their_flow), TEST(class_is_found_by_dscp_and_an_aware_meter_heeds_drop_precedence),
	TEST(no_apply_and_no_flip_refills_a_bucket), TEST(each_bad_configuration_is_refused_by_the_name_of_its_field))
