/* SPDX-License-Identifier: Apache-2.0 */
#include <netinet/in.h>

#include "flow/flow_table.h"
#include "flow/flow_track.h"
#include "lib/frame.h"
#include "lib/test.h"

#define MAX_FLOWS 1024
#define NODE 42
#define SECONDS(n) ((n) * DP_FLOW_TICKS_PER_SECOND)

static struct dp_flow
flow_number(uint32_t i)
{
	return (struct dp_flow){.address = {i, ~i}, .port = {80, 81}, .protocol = IPPROTO_TCP};
}

static struct dp_flow_entry *
find(struct dp_flow_table *table, uint64_t position, uint32_t i, uint32_t now)
{
	struct dp_flow flow = flow_number(i);

	return dp_flow_table_find(table, dp_flow_table_hash(table, position, &flow), position, &flow, now);
}

static struct dp_flow_entry *
add(struct dp_flow_table *table, uint64_t position, uint32_t i, enum dp_flow_class class, uint32_t now)
{
	struct dp_flow flow = flow_number(i);

	return dp_flow_table_add(table, dp_flow_table_hash(table, position, &flow), position, &flow, class, now);
}

static struct dp_flow_table
make_table(void)
{
	struct dp_flow_table table;

	CHECK(dp_flow_table_init(&table, MAX_FLOWS, 12345));
	return table;
}

static void
flow_is_found_at_its_position_only(void)
{
	struct dp_flow_table table = make_table();
	struct dp_flow_entry *entry = add(&table, NODE, 1, DP_FLOW_TCP_OPENING, 0);

	CHECK(entry != NULL);
	CHECK(find(&table, NODE, 1, 0) == entry);
	CHECK(find(&table, NODE + 1, 1, 0) == NULL);
	CHECK(find(&table, NODE, 2, 0) == NULL);
	CHECK_EQUAL(table.live, 1);
	dp_flow_table_remove(&table, entry);
	CHECK(find(&table, NODE, 1, 0) == NULL);
	CHECK_EQUAL(table.live, 0);
	dp_flow_table_fini(&table);
}

static void
silent_flow_is_forgotten_by_its_class(void)
{
	static const struct {
		enum dp_flow_class class;
		uint32_t seconds;
	} cases[] = {{DP_FLOW_TCP_OPENING, 30}, {DP_FLOW_TCP_ESTABLISHED, 7440}, {DP_FLOW_TCP_CLOSING, 30},
		{DP_FLOW_UNANSWERED, 60}, {DP_FLOW_ANSWERED, 300}};
	struct dp_flow_table table = make_table();
	uint32_t start = UINT32_MAX - 5; /* also when ticks wrap */

	for (unsigned i = 0; i < RTE_DIM(cases); i++) {
		CHECK(add(&table, NODE, i, cases[i].class, start) != NULL);
		CHECK(find(&table, NODE, i, start + SECONDS(cases[i].seconds)) != NULL);
		CHECK(find(&table, NODE, i, start + SECONDS(cases[i].seconds) + 1) == NULL);
	}
	CHECK_EQUAL(table.live, 0);
	dp_flow_table_fini(&table);
}

static void
ageing_frees_the_expired_and_only_them(void)
{
	struct dp_flow_table table = make_table();

	for (uint32_t i = 0; i < 200; i++)
		CHECK(add(&table, NODE, i, i % 2 ? DP_FLOW_TCP_OPENING : DP_FLOW_TCP_ESTABLISHED, 0) != NULL);
	dp_flow_table_age(&table, MAX_FLOWS / DP_FLOW_BUCKET_SLOTS, SECONDS(31));
	CHECK_EQUAL(table.live, 100);
	for (uint32_t i = 0; i < 200; i++)
		CHECK((find(&table, NODE, i, SECONDS(31)) != NULL) == (i % 2 == 0));
	dp_flow_table_fini(&table);
}

static void
flood_of_openings_throws_out_no_established_flow(void)
{
	struct dp_flow_table table = make_table();

	for (uint32_t i = 0; i < MAX_FLOWS / 2; i++)
		CHECK(add(&table, NODE, i, DP_FLOW_TCP_ESTABLISHED, 0) != NULL);
	for (uint32_t i = 0; i < 100 * MAX_FLOWS; i++)
		add(&table, NODE, MAX_FLOWS + i, DP_FLOW_TCP_OPENING, SECONDS(1));
	for (uint32_t i = 0; i < MAX_FLOWS / 2; i++)
		CHECK(find(&table, NODE, i, SECONDS(2)) != NULL);
	CHECK(table.live <= MAX_FLOWS);
	dp_flow_table_fini(&table);
}

/* Established flows until the table takes no more; which ones it took. */
static uint32_t
fill_with_established(struct dp_flow_table *table, bool taken[4 * MAX_FLOWS])
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < 4 * MAX_FLOWS; i++) {
		taken[i] = add(table, NODE, i, DP_FLOW_TCP_ESTABLISHED, 0) != NULL;
		n += taken[i];
	}
	return n;
}

/* New flows are openings or unanswered; the other classes stand for a flood that somebody answers. */
static void
flood_of_any_class_on_a_full_table_throws_out_no_established_flow(void)
{
	static const enum dp_flow_class classes[] = {DP_FLOW_TCP_OPENING, DP_FLOW_TCP_ESTABLISHED, DP_FLOW_TCP_CLOSING,
		DP_FLOW_UNANSWERED, DP_FLOW_ANSWERED};
	static bool taken[4 * MAX_FLOWS];

	for (unsigned class = 0; class < RTE_DIM(classes); class++) {
		struct dp_flow_table table = make_table();
		uint32_t filled = fill_with_established(&table, taken);

		CHECK(filled > MAX_FLOWS * 9 / 10);
		for (uint32_t i = 0; i < 10 * MAX_FLOWS; i++)
			add(&table, NODE + 1, i, classes[class], SECONDS(1));
		for (uint32_t i = 0; i < RTE_DIM(taken); i++)
			CHECK((find(&table, NODE, i, SECONDS(1)) != NULL) == taken[i]);
		dp_flow_table_fini(&table);
	}
}

static void
table_full_of_active_flows_refuses_and_of_silent_ones_replaces(void)
{
	struct dp_flow_table table = make_table();
	uint32_t added = 0;

	for (uint32_t i = 0; i < 20 * MAX_FLOWS; i++)
		added += add(&table, NODE, i, DP_FLOW_ANSWERED, SECONDS(1)) != NULL;
	CHECK_EQUAL(added, table.live);
	CHECK(table.live > MAX_FLOWS * 9 / 10);
	CHECK(add(&table, NODE + 1, 1, DP_FLOW_ANSWERED, SECONDS(2)) == NULL);
	CHECK(add(&table, NODE + 1, 1, DP_FLOW_ANSWERED, SECONDS(100)) != NULL);
	dp_flow_table_fini(&table);
}

static uint8_t
track(struct dp_flow_table *table, struct dp_flow_entry *entry, uint8_t flags, uint8_t side)
{
	struct dp_inner inner = {.protocol = IPPROTO_TCP, .tcp_flags = flags};

	dp_flow_track(table, entry, &inner, side, 0);
	return *dp_flow_class(table, entry);
}

static void
tcp_is_followed_from_opening_to_close_and_open_again(void)
{
	struct dp_flow_table table = make_table();
	struct dp_flow_entry *entry = add(&table, NODE, 1, DP_FLOW_TCP_OPENING, 0);

	CHECK_EQUAL(track(&table, entry, SYN, 0), DP_FLOW_TCP_OPENING);
	CHECK_EQUAL(track(&table, entry, SYN | ACK, 1), DP_FLOW_TCP_ESTABLISHED);
	CHECK_EQUAL(track(&table, entry, FIN | ACK, 0), DP_FLOW_TCP_ESTABLISHED);
	CHECK_EQUAL(track(&table, entry, FIN | ACK, 1), DP_FLOW_TCP_CLOSING);
	CHECK_EQUAL(track(&table, entry, ACK, 0), DP_FLOW_TCP_CLOSING);
	CHECK_EQUAL(track(&table, entry, SYN, 1), DP_FLOW_TCP_OPENING);
	CHECK_EQUAL(track(&table, entry, SYN | ACK, 0), DP_FLOW_TCP_ESTABLISHED);
	CHECK_EQUAL(track(&table, entry, RST, 0), DP_FLOW_TCP_CLOSING);
	dp_flow_table_fini(&table);
}

TEST_MAIN(TEST(flow_is_found_at_its_position_only), TEST(silent_flow_is_forgotten_by_its_class),
	TEST(ageing_frees_the_expired_and_only_them), TEST(flood_of_openings_throws_out_no_established_flow),
	TEST(flood_of_any_class_on_a_full_table_throws_out_no_established_flow),
	TEST(table_full_of_active_flows_refuses_and_of_silent_ones_replaces),
	TEST(tcp_is_followed_from_opening_to_close_and_open_again))
