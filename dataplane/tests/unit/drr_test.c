/* SPDX-License-Identifier: Apache-2.0 */
/* Several tenants on one thread: who is served how much, and who is charged for it. */
#include <rte_cycles.h>

#include "lib/world.h"
#include "runtime/buffers.h"
#include "runtime/drr.h"

#define BACKLOG 1000

static struct world *world;
static struct shared shared;
static struct snapshot *snapshot;
static struct tenant_queue *queues[WORLD_TENANTS];
static struct drr drr;
static unsigned sent[WORLD_TENANTS];

static void
count_sent(void *owner, const struct snapshot *s, struct tenant_queue *q, struct rte_mbuf **pkts, uint16_t n)
{
	(void)owner;
	sent[q == queues[0] ? 0 : 1] += n;
	rte_pktmbuf_free_bulk(pkts, n);
	buffers_end(q, s->state);
}

static void
start(uint32_t first_weight, uint32_t second_weight)
{
	const uint32_t weights[WORLD_TENANTS] = {first_weight, second_weight};
	struct dp_tenant_info tenant;

	world = world_new();
	shared = (struct shared){.dp = world->dp[GATEWAY_A], .buffer_quota = BUFFERS_MAX};
	snapshot = snapshot_create(world->state[GATEWAY_A], NULL);
	for (unsigned t = 0; t < WORLD_TENANTS; t++) {
		dp_state_tenant(snapshot->state, t, &tenant);
		tenant.cpu_weight = weights[t];
		queues[t] = tenant_queue_create(&shared, &tenant);
		snapshot_add_queue(snapshot, queues[t]);
		sent[t] = 0;
	}
	snapshot_group(snapshot);
	drr_init(&drr, shared.dp, count_sent, NULL);
}

static void
stop(void)
{
	for (unsigned t = 0; t < WORLD_TENANTS; t++)
		tenant_queue_destroy(queues[t]);
	free(snapshot);
	world_free(world);
}

/* Packets of a tenant's client, as the I/O thread would leave them on its ring. */
static void
fill(unsigned t, unsigned packets)
{
	struct frame ping = echo_request(7);

	while (packets-- > 0 && rte_ring_free_count(queues[t]->in) > 0) {
		struct rte_mbuf *m = frame_make(&world_host_mac, &world_router_mac, &ping);
		CHECK_EQUAL(dp_classify(shared.dp, snapshot->state, EDGE_PORT(t), world->now, m), queues[t]->slot);
		CHECK(rte_ring_sp_enqueue(queues[t]->in, m) == 0);
	}
}

static uint64_t
charged(unsigned t)
{
	return counter_read(&queues[t]->charged);
}

/* Rounds while both have more than they can do. */
static void
compete(unsigned rounds)
{
	while (rounds-- > 0) {
		fill(0, BACKLOG);
		fill(1, BACKLOG);
		drr_resume(&drr);
		drr_round(&drr, snapshot, snapshot_all(snapshot));
	}
}

static void
tenants_that_want_more_than_there_is_share_by_weight(void)
{
	start(100, 400);
	compete(200);
	/* In cycles, to the debt of one burst; in packets as good as, since they are alike. */
	CHECK(counter_read(&queues[1]->cycles) * 100 > counter_read(&queues[0]->cycles) * 300);
	CHECK(counter_read(&queues[1]->cycles) * 100 < counter_read(&queues[0]->cycles) * 500);
	CHECK(sent[1] > 2 * sent[0]);
	stop();
}

static void
tenant_that_wants_little_gets_it_in_the_next_round_beside_a_flood(void)
{
	unsigned late = 0;

	start(100, 100);
	compete(10);
	while (drr_round(&drr, snapshot, snapshot_all(snapshot)) > 0)
		;
	sent[1] = 0;
	for (unsigned i = 0; i < 50; i++) {
		fill(0, BACKLOG);
		fill(1, 8);
		drr_resume(&drr);
		drr_round(&drr, snapshot, snapshot_all(snapshot));
		late += sent[1] < (i + 1) * 8;
	}
	CHECK(late < 25); /* an interrupt in its burst is charged to it, and some rounds later made up for */
	stop();
}

static void
tenant_that_used_less_than_its_share_goes_first_for_some_quanta(void)
{
	start(100, 100);
	const int64_t quantum = (int64_t)(10 * drr.us_cycles);
	for (unsigned i = 0; i < 1000; i++) {
		fill(0, BACKLOG);
		drr_round(&drr, snapshot, snapshot_all(snapshot));
	}
	int64_t credit = queues[1]->credit;
	CHECK(credit > 3 * quantum && credit < 8 * quantum); /* not all that it did not use */
	fill(1, BACKLOG);
	drr_round(&drr, snapshot, snapshot_all(snapshot));
	CHECK(counter_read(&queues[1]->cycles) >= (uint64_t)credit || rte_ring_empty(queues[1]->in));
	stop();
}

static void
what_its_packets_took_to_arrive_is_taken_from_a_tenants_share(void)
{
	const uint64_t owed = 5 * (rte_get_tsc_hz() / 1000000);
	const unsigned rounds = 200;

	start(100, 100);
	compete(10);
	uint64_t before[WORLD_TENANTS] = {counter_read(&queues[0]->cycles), counter_read(&queues[1]->cycles)};
	for (unsigned i = 0; i < rounds; i++) {
		drr_owe(queues[0], owed);
		compete(1);
	}
	uint64_t flood = counter_read(&queues[0]->cycles) - before[0], other = counter_read(&queues[1]->cycles) - before[1];
	CHECK((flood + rounds * owed) * 100 > other * 75);
	CHECK((flood + rounds * owed) * 100 < other * 125);
	CHECK(flood * 100 < other * 75);
	stop();
}

static void
piece_lasts_as_long_whatever_a_packet_takes(void)
{
	start(100, 100);
	CHECK_EQUAL(drr_piece(&drr, queues[0]), DP_BURST); /* nobody knows yet */
	queues[0]->packet_cycles = drr.us_cycles / 4;
	CHECK_EQUAL(drr_piece(&drr, queues[0]), 8);
	queues[0]->packet_cycles = 50 * drr.us_cycles;
	CHECK_EQUAL(drr_piece(&drr, queues[0]), 1);
	stop();
}

static void
tenant_that_is_alone_uses_what_the_others_leave(void)
{
	unsigned rounds = 0;

	start(1, 10000);
	fill(0, BACKLOG);
	while (sent[0] < BACKLOG && rounds++ < BACKLOG)
		CHECK(drr_round(&drr, snapshot, snapshot_all(snapshot)) > 0); /* no round is lost to waiting for credit */
	CHECK_EQUAL(sent[0], BACKLOG);
	stop();
}

static void
all_that_is_charged_is_somebodys(void)
{
	start(100, 100);
	compete(20);
	drr_pause(&drr, 12345);
	CHECK_EQUAL(charged(0) + charged(1), counter_read(&drr.charged));
	CHECK(charged(0) >= counter_read(&queues[0]->cycles) && charged(1) >= counter_read(&queues[1]->cycles));
	stop();
}

static void
what_went_by_while_the_thread_did_not_run_is_charged_to_nobody(void)
{
	const uint64_t ms = rte_get_tsc_hz() / 1000;
	uint64_t before, start_of_wait;

	start(100, 100);
	compete(5);
	before = counter_read(&drr.charged);
	drr_resume(&drr);
	start_of_wait = rte_rdtsc();
	while (rte_rdtsc() - start_of_wait < 20 * ms) /* as if the scheduler had given the CPU to another */
		;
	fill(0, 1);
	drr_round(&drr, snapshot, snapshot_all(snapshot));
	CHECK(counter_read(&drr.charged) - before < ms);
	stop();
}

TEST_MAIN(TEST(tenants_that_want_more_than_there_is_share_by_weight),
	TEST(tenant_that_wants_little_gets_it_in_the_next_round_beside_a_flood), 
	TEST(tenant_that_used_less_than_its_share_goes_first_for_some_quanta),
	TEST(what_its_packets_took_to_arrive_is_taken_from_a_tenants_share), TEST(piece_lasts_as_long_whatever_a_packet_takes),
	TEST(tenant_that_is_alone_uses_what_the_others_leave),
	TEST(all_that_is_charged_is_somebodys), TEST(what_went_by_while_the_thread_did_not_run_is_charged_to_nobody))
