/* SPDX-License-Identifier: Apache-2.0 */
/* A tenant's share of the packet buffers, with the I/O thread's own loop and no worker. */
#include "lib/world.h"
#include "runtime/io_internal.h"
#include "runtime/buffers.h"
#include "runtime/run_to_completion.h"
#include "runtime/tenant_queue.h"

#define QUOTA 300
#define TENANT_REASON(t, name) world_tenant_drops(world, GATEWAY_A, t, DROP(name))

/* Client hosts: what they send next, and how much of it is left. */
static struct source {
	struct port port; /* first */
	unsigned left;
	struct frame frame;
} sources[WORLD_TENANTS];

static struct world *world;
static struct shared shared;
static struct io *io;
static struct snapshot *snapshot;
static struct tenant_queue *queues[WORLD_TENANTS];

static uint16_t
source_rx(struct port *port, struct rte_mempool *pool, struct rte_mbuf **pkts, uint16_t n)
{
	struct source *source = (struct source *)port;

	(void)pool;
	n = RTE_MIN(n, source->left);
	for (uint16_t i = 0; i < n; i++) {
		source->frame.id++;
		pkts[i] = frame_make(&world_host_mac, &world_router_mac, &source->frame);
	}
	source->left -= n;
	return n;
}

static bool
source_is_crowded(const struct port *port)
{
	(void)port;
	return false;
}

static const struct port_ops source_ops = {.rx = source_rx, .is_crowded = source_is_crowded};

static void
open_sources(void)
{
	struct port_plan plan = {.n = WORLD_TENANTS};

	for (unsigned t = 0; t < WORLD_TENANTS; t++) {
		sources[t] = (struct source){.port = {.ops = &source_ops, .dp.index = EDGE_PORT(t)}, .frame = echo_request(1)};
		plan.dp[t] = sources[t].port.dp;
		plan.ports[t] = &sources[t].port;
	}
	snapshot = snapshot_create(world->state[GATEWAY_A], &plan);
}

static void
start(void)
{
	struct dp_tenant_info tenant;

	world = world_new();
	shared = (struct shared){.dp = world->dp[GATEWAY_A], .pool = test_pool(), .run_to_completion = true, .buffer_quota = QUOTA};
	shared.probes = rte_ring_create("probes", 32, SOCKET_ID_ANY, 0);
	open_sources();
	for (unsigned t = 0; t < WORLD_TENANTS; t++) {
		dp_state_tenant(snapshot->state, t, &tenant);
		queues[t] = tenant_queue_create(&shared, &tenant);
		snapshot_add_queue(snapshot, queues[t]);
	}
	snapshot_group(snapshot);
	io = calloc(1, sizeof(*io));
	io->shared = &shared;
	io->us_cycles = rte_get_tsc_hz() / 1000000;
	io->next_keep = UINT64_MAX;
	rtc_init(io);
}

static void
stop(void)
{
	for (unsigned t = 0; t < WORLD_TENANTS; t++)
		tenant_queue_destroy(queues[t]);
	free(io);
	free(snapshot);
	rte_ring_free(shared.probes);
	world_free(world);
}

/* The I/O thread moves all that a host sends; nobody works. */
static void
flood(unsigned tenant, unsigned packets)
{
	shared.run_to_completion = false;
	sources[tenant].left = packets;
	while (sources[tenant].left > 0)
		io_poll_once(io, snapshot);
	shared.run_to_completion = true;
}

static void
tenant_whose_worker_stands_still_has_no_more_buffers_than_its_quota(void)
{
	start();
	unsigned before = rte_mempool_avail_count(test_pool());

	flood(0, 2000);
	CHECK_EQUAL(buffers_in_use(queues[0]), QUOTA);
	CHECK_EQUAL(before - rte_mempool_avail_count(test_pool()), QUOTA);
	CHECK_EQUAL(TENANT_REASON(0, BUFFER_QUOTA), 2000 - QUOTA);
	stop();
}

static void
neighbour_of_a_flood_loses_nothing(void)
{
	start();
	flood(0, 2000);
	flood(1, QUOTA);
	CHECK_EQUAL(buffers_in_use(queues[1]), QUOTA);
	CHECK_EQUAL(TENANT_REASON(1, BUFFER_QUOTA) + TENANT_REASON(1, QUEUE_FULL), 0);
	stop();
}

static void
packets_that_wait_in_tables_count(void)
{
	const unsigned kept = 100;

	start();
	sources[0].frame.fragment = 64; /* each of a datagram of its own, whose first one never comes */
	sources[0].left = kept;
	while (sources[0].left > 0)
		io_run_once(io, snapshot);
	while (rte_ring_count(queues[0]->in) > 0)
		io_run_once(io, snapshot);
	CHECK_EQUAL(buffers_in_use(queues[0]), kept);
	flood(0, 2000);
	CHECK_EQUAL(rte_ring_count(queues[0]->in), QUOTA - kept);
	CHECK_EQUAL(buffers_in_use(queues[0]), QUOTA);
	stop();
}

static void
room_comes_back_with_the_packets(void)
{
	struct rte_mbuf *m;

	start();
	flood(0, 2000);
	for (unsigned i = 0; i < 50; i++) {
		CHECK(rte_ring_sc_dequeue(queues[0]->in, (void **)&m) == 0);
		rte_pktmbuf_free(m);
	}
	flood(0, 2000);
	CHECK_EQUAL(TENANT_REASON(0, BUFFER_QUOTA), 4000 - QUOTA - 50);
	stop();
}

static void
worker_may_not_make_more_of_its_packets_than_the_quota(void)
{
	start();
	flood(0, QUOTA - 40);
	buffers_begin(queues[0], snapshot->state, 32); /* as if taken out of the ring a moment ago */
	CHECK_EQUAL(buffers_allow(queues[0], snapshot->state, 32), 32);
	CHECK_EQUAL(buffers_allow(queues[0], snapshot->state, 64), 32 + 8);
	buffers_end(queues[0], snapshot->state);
	CHECK_EQUAL(buffers_in_use(queues[0]), QUOTA - 40);
	stop();
}

TEST_MAIN(TEST(tenant_whose_worker_stands_still_has_no_more_buffers_than_its_quota),
	TEST(neighbour_of_a_flood_loses_nothing), TEST(packets_that_wait_in_tables_count), TEST(room_comes_back_with_the_packets),
	TEST(worker_may_not_make_more_of_its_packets_than_the_quota))
