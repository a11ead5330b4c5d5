/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cycles per packet of the datapath's stages, one thread, bursts of 32: the best of several rounds, since other work on
 * the machine can only add. Nothing is asserted.
 */
#include "flow/flow_table.h"
#include "lib/bench.h"
#include "lb/pool.h"
#include "packet/outer.h"
#include "view/state.h"

#define ROUNDS 50
#define BURSTS 200
#define NODE 42

static volatile uint64_t sink;

#define MEASURE(stage, packets, ...) \
	do { \
		uint64_t best_ = UINT64_MAX; \
		for (unsigned round_ = 0; round_ < ROUNDS; round_++) { \
			uint64_t start_ = rte_rdtsc_precise(), spent_; \
			__VA_ARGS__; \
			spent_ = rte_rdtsc_precise() - start_; \
			best_ = RTE_MIN(best_, spent_); \
		} \
		bench_report(stage, (double)best_ / (double)(packets)); \
	} while (0)

static void
bench_maglev(void)
{
	struct dp_backend backends[16] = {0};
	enum dp_pool_fault fault;
	struct dp_pool *pool;
	uint32_t hash = 1;
	uint64_t sum = 0;

	for (unsigned i = 0; i < 16; i++) {
		snprintf(backends[i].name, DP_NAME_SIZE, "pod-%u", i);
		backends[i].address = 1 + i;
		backends[i].weight = 100;
	}
	pool = dp_pool_build(backends, 16, DP_MAGLEV_SIZE, &fault);
	CHECK(pool != NULL);
	MEASURE("maglev lookup (random, 16 backends)", 10000, for (unsigned i = 0; i < 10000; i++) {
		hash = hash * 1664525 + 1013904223;
		sum += (uint64_t)dp_pool_pick(pool, hash);
	});
	sink = sum;
	dp_pool_unref(pool);
}

static void
bench_maglev_build(uint32_t table_size)
{
	static struct dp_backend backends[1000];
	enum dp_pool_fault fault;
	uint64_t best = UINT64_MAX;
	char stage[64];

	for (unsigned i = 0; i < 1000; i++) {
		snprintf(backends[i].name, DP_NAME_SIZE, "pod-%u", i);
		backends[i].address = 1 + i;
		backends[i].weight = 100;
	}
	for (unsigned round = 0; round < 5; round++) {
		uint64_t start = rte_rdtsc_precise();
		struct dp_pool *pool = dp_pool_build(backends, 1000, table_size, &fault);

		best = RTE_MIN(best, rte_rdtsc_precise() - start);
		dp_pool_unref(pool);
	}
	snprintf(stage, sizeof(stage), "pool build (1000 backends, %u entries)", table_size);
	printf("%-52s %7.2f ms\n", stage, 1e3 * (double)best / (double)rte_get_tsc_hz());
}

/* Lookups as a burst does them: hash and prefetch 32, prefetch their entries, then find 32. */
static void
bench_flow_table(const char *stage, uint32_t flows, uint32_t max_flows)
{
	struct dp_flow_table table;
	uint64_t found = 0, seed = 1;
	struct dp_flow flow[DP_BURST];
	uint64_t hash[DP_BURST];

	CHECK(dp_flow_table_init(&table, max_flows, 99));
	for (uint32_t i = 0; i < flows; i++) {
		flow[0] = (struct dp_flow){.address = {i, 7}, .port = {1, 2}, .protocol = 6};
		dp_flow_table_add(&table, dp_flow_table_hash(&table, NODE, &flow[0]), NODE, &flow[0],
			DP_FLOW_TCP_ESTABLISHED, 1);
	}
	MEASURE(stage, BURSTS * DP_BURST, for (unsigned b = 0; b < BURSTS; b++) {
		for (unsigned i = 0; i < DP_BURST; i++) {
			flow[i] = (struct dp_flow){.address = {(uint32_t)test_random(&seed) % flows, 7}, .port = {1, 2},
				.protocol = 6};
			hash[i] = dp_flow_table_hash(&table, NODE, &flow[i]);
			dp_flow_table_prefetch(&table, hash[i]);
		}
		for (unsigned i = 0; i < DP_BURST; i++)
			dp_flow_table_prefetch_entry(&table, hash[i], 1);
		for (unsigned i = 0; i < DP_BURST; i++)
			found += dp_flow_table_find(&table, hash[i], NODE, &flow[i], 1) != NULL;
	});
	sink = found;
	dp_flow_table_fini(&table);
}

/*
 * A flood of new flows on a table that is full: of established flows, which refuse them, or of the flood's own, which they
 * replace. What a burst does for each: hash, prefetch, find nothing, try to add.
 */
static void
bench_flood(const char *stage, enum dp_flow_class full_of, uint32_t max_flows)
{
	struct dp_flow_table table;
	struct dp_flow flow[DP_BURST];
	uint64_t hash[DP_BURST], added = 0;
	uint32_t next = 0;

	CHECK(dp_flow_table_init(&table, max_flows, 99));
	for (; next < 4 * max_flows; next++) {
		flow[0] = (struct dp_flow){.address = {next, 7}, .port = {1, 2}, .protocol = 6};
		dp_flow_table_add(&table, dp_flow_table_hash(&table, NODE, &flow[0]), NODE, &flow[0], full_of, 1);
	}
	MEASURE(stage, BURSTS * DP_BURST, for (unsigned b = 0; b < BURSTS; b++) {
		for (unsigned i = 0; i < DP_BURST; i++) {
			flow[i] = (struct dp_flow){.address = {next++, 7}, .port = {1, 2}, .protocol = 6};
			hash[i] = dp_flow_table_hash(&table, NODE, &flow[i]);
			dp_flow_table_prefetch(&table, hash[i]);
		}
		for (unsigned i = 0; i < DP_BURST; i++)
			dp_flow_table_prefetch_entry(&table, hash[i], 1);
		for (unsigned i = 0; i < DP_BURST; i++)
			if (dp_flow_table_find(&table, hash[i], NODE, &flow[i], 1) == NULL)
				added += dp_flow_table_add(&table, hash[i], NODE, &flow[i], DP_FLOW_TCP_OPENING, 1) != NULL;
	});
	sink = added;
	dp_flow_table_fini(&table);
}

/* Whole stages of a pod: the same 32 frames again and again. */
struct bench_pod {
	struct world *world;
	enum pod pod;
	uint16_t port;
	struct bench_frames frames;
};

static void
bench_pod(struct bench_pod *bench, const char *name)
{
	struct dp *dp = bench->world->dp[bench->pod];
	struct dp_state *state = bench->world->state[bench->pod];
	struct rte_mbuf *out[DP_OUT_MAX];
	uint64_t classify = UINT64_MAX, process = UINT64_MAX, latency = UINT64_MAX;
	char stage[64];

	for (unsigned round = 0; round < ROUNDS * BURSTS; round++) {
		uint64_t start, middle, end, counted;
		int slot = 0;

		bench_put_back(&bench->frames, 0);
		start = rte_rdtsc_precise();
		for (unsigned i = 0; i < DP_BURST; i++)
			slot = dp_classify(dp, state, bench->port, 1, bench->frames.pkts[i]);
		middle = rte_rdtsc_precise();
		CHECK(slot >= 0);
		CHECK_EQUAL(dp_process_burst(dp, state, (uint16_t)slot, bench->frames.pkts, DP_BURST, 1, out), DP_BURST);
		end = rte_rdtsc_precise();
		dp_latency_count(dp, state, (uint16_t)slot, out, DP_BURST, end);
		counted = rte_rdtsc_precise();
		classify = RTE_MIN(classify, middle - start);
		process = RTE_MIN(process, end - middle);
		latency = RTE_MIN(latency, counted - end);
	}
	snprintf(stage, sizeof(stage), "%s: classify (I/O thread)", name);
	bench_report(stage, (double)classify / DP_BURST);
	snprintf(stage, sizeof(stage), "%s: whole (worker)", name);
	bench_report(stage, (double)process / DP_BURST);
	snprintf(stage, sizeof(stage), "%s: latency histogram (worker)", name);
	bench_report(stage, (double)latency / DP_BURST);
	bench_frames_free(&bench->frames);
}

static void
bench_pods(void)
{
	struct world *world = world_new();
	static struct bench_pod gateway_in, firewall, gateway_out;

	world->absent[FIREWALL_2] = true;
	world_apply(world);
	gateway_in = (struct bench_pod){.world = world, .pod = GATEWAY_A, .port = EDGE_PORT(0),
		.frames = bench_frames_new(DP_BURST)};
	firewall = (struct bench_pod){.world = world, .pod = FIREWALL_1, .port = GATEWAY_A,
		.frames = bench_frames_new(DP_BURST)};
	gateway_out = (struct bench_pod){.world = world, .pod = GATEWAY_B, .port = FIREWALL_1,
		.frames = bench_frames_new(DP_BURST)};
	for (uint16_t i = 0; i < DP_BURST; i++) {
		struct frame syn = tcp_to_server(1000 + i, 80, SYN), data = tcp_to_server(1000 + i, 80, ACK);
		struct rte_mbuf *m = frame_make(&world_host_mac, &world_router_mac, &data);

		CHECK(world_client_sends(world, 0, &syn));
		bench_hold(&gateway_in.frames, i, m);
		rte_pktmbuf_free(m);
		CHECK(world_client_sends(world, 0, &data));
		bench_hold(&gateway_out.frames, i, world->last_fabric);
		bench_turn_back(world->last_fabric);
		bench_hold(&firewall.frames, i, world->last_fabric);
	}
	bench_pod(&gateway_in, "gateway in (inject, choose, encapsulate)");
	bench_pod(&firewall, "firewall (conntrack hit, next hop)");
	bench_pod(&gateway_out, "gateway out (decapsulate, neighbour)");
	world_free(world);
}

static void
bench_rules(unsigned n)
{
	struct dp_rule *rules = calloc(n, sizeof(*rules));
	struct dp_rule6 *rules6 = calloc(n, sizeof(*rules6));
	struct dp_ruleset *set;
	char stage[64];
	uint64_t sum = 0;
	uint32_t port = 0;

	CHECK(rules != NULL && rules6 != NULL);
	for (unsigned i = 0; i < n; i++)
		rules[i] = (struct dp_rule){.source = dp_prefix_make(IP(10, i >> 8, i & 0xff, 0), 24), .protocol = IPPROTO_TCP,
			.source_ports = {0, UINT16_MAX}, .destination_ports = {80, 80}, .allow = 1, .ipv4 = 1};
	set = dp_ruleset_build(rules, rules6, n, false, 1);
	free(rules6);
	CHECK(set != NULL);
	snprintf(stage, sizeof(stage), "firewall rules, no match among %u (new flow)", n);
	MEASURE(stage, 1000, for (unsigned i = 0; i < 1000; i++) {
		struct dp_rule_key key = {.source = IP(11, 0, 0, 1) + i, .destination_port = (uint16_t)++port,
			.protocol = IPPROTO_TCP, .has_ports = true};

		sum += dp_ruleset_match(set, &key).rule;
	});
	sink = sum;
	dp_ruleset_unref(set);
	free(rules);
}

int
main(void)
{
	test_init();
	bench_maglev();
	bench_maglev_build(DP_MAGLEV_SIZE);
	bench_maglev_build(DP_MAGLEV_SIZE_LARGE);
	bench_flow_table("flow table hit (4096 flows)", 4096, 65536);
	bench_flow_table("flow table hit (1000000 flows)", 1000000, 1 << 21);
	bench_flood("new flow, table full of established (1000000 flows)", DP_FLOW_TCP_ESTABLISHED, 1 << 20);
	bench_flood("new flow, table full of openings (1000000 flows)", DP_FLOW_TCP_OPENING, 1 << 20);
	bench_rules(10);
	bench_rules(64);
	bench_rules(300);
	bench_rules(10000);
	bench_pods();
	return 0;
}
