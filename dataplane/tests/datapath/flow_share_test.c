/* SPDX-License-Identifier: Apache-2.0 */
#include <netinet/in.h>

#include "flow/flow_share.h"
#include "lib/test.h"
#include "lib/world.h"

#define MAX_FLOWS 1024
#define BUCKETS (MAX_FLOWS / DP_FLOW_BUCKET_SLOTS)
#define NODE 42
#define SECONDS(n) ((uint32_t)(n) * DP_FLOW_TICKS_PER_SECOND)

/* One pod's table and where its pass is. */
struct member {
	struct dp_flow_table table;
	struct dp_flow_scan scan;
	struct dp_flow_record told[MAX_FLOWS];
	uint32_t n_told;
};

static struct member *
member_new(uint64_t seed)
{
	struct member *member = calloc(1, sizeof(*member));

	CHECK(member != NULL && dp_flow_table_init(&member->table, MAX_FLOWS, seed));
	return member;
}

static void
member_free(struct member *member)
{
	dp_flow_table_fini(&member->table);
	free(member);
}

static struct dp_flow
flow_number(uint32_t i)
{
	return (struct dp_flow){.address = {i, ~i}, .port = {80, 81}, .protocol = IPPROTO_TCP};
}

static struct dp_flow_entry *
find(struct member *member, uint32_t i, uint32_t now)
{
	struct dp_flow flow = flow_number(i);

	return dp_flow_table_find(&member->table, dp_flow_table_hash(&member->table, NODE, &flow), NODE, &flow, now);
}

static struct dp_flow_entry *
add(struct member *member, uint32_t i, enum dp_flow_class class, uint32_t now)
{
	struct dp_flow flow = flow_number(i);

	return dp_flow_table_add(&member->table, dp_flow_table_hash(&member->table, NODE, &flow), NODE, &flow, class, now);
}

/* A pass over the whole table. */
static uint32_t
tell(struct member *member, bool whole, uint32_t now)
{
	dp_flow_scan_begin(&member->scan, &member->table, whole, now);
	member->n_told = dp_flow_scan_step(&member->scan, &member->table, BUCKETS, now, member->told, MAX_FLOWS);
	CHECK_EQUAL(member->scan.left, 0);
	return member->n_told;
}

static unsigned
take_all(struct member *member, const struct member *from, uint32_t now, enum dp_flow_taken expected)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < from->n_told; i++)
		n += dp_flow_take(&member->table, &from->told[i], now) == expected;
	return n;
}

static void
flow_means_the_same_in_another_pod(void)
{
	struct member *a = member_new(1), *b = member_new(2);
	struct dp_flow_entry *entry = add(a, 7, DP_FLOW_TCP_ESTABLISHED, SECONDS(100)), *copy;

	entry->next_hop[1] = 0x0a000001;
	entry->came_from[0] = 99;
	entry->initiator = 1;
	entry->closed = 2;
	entry->ruleset = 5;
	CHECK_EQUAL(tell(a, false, SECONDS(102)), 1);
	CHECK_EQUAL(take_all(b, a, SECONDS(5000), DP_FLOW_TAKEN_NEW), 1);
	copy = find(b, 7, SECONDS(5000));
	CHECK(copy != NULL);
	CHECK_EQUAL(copy->next_hop[1], 0x0a000001);
	CHECK_EQUAL(copy->came_from[0], 99);
	CHECK_EQUAL(copy->initiator, 1);
	CHECK_EQUAL(copy->closed, 2);
	CHECK_EQUAL(copy->ruleset, 0);
	CHECK_EQUAL(*dp_flow_class(&b->table, copy), DP_FLOW_TCP_ESTABLISHED);
	CHECK_EQUAL(dp_flow_silence(&b->table, copy, SECONDS(5000)), SECONDS(2));
	member_free(a);
	member_free(b);
}

static void
only_news_are_told(void)
{
	struct member *a = member_new(1);
	struct dp_flow_entry *entry = add(a, 7, DP_FLOW_TCP_ESTABLISHED, 100);

	CHECK_EQUAL(tell(a, false, 101), 1);
	dp_flow_touch(&a->table, entry, 110);
	CHECK_EQUAL(tell(a, false, 111), 0);
	entry->next_hop[0] = 1;
	dp_flow_touch(&a->table, entry, 120);
	CHECK_EQUAL(tell(a, false, 121), 1);
	CHECK_EQUAL(tell(a, false, 131), 0);
	*dp_flow_class(&a->table, entry) = DP_FLOW_TCP_CLOSING;
	dp_flow_touch(&a->table, entry, 140);
	CHECK_EQUAL(tell(a, false, 141), 1);
	member_free(a);
}

static void
flow_that_goes_on_is_told_twice_a_minute(void)
{
	struct member *a = member_new(1);
	struct dp_flow_entry *entry = add(a, 7, DP_FLOW_TCP_ESTABLISHED, 0);
	unsigned told = 0;

	for (uint32_t now = 1; now <= SECONDS(120); now += SECONDS(1)) {
		dp_flow_touch(&a->table, entry, now);
		told += tell(a, false, now + 1);
	}
	CHECK_EQUAL(told, 4);
	member_free(a);
}

static void
flood_of_first_packets_is_never_told(void)
{
	struct member *a = member_new(1);

	for (uint32_t i = 0; i < 200; i++)
		CHECK(add(a, i, i % 2 ? DP_FLOW_TCP_OPENING : DP_FLOW_UNANSWERED, 10) != NULL);
	CHECK_EQUAL(tell(a, false, 11), 0);
	CHECK_EQUAL(tell(a, false, 21), 0);
	CHECK_EQUAL(tell(a, true, 31), 0);
	dp_flow_touch(&a->table, find(a, 2, 40), 40);
	CHECK_EQUAL(tell(a, false, 41), 1); /* one that goes on without an answer */
	member_free(a);
}

static void
snapshot_tells_what_was_told_and_what_was_heard(void)
{
	struct member *a = member_new(1), *b = member_new(2), *c = member_new(3);

	for (uint32_t i = 0; i < 100; i++)
		add(a, i, DP_FLOW_TCP_ESTABLISHED, 10);
	add(b, 1000, DP_FLOW_TCP_ESTABLISHED, 10);
	CHECK_EQUAL(tell(a, false, 11), 100);
	CHECK_EQUAL(take_all(b, a, 11, DP_FLOW_TAKEN_NEW), 100);
	CHECK_EQUAL(tell(b, false, 12), 1);
	CHECK_EQUAL(tell(b, true, 13), 101);
	CHECK_EQUAL(take_all(c, b, 13, DP_FLOW_TAKEN_NEW), 101);
	member_free(a);
	member_free(b);
	member_free(c);
}

static void
scan_is_bounded_and_loses_nothing_when_cut_short(void)
{
	struct member *a = member_new(1);
	struct dp_flow_record records[16];
	uint32_t total = 0, steps = 0;

	for (uint32_t i = 0; i < 300; i++)
		CHECK(add(a, i, DP_FLOW_TCP_ESTABLISHED, 10) != NULL);
	dp_flow_scan_begin(&a->scan, &a->table, false, 11);
	while (a->scan.left > 0) {
		uint32_t n = dp_flow_scan_step(&a->scan, &a->table, 4, 11, records, RTE_DIM(records));

		CHECK(n <= RTE_DIM(records));
		total += n;
		CHECK(++steps < 10 * BUCKETS);
	}
	CHECK_EQUAL(total, 300);
	CHECK(steps >= BUCKETS / 4);
	member_free(a);
}

static void
what_this_pod_saw_later_stays(void)
{
	struct member *a = member_new(1), *b = member_new(2);
	struct dp_flow_entry *entry = add(a, 7, DP_FLOW_TCP_ESTABLISHED, 100), *own;

	entry->next_hop[0] = 1;
	tell(a, false, 110);
	own = add(b, 7, DP_FLOW_TCP_CLOSING, 109);
	own->next_hop[0] = 2;
	CHECK_EQUAL(take_all(b, a, 110, DP_FLOW_TAKEN_KNOWN), 1);
	CHECK_EQUAL(find(b, 7, 110)->next_hop[0], 2);
	member_free(a);
	member_free(b);
}

/* The accounts of one silence differ by a tick or two: a change must not be taken for old news. */
static void
change_of_hearsay_is_taken_in_though_clocks_differ(void)
{
	struct member *a = member_new(1), *b = member_new(2);
	struct dp_flow_entry *entry = add(a, 7, DP_FLOW_TCP_ESTABLISHED, 100);

	tell(a, false, 100);
	CHECK_EQUAL(take_all(b, a, 500, DP_FLOW_TAKEN_NEW), 1);
	*dp_flow_class(&a->table, entry) = DP_FLOW_TCP_CLOSING; /* in the same tick, after it was told */
	CHECK_EQUAL(tell(a, false, 110), 1);
	CHECK_EQUAL(take_all(b, a, 509, DP_FLOW_TAKEN_CHANGED), 1);
	CHECK_EQUAL(*dp_flow_class(&b->table, find(b, 7, 509)), DP_FLOW_TCP_CLOSING);
	member_free(a);
	member_free(b);
}

static void
echo_of_an_own_flow_changes_nothing(void)
{
	struct member *a = member_new(1), *b = member_new(2);
	struct dp_flow_entry *entry = add(a, 7, DP_FLOW_TCP_ESTABLISHED, 100);

	tell(a, false, 100);
	take_all(b, a, 100, DP_FLOW_TAKEN_NEW);
	tell(b, true, 101);
	*dp_flow_class(&a->table, entry) = DP_FLOW_TCP_CLOSING;
	dp_flow_touch(&a->table, entry, 101);
	tell(a, false, 102);
	CHECK_EQUAL(take_all(a, b, 102, DP_FLOW_TAKEN_KNOWN), 1);
	CHECK_EQUAL(*dp_flow_class(&a->table, entry), DP_FLOW_TCP_CLOSING);
	member_free(a);
	member_free(b);
}

static void
nonsense_is_refused(void)
{
	struct member *a = member_new(1);
	struct dp_flow_record good = {.position = NODE, .flow = flow_number(1), .class = DP_FLOW_TCP_ESTABLISHED}, bad;

	bad = good, bad.class = DP_FLOW_FREE;
	CHECK_EQUAL(dp_flow_take(&a->table, &bad, 10), DP_FLOW_TAKEN_INVALID);
	bad = good, bad.class = DP_FLOW_CLASSES;
	CHECK_EQUAL(dp_flow_take(&a->table, &bad, 10), DP_FLOW_TAKEN_INVALID);
	bad = good, bad.initiator = 2;
	CHECK_EQUAL(dp_flow_take(&a->table, &bad, 10), DP_FLOW_TAKEN_INVALID);
	bad = good, bad.closed = 4;
	CHECK_EQUAL(dp_flow_take(&a->table, &bad, 10), DP_FLOW_TAKEN_INVALID);
	bad = good, bad.silence = SECONDS(7441);
	CHECK_EQUAL(dp_flow_take(&a->table, &bad, 10), DP_FLOW_TAKEN_INVALID);
	CHECK_EQUAL(a->table.live, 0);
	member_free(a);
}

static void
what_is_taken_in_evicts_no_active_flow(void)
{
	struct member *a = member_new(1);
	uint64_t taken[DP_FLOW_TAKEN_KINDS] = {0};

	for (uint32_t i = 0; i < 4 * MAX_FLOWS; i++)
		add(a, i, DP_FLOW_TCP_ESTABLISHED, 10);
	for (uint32_t i = 0; i < MAX_FLOWS; i++) {
		struct dp_flow_record record = {.position = NODE, .flow = flow_number(100000 + i), .class = DP_FLOW_TCP_ESTABLISHED};

		taken[dp_flow_take(&a->table, &record, 10)]++;
	}
	CHECK(taken[DP_FLOW_TAKEN_FULL] > MAX_FLOWS * 9 / 10);
	CHECK_EQUAL(taken[DP_FLOW_TAKEN_FULL] + taken[DP_FLOW_TAKEN_NEW], MAX_FLOWS);
	member_free(a);
}

/* Everything that `from` knows, to `to`. */
static void
share(struct world *world, enum pod from, enum pod to)
{
	struct dp_flow_record records[64];
	struct dp_flow_scan scan = {0};
	uint64_t taken[DP_FLOW_TAKEN_KINDS] = {0};
	enum dp_flow_pass begin = DP_FLOW_PASS_WHOLE;

	do {
		uint32_t n = dp_flows_tell(world->dp[from], world->state[from], 0, &scan, begin, 64, world->now, records,
			RTE_DIM(records));

		dp_flows_take(world->dp[to], world->state[to], 0, records, n, world->now, taken);
		begin = DP_FLOW_PASS_GOES_ON;
	} while (scan.left > 0);
	CHECK_EQUAL(taken[DP_FLOW_TAKEN_INVALID] + taken[DP_FLOW_TAKEN_FULL], 0);
}

static void
firewall_that_was_told_passes_the_middle_of_a_connection(void)
{
	struct world *world = world_new();
	struct frame opens = tcp_to_server(4000, 80, SYN), answers = tcp_to_client(4000, 80, SYN | ACK);
	struct frame server_data = tcp_to_client(4000, 80, ACK);

	world->absent[FIREWALL_2] = true;
	world_apply(world);
	CHECK(world_client_sends(world, 0, &opens) && world_server_sends(world, 0, &answers));
	share(world, FIREWALL_1, FIREWALL_2);
	world->absent[FIREWALL_1] = true;
	world->absent[FIREWALL_2] = false;
	world_apply(world);
	CHECK(world_server_sends(world, 0, &server_data)); /* what no rule would let in by itself */
	world_restart(world, FIREWALL_2);
	CHECK(!world_server_sends(world, 0, &server_data));
	world_free(world);
}

TEST_MAIN(TEST(flow_means_the_same_in_another_pod), TEST(only_news_are_told),
	TEST(flow_that_goes_on_is_told_twice_a_minute), TEST(flood_of_first_packets_is_never_told),
	TEST(snapshot_tells_what_was_told_and_what_was_heard), TEST(scan_is_bounded_and_loses_nothing_when_cut_short),
	TEST(what_this_pod_saw_later_stays), TEST(change_of_hearsay_is_taken_in_though_clocks_differ),
	TEST(echo_of_an_own_flow_changes_nothing), TEST(nonsense_is_refused), TEST(what_is_taken_in_evicts_no_active_flow),
	TEST(firewall_that_was_told_passes_the_middle_of_a_connection))
