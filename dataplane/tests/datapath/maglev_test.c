/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/test.h"
#include "lb/maglev.h"
#include "lb/pool.h"

#define BACKENDS 10

/* The worked example of the paper, section 3.4, table 1 and its figure. */
static void
table_is_the_papers_example(void)
{
	static const struct dp_maglev_backend all[] = {{3, 4, 1}, {0, 2, 1}, {3, 1, 1}};
	static const struct dp_maglev_backend without_b1[] = {{3, 4, 1}, {0, 2, 0}, {3, 1, 1}};
	static const uint16_t before[] = {1, 0, 1, 0, 2, 2, 0}, after[] = {0, 0, 0, 0, 2, 2, 2};
	uint16_t table[7];

	CHECK(dp_maglev_fill(table, 7, all, 3));
	CHECK(memcmp(table, before, sizeof(table)) == 0);
	CHECK(dp_maglev_fill(table, 7, without_b1, 3));
	CHECK(memcmp(table, after, sizeof(table)) == 0);
}

static void
table_of_no_weight_is_refused(void)
{
	static const struct dp_maglev_backend none[] = {{3, 4, 0}, {0, 2, 0}};
	uint16_t table[7];

	CHECK(!dp_maglev_fill(table, 7, none, 2));
}

static struct dp_pool *
make_sized_pool(unsigned n, unsigned without, const uint32_t *weights, bool reversed, uint32_t table_size)
{
	struct dp_backend backends[BACKENDS] = {0};
	enum dp_pool_fault fault;
	uint16_t used = 0;
	struct dp_pool *pool;

	for (unsigned i = 0; i < n; i++) {
		unsigned pod = reversed ? n - 1 - i : i;

		if (pod == without)
			continue;
		snprintf(backends[used].name, DP_NAME_SIZE, "firewall-%u", pod);
		backends[used].address = 0x0a000001 + pod;
		backends[used++].weight = weights != NULL ? weights[pod] : 100;
	}
	pool = dp_pool_build(backends, used, table_size, &fault);
	CHECK(pool != NULL);
	return pool;
}

static struct dp_pool *
make_pool(unsigned n, unsigned without, const uint32_t *weights, bool reversed)
{
	return make_sized_pool(n, without, weights, reversed, DP_MAGLEV_SIZE);
}

static void
count_shares(const struct dp_pool *pool, unsigned *shares)
{
	memset(shares, 0, BACKENDS * sizeof(*shares));
	for (unsigned entry = 0; entry < pool->table_size; entry++)
		shares[pool->maglev[entry]]++;
}

static void
check_equal_shares(uint32_t table_size)
{
	struct dp_pool *pool = make_sized_pool(BACKENDS, BACKENDS, NULL, false, table_size);
	unsigned shares[BACKENDS];

	count_shares(pool, shares);
	for (unsigned i = 0; i < BACKENDS; i++)
		CHECK(shares[i] == table_size / BACKENDS || shares[i] == table_size / BACKENDS + 1);
	dp_pool_unref(pool);
}

static void
backends_of_equal_weight_get_equal_shares_to_one_entry(void)
{
	check_equal_shares(DP_MAGLEV_SIZE);
	check_equal_shares(DP_MAGLEV_SIZE_LARGE);
}

static void
backends_get_shares_by_weight(void)
{
	static const uint32_t weights[] = {100, 50, 0, 50};
	struct dp_pool *pool = make_pool(4, 4, weights, false);
	unsigned shares[BACKENDS];

	count_shares(pool, shares);
	CHECK(shares[2] == 0);
	CHECK(abs((int)shares[0] - DP_MAGLEV_SIZE / 2) < 4);
	CHECK(abs((int)shares[1] - DP_MAGLEV_SIZE / 4) < 4);
	CHECK(abs((int)shares[3] - DP_MAGLEV_SIZE / 4) < 4);
	dp_pool_unref(pool);
}

static void
table_does_not_depend_on_the_order_of_arrival(void)
{
	struct dp_pool *a = make_pool(BACKENDS, BACKENDS, NULL, false), *b = make_pool(BACKENDS, BACKENDS, NULL, true);

	CHECK(memcmp(a->maglev, b->maglev, DP_MAGLEV_SIZE * sizeof(*a->maglev)) == 0);
	dp_pool_unref(a);
	dp_pool_unref(b);
}

/* Entries that move although their backend stays, when backend `without` of n goes, in parts of 10,000. */
static unsigned
moved_beyond_its_share(unsigned n, unsigned without, uint32_t table_size)
{
	struct dp_pool *all = make_sized_pool(n, n, NULL, false, table_size);
	struct dp_pool *less = make_sized_pool(n, without, NULL, false, table_size);
	unsigned moved = 0;

	for (unsigned entry = 0; entry < table_size; entry++) {
		const char *before = all->backends[all->maglev[entry]].name;

		if (strcmp(before, all->backends[dp_pool_find(all, 0x0a000001 + without, 0)].name) != 0)
			moved += strcmp(before, less->backends[less->maglev[entry]].name) != 0;
	}
	dp_pool_unref(all);
	dp_pool_unref(less);
	return (unsigned)((uint64_t)moved * 10000 / table_size);
}

/* The paper's figure 12: losing one of N backends moves its 1/N of the entries and few others. */
static void
loss_of_a_backend_moves_few_other_entries(void)
{
	for (unsigned without = 0; without < BACKENDS; without++) {
		CHECK(moved_beyond_its_share(BACKENDS, without, DP_MAGLEV_SIZE) <= 70); /* 0.7 % */
		CHECK(moved_beyond_its_share(BACKENDS, without, DP_MAGLEV_SIZE_LARGE) <= 20);
	}
}

static void
backend_is_found_by_address_wherever_it_was(void)
{
	struct dp_pool *pool = make_pool(BACKENDS, 3, NULL, false);

	for (uint16_t hint = 0; hint < BACKENDS + 2; hint++)
		for (uint32_t pod = 0; pod < BACKENDS; pod++) {
			int32_t index = dp_pool_find(pool, 0x0a000001 + pod, hint);

			CHECK((index >= 0) == (pod != 3));
			CHECK(index < 0 || pool->backends[index].address == 0x0a000001 + pod);
		}
	dp_pool_unref(pool);
}

static void
pool_of_one_takes_all_and_a_drained_one_takes_none(void)
{
	static const uint32_t drained[] = {0, 0};
	struct dp_pool *one = make_pool(1, 1, NULL, false), *none = make_pool(2, 2, drained, false);

	CHECK(dp_pool_pick(one, 0xffffffff) == 0);
	CHECK(dp_pool_pick(none, 0) == -1);
	CHECK(dp_pool_find(none, 0x0a000001, 0) == 0);
	dp_pool_unref(one);
	dp_pool_unref(none);
}

TEST_MAIN(TEST(table_is_the_papers_example), TEST(table_of_no_weight_is_refused),
	TEST(backends_of_equal_weight_get_equal_shares_to_one_entry), TEST(backends_get_shares_by_weight),
	TEST(table_does_not_depend_on_the_order_of_arrival), TEST(loss_of_a_backend_moves_few_other_entries),
	TEST(backend_is_found_by_address_wherever_it_was), TEST(pool_of_one_takes_all_and_a_drained_one_takes_none))
