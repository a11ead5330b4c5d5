/* SPDX-License-Identifier: Apache-2.0 */
/* How long packets are in a pod, by position. */
#include "counters/latency.h"
#include "lib/world.h"
#include "view/state.h"

#define MS 1000 /* ticks of the world's clock */

static void
buckets_are_powers_of_two(void)
{
	CHECK_EQUAL(dp_latency_bucket(0), 0);
	CHECK_EQUAL(dp_latency_bucket(255), 0);
	CHECK_EQUAL(dp_latency_bucket(256), 1);
	CHECK_EQUAL(dp_latency_bucket(511), 1);
	CHECK_EQUAL(dp_latency_bucket(512), 2);
	CHECK_EQUAL(dp_latency_bucket(UINT64_MAX), DP_LATENCY_BUCKETS - 1);
}

/* A ping of the client as gateway A sends it on. */
static struct rte_mbuf *
ping_through(struct world *world, uint16_t identifier)
{
	struct dp *dp = world->dp[GATEWAY_A];
	struct dp_state *state = world->state[GATEWAY_A];
	struct frame ping = echo_request(identifier);
	struct rte_mbuf *m = frame_make(&world_host_mac, &world_router_mac, &ping), *out[DP_OUT_MAX];
	int slot = dp_classify(dp, state, EDGE_PORT(0), world->now, m);

	CHECK_EQUAL(slot, 0);
	CHECK_EQUAL(dp_process_burst(dp, state, 0, &m, 1, world->now, out), 1);
	return out[0];
}

/* A ping of the client that gateway A has for so long. */
static void
hold(struct world *world, uint16_t identifier, uint64_t ticks)
{
	struct rte_mbuf *m = ping_through(world, identifier);

	dp_latency_count(world->dp[GATEWAY_A], world->state[GATEWAY_A], 0, &m, 1, world->now + ticks);
	rte_pktmbuf_free(m);
}

static const Nfaas__Dataplane__V1__LatencyHistogram *
find(const Nfaas__Dataplane__V1__CountersResponse *response, const char *node)
{
	for (size_t v = 0; v < response->n_views; v++)
		for (size_t i = 0; response->views[v]->tenant_id == TENANT_ID(0) && i < response->views[v]->n_latency; i++)
			if (strcmp(response->views[v]->latency[i]->node, node) == 0)
				return response->views[v]->latency[i];
	return NULL;
}

static void
free_counters(const Nfaas__Dataplane__V1__CountersResponse *response)
{
	for (size_t i = 0; i < response->n_views; i++)
		nfaas__dataplane__v1__view_counters__free_unpacked(response->views[i], NULL);
	for (size_t i = 0; i < response->n_tenants; i++)
		nfaas__dataplane__v1__tenant_counters__free_unpacked(response->tenants[i], NULL);
	free(response->views);
	free(response->tenants);
}

static void
packet_is_counted_once_in_the_bucket_of_its_time_at_its_position(void)
{
	struct world *world = world_new();
	Nfaas__Dataplane__V1__CountersResponse response = NFAAS__DATAPLANE__V1__COUNTERS_RESPONSE__INIT;
	const Nfaas__Dataplane__V1__LatencyHistogram *histogram;
	uint64_t packets = 0;

	hold(world, 1, 0);
	hold(world, 2, 10 * MS);
	hold(world, 3, 10 * MS);
	CHECK(dp_counters_fill(world->dp[GATEWAY_A], world->state[GATEWAY_A], &response));
	histogram = find(&response, "client");
	CHECK(histogram != NULL);
	CHECK(find(&response, "firewall") == NULL); /* not run here */
	CHECK_EQUAL(histogram->direction, FORWARD);
	CHECK_EQUAL(histogram->n_buckets, DP_LATENCY_BUCKETS);
	for (size_t i = 0; i < histogram->n_buckets; i++)
		packets += histogram->buckets[i];
	CHECK_EQUAL(packets, 3);
	CHECK_EQUAL(histogram->buckets[0], 1);
	CHECK_EQUAL(histogram->buckets[dp_latency_bucket(10 * UINT64_C(1000000))], 2);
	CHECK(histogram->sum_ns > UINT64_C(19800000) && histogram->sum_ns < UINT64_C(20200000)); /* to a stamp's 64 us */
	free_counters(&response);
	world_free(world);
}

static void
packets_of_one_burst_are_counted_each_by_its_own_time(void)
{
	struct world *world = world_new();
	Nfaas__Dataplane__V1__CountersResponse response = NFAAS__DATAPLANE__V1__COUNTERS_RESPONSE__INIT;
	const Nfaas__Dataplane__V1__LatencyHistogram *histogram;
	struct rte_mbuf *pkts[6];

	for (uint16_t i = 0; i < 6; i++)
		pkts[i] = ping_through(world, i);
	dp_meta(pkts[2])->received = dp_latency_stamp(world->now + 10 * MS); /* just now */
	dp_meta(pkts[4])->received = 0; /* made here */
	dp_latency_count(world->dp[GATEWAY_A], world->state[GATEWAY_A], 0, pkts, 6, world->now + 10 * MS);
	rte_pktmbuf_free_bulk(pkts, 6);
	CHECK(dp_counters_fill(world->dp[GATEWAY_A], world->state[GATEWAY_A], &response));
	histogram = find(&response, "client");
	CHECK(histogram != NULL);
	CHECK_EQUAL(histogram->buckets[0], 1);
	CHECK_EQUAL(histogram->buckets[dp_latency_bucket(10 * UINT64_C(1000000))], 4);
	CHECK(histogram->sum_ns > UINT64_C(39600000) && histogram->sum_ns < UINT64_C(40400000));
	free_counters(&response);
	world_free(world);
}

TEST_MAIN(TEST(buckets_are_powers_of_two), TEST(packet_is_counted_once_in_the_bucket_of_its_time_at_its_position),
	TEST(packets_of_one_burst_are_counted_each_by_its_own_time))
