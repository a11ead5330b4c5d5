/* SPDX-License-Identifier: Apache-2.0 */
/* A firewall's limit of new flows. */
#include "function/admission.h"
#include "lib/world.h"

#define HZ UINT64_C(1000)

static void
bucket_gives_its_burst_and_then_its_rate(void)
{
	const struct dp_admission_limit limit = {.per_second = 10, .burst = 5};
	struct dp_admission buckets[DP_ADMISSIONS] = {0};
	unsigned given = 0;

	for (unsigned i = 0; i < 20; i++)
		given += dp_admission_take(buckets, 7, &limit, 1, HZ);
	CHECK_EQUAL(given, 5);
	for (uint64_t tsc = 2; tsc <= 10001; tsc++) /* ten seconds, asked a thousand times in each */
		given += dp_admission_take(buckets, 7, &limit, tsc, HZ);
	CHECK_EQUAL(given, 5 + 100);
	for (unsigned i = 0; i < 20; i++) /* an hour later it is full and no more */
		given += dp_admission_take(buckets, 7, &limit, 3600 * HZ, HZ);
	CHECK_EQUAL(given, 5 + 100 + 5);
}

static void
nodes_have_buckets_of_their_own(void)
{
	const struct dp_admission_limit limit = {.per_second = 1, .burst = 1};
	struct dp_admission buckets[DP_ADMISSIONS] = {0};

	for (uint64_t key = 1; key <= DP_ADMISSIONS; key++)
		CHECK(dp_admission_take(buckets, key * 16, &limit, 1, HZ)); /* all of them want the same place */
	for (uint64_t key = 1; key <= DP_ADMISSIONS; key++)
		CHECK(!dp_admission_take(buckets, key * 16, &limit, 1, HZ));
}

/* Nodes come and go with the views that name them; their buckets are not lost. */
static void
bucket_that_is_full_again_is_for_the_next_node(void)
{
	const struct dp_admission_limit limit = {.per_second = 1, .burst = 2};
	struct dp_admission buckets[DP_ADMISSIONS] = {0};
	uint64_t tsc = 1;

	for (uint64_t key = 1; key <= 10 * DP_ADMISSIONS; key++, tsc += 4 * HZ) {
		CHECK(dp_admission_take(buckets, key, &limit, tsc, HZ));
		CHECK(dp_admission_take(buckets, key, &limit, tsc, HZ));
		CHECK(!dp_admission_take(buckets, key, &limit, tsc, HZ));
	}
}

/* One that still lacks tokens stays, or a node could have its burst again by another's arrival. */
static void
bucket_that_is_not_full_is_no_other_nodes(void)
{
	const struct dp_admission_limit limit = {.per_second = 1, .burst = 1};
	struct dp_admission buckets[DP_ADMISSIONS] = {0};

	for (uint64_t key = 1; key <= DP_ADMISSIONS; key++)
		CHECK(dp_admission_take(buckets, key, &limit, HZ, HZ));
	CHECK(!dp_admission_take(buckets, DP_ADMISSIONS + 1, &limit, HZ, HZ)); /* shares one */
	for (uint64_t key = 1; key <= DP_ADMISSIONS; key++)
		CHECK(!dp_admission_take(buckets, key, &limit, HZ, HZ));
}

static void
limited(struct desired *desired, node_t *firewall)
{
	desired_rule(desired, firewall, "all", ALLOW, 0);
	firewall->firewall->new_flows_per_second = 10;
	firewall->firewall->new_flow_burst = 20;
}

static struct world *
limited_world(void)
{
	struct world *world = world_new();

	world->views[0].rules = limited;
	world->views[0].uid = "limited";
	world->absent[FIREWALL_2] = true;
	world_apply(world);
	return world;
}

static unsigned
open_flows(struct world *world, uint16_t first, unsigned n)
{
	unsigned opened = 0;

	for (uint16_t i = 0; i < n; i++) {
		struct frame syn = tcp_to_server(first + i, 80, SYN);

		opened += world_client_sends(world, 0, &syn);
		world_clear(world);
	}
	return opened;
}

static void
new_flows_over_the_limit_are_dropped_and_established_ones_pass(void)
{
	struct world *world = limited_world();
	struct frame answer = tcp_to_client(1000, 80, SYN | ACK), data = tcp_to_server(1000, 80, ACK);

	CHECK_EQUAL(open_flows(world, 1000, 100), 20);
	CHECK_EQUAL(world_drops(world, FIREWALL_1, 0, "limited", "firewall", DROP(NEW_FLOW_LIMITED)), 80);
	CHECK(world_server_sends(world, 0, &answer));
	CHECK(world_client_sends(world, 0, &data));
	world_wait(world, 1000);
	CHECK_EQUAL(open_flows(world, 2000, 100), 10);
	world_free(world);
}

static void
other_tenants_and_new_views_change_nothing(void)
{
	struct world *world = limited_world();
	struct frame syn = tcp_to_server(3000, 80, SYN);

	CHECK_EQUAL(open_flows(world, 1000, 100), 20);
	CHECK(world_client_sends(world, 1, &syn)); /* another tenant's bucket is full */
	world->views[0].id = 2;
	world->views[0].uid = "next";
	world_apply(world);
	CHECK_EQUAL(open_flows(world, 2000, 100), 0);
	world_free(world);
}

static void
burst_without_a_limit_is_refused(void)
{
	struct world *world = limited_world();
	struct desired *desired = world_desired(world, FIREWALL_1);
	struct dp_error error;

	for (size_t i = 0; i < desired->state.views[0]->n_nodes; i++)
		if (desired->state.views[0]->nodes[i]->kind_case == NFAAS__DATAPLANE__V1__NODE__KIND_FIREWALL)
			desired->state.views[0]->nodes[i]->firewall->new_flows_per_second = 0;
	error = world_refuse(world, FIREWALL_1, desired);
	CHECK_EQUAL(error.code, CODE(INVALID_ARGUMENT));
	CHECK(strstr(error.field, ".firewall.new_flow_burst") != NULL);
	desired_free(desired);
	world_free(world);
}

TEST_MAIN(TEST(bucket_gives_its_burst_and_then_its_rate), TEST(nodes_have_buckets_of_their_own),
	TEST(bucket_that_is_full_again_is_for_the_next_node), TEST(bucket_that_is_not_full_is_no_other_nodes),
	TEST(new_flows_over_the_limit_are_dropped_and_established_ones_pass), TEST(other_tenants_and_new_views_change_nothing),
	TEST(burst_without_a_limit_is_refused))
