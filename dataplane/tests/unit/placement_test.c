/* SPDX-License-Identifier: Apache-2.0 */
/* Which tenant has which thread, with real threads. */
#include "lib/world.h"
#include "runtime/placement.h"

#define WORKERS 4
#define TENANTS 8

static struct shared shared;
static struct placement placement;
static struct snapshot *snapshot;

static void
start(unsigned tenants_max, unsigned workers_max)
{
	shared = (struct shared){.rcu = rcu_create(), .buffer_quota = 300};
	snapshot = snapshot_create(NULL, NULL);
	atomic_store(&shared.snapshot, snapshot); /* without queues: the workers sleep */
	placement_init(&placement, &shared, tenants_max, workers_max);
}

static struct tenant_queue *
add(struct snapshot *next, uint32_t tenant_id)
{
	const struct dp_tenant_info tenant = {.tenant_id = tenant_id, .slot = (uint16_t)tenant_id, .cpu_weight = 100};
	struct dp_error error;
	struct tenant_queue *q = placement_add(&placement, next, &tenant, &error);

	if (q != NULL)
		snapshot_add_queue(next, q);
	return q;
}

static void
stop(struct snapshot *next)
{
	for (uint16_t i = 0; i < next->n_queues; i++)
		placement_remove(&placement, next->list[i]);
	for (unsigned i = 0; i < WORKERS_MAX; i++)
		CHECK(placement.live[i] == NULL);
	free(next);
	free(snapshot);
	rcu_destroy(shared.rcu);
}

static void
tenants_beyond_the_threads_share_one_and_the_others_have_their_own(void)
{
	struct snapshot *next = snapshot_create(NULL, NULL);
	unsigned live = 0;

	start(TENANTS, WORKERS);
	for (uint32_t t = 1; t <= TENANTS; t++)
		CHECK(add(next, t)->worker->is_shared == (t >= WORKERS));
	for (unsigned i = 0; i < WORKERS_MAX; i++)
		live += placement.live[i] != NULL;
	CHECK_EQUAL(live, WORKERS);
	snapshot_group(next);
	CHECK_EQUAL(next->n_workers, WORKERS);
	for (uint16_t i = 0; i < next->n_workers; i++)
		CHECK_EQUAL(snapshot_of_worker(next, next->workers[i]->index).n,
			next->workers[i]->is_shared ? TENANTS - WORKERS + 1 : 1);
	placement_weigh(next);
	for (uint16_t i = 0; i < next->n_workers; i++)
		CHECK_EQUAL(next->workers[i]->cpu_weight, 100u * next->workers[i]->n_queues);
	stop(next);
}

static void
nobody_shares_where_there_is_a_thread_for_each(void)
{
	struct snapshot *next = snapshot_create(NULL, NULL);

	start(WORKERS, WORKERS);
	for (uint32_t t = 1; t <= WORKERS; t++)
		CHECK(!add(next, t)->worker->is_shared);
	stop(next);
}

static void
shared_threads_are_filled_evenly(void)
{
	struct snapshot *next = snapshot_create(NULL, NULL);

	start(32, 16);
	for (uint32_t t = 1; t <= 32; t++)
		add(next, t);
	for (unsigned i = 0; i < placement.n_shared; i++)
		CHECK_EQUAL(placement.live[i]->n_queues, (32 - placement.n_own) / placement.n_shared);
	stop(next);
}

static void
tenant_that_comes_when_one_leaves_takes_its_place(void)
{
	struct snapshot *before = snapshot_create(NULL, NULL), *next = snapshot_create(NULL, NULL);
	struct tenant_queue *leaver;

	start(TENANTS, WORKERS);
	for (uint32_t t = 1; t <= TENANTS - 1; t++)
		add(before, t);
	leaver = before->list[0];
	for (uint16_t i = 1; i < before->n_queues; i++)
		snapshot_add_queue(next, before->list[i]);
	CHECK(!add(next, TENANTS)->worker->is_shared); /* although the other's thread still runs */
	placement_remove(&placement, leaver);
	free(before);
	stop(next);
}

TEST_MAIN(TEST(tenants_beyond_the_threads_share_one_and_the_others_have_their_own),
	TEST(nobody_shares_where_there_is_a_thread_for_each), TEST(shared_threads_are_filled_evenly),
	TEST(tenant_that_comes_when_one_leaves_takes_its_place))
