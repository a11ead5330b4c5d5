/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one more position of a process costs: the same packets through 1, 2, 4 and 8 positions of a function that does as
 * little as it can, the worker's part. With few flows all is in the first cache and the work itself is seen; with many, what
 * waiting for memory adds. Variants take turns, round by round, so that they see the same machine.
 */
#include "forward/resolve.h"
#include "function/function.h"
#include "lib/bench.h"

#define ROUNDS 400
#define DEPTHS 4
#define FEW DP_BURST
#define MANY 1024

static const unsigned depths[DEPTHS] = {1, 2, 4, 8};
static unsigned drawing; /* the depth that is being drawn */

static node_t *
classifier(struct desired *desired, view_t *view, const char *name, uint32_t forward_si, uint32_t reverse_si)
{
	return desired_classifier_node(desired, view, name, forward_si, reverse_si, "firewalls");
}

static node_t *
firewall(struct desired *desired, view_t *view, const char *name, uint32_t forward_si, uint32_t reverse_si)
{
	return desired_firewall_node(desired, view, name, forward_si, reverse_si, "firewalls", ALLOW);
}

typedef node_t *draw_node(struct desired *, view_t *, const char *, uint32_t, uint32_t);

static void
draw_row(struct desired *desired, view_t *view, draw_node *draw)
{
	node_t *last = desired_attachment_node(desired, view, "client", 255, 254 - drawing, "gateway-a"), *server;

	for (unsigned i = 0; i < drawing; i++) {
		node_t *node = draw(desired, view, desired_text(desired, "position-%u", i), 254 - i, 255 - drawing + i);

		desired_edge(desired, last, node);
		last = node;
	}
	server = desired_attachment_node(desired, view, "server", 254 - drawing, 255, "gateway-b");
	desired_edge(desired, last, server);
}

static void
row_of_classifiers(struct desired *desired, view_t *view)
{
	draw_row(desired, view, classifier);
}

static void
row_of_firewalls(struct desired *desired, view_t *view)
{
	draw_row(desired, view, firewall);
}

struct row {
	struct world *world;
	struct bench_frames frames;
	uint64_t best; /* cycles for all frames */
};

static struct row
row_new(enum dp_role role, void (*graph)(struct desired *, view_t *), unsigned depth, unsigned flows)
{
	struct row row = {.frames = bench_frames_new(flows), .best = UINT64_MAX};

	drawing = depth;
	row.world = world_new_of(role, graph);
	row.world->n_tenants = 1;
	row.world->absent[FIREWALL_2] = true;
	world_apply(row.world);
	for (unsigned i = 0; i < flows; i++) {
		struct frame data = tcp_to_server((uint16_t)(1000 + i), 80, ACK);

		CHECK(world_client_sends(row.world, 0, &data));
		bench_turn_back(row.world->last_fabric);
		bench_hold(&row.frames, i, row.world->last_fabric);
		world_clear(row.world);
	}
	return row;
}

static void
row_free(struct row *row)
{
	bench_frames_free(&row->frames);
	world_free(row->world);
}

static void
run_round(struct row *row)
{
	struct dp *dp = row->world->dp[FIREWALL_1];
	const struct dp_state *state = row->world->state[FIREWALL_1];
	struct rte_mbuf *out[DP_OUT_MAX];
	uint64_t spent = 0;

	for (unsigned burst = 0; burst < row->frames.n / DP_BURST; burst++) {
		struct rte_mbuf **pkts = &row->frames.pkts[burst * DP_BURST];
		uint64_t start;
		int slot = 0;

		bench_put_back(&row->frames, burst);
		for (unsigned i = 0; i < DP_BURST; i++)
			slot = dp_classify(dp, state, GATEWAY_A, 1, pkts[i]);
		CHECK(slot >= 0);
		start = rte_rdtsc_precise();
		CHECK_EQUAL(dp_process_burst(dp, state, (uint16_t)slot, pkts, DP_BURST, 1, out), DP_BURST);
		spent += rte_rdtsc_precise() - start;
	}
	row->best = RTE_MIN(row->best, spent);
}

static double
cycles_of(const struct row *row)
{
	return (double)row->best / row->frames.n;
}

static void
bench_rows(const char *name, enum dp_role role, void (*graph)(struct desired *, view_t *), unsigned flows)
{
	struct row rows[DEPTHS];
	char stage[80];

	for (unsigned i = 0; i < DEPTHS; i++)
		rows[i] = row_new(role, graph, depths[i], flows);
	for (unsigned round = 0; round < ROUNDS; round++)
		for (unsigned i = 0; i < DEPTHS; i++)
			run_round(&rows[i]);
	for (unsigned i = 0; i < DEPTHS; i++) {
		snprintf(stage, sizeof(stage), "%s, %u flows: %u in a row", name, flows, depths[i]);
		bench_report(stage, cycles_of(&rows[i]));
	}
	for (unsigned i = 1; i < DEPTHS; i++) {
		snprintf(stage, sizeof(stage), "%s, %u flows: one more, from %u to %u", name, flows, depths[i - 1], depths[i]);
		bench_report(stage, (cycles_of(&rows[i]) - cycles_of(&rows[i - 1])) / (depths[i] - depths[i - 1]));
	}
	for (unsigned i = 0; i < DEPTHS; i++)
		row_free(&rows[i]);
}

/* What is not the walk: a position's function, and what it asks of the flow table. */
static void
bench_position(const char *stage, struct row *row, unsigned position)
{
	struct dp *dp = row->world->dp[FIREWALL_1];
	const struct dp_state *state = row->world->state[FIREWALL_1];
	const struct dp_state_tenant *tenant = &state->tenants[0];
	struct dp_context context = {.dp = dp, .state = state, .tenant = tenant, .flows = &tenant->tenant->flows};
	struct dp_packet packets[DP_BURST];
	uint64_t best = UINT64_MAX;

	bench_put_back(&row->frames, 0);
	for (unsigned i = 0; i < DP_BURST; i++) {
		CHECK(dp_classify(dp, state, GATEWAY_A, 1, row->frames.pkts[i]) >= 0);
		CHECK(dp_resolve(&context, &packets[i], row->frames.pkts[i]));
	}
	for (unsigned round = 0; round < ROUNDS; round++) {
		uint64_t start = rte_rdtsc_precise();

		for (unsigned i = 0; i < DP_BURST; i++) {
			dp_packet_enter_node(&context, &packets[i], &packets[i].view->nodes[1 + position]);
			CHECK(packets[i].node->function->process(&context, &packets[i]) == DP_PASS);
		}
		best = RTE_MIN(best, rte_rdtsc_precise() - start);
	}
	bench_report(stage, (double)best / DP_BURST);
}

static void
bench_positions(void)
{
	struct row row = row_new(DP_ROLE_CLASSIFIER, row_of_classifiers, 8, FEW);

	bench_position("a classifier's own part, flows untracked", &row, 3);
	bench_position("a classifier's own part, flows tracked", &row, 0);
	row_free(&row);
}

int
main(void)
{
	test_init();
	bench_rows("classifiers", DP_ROLE_CLASSIFIER, row_of_classifiers, FEW);
	bench_rows("classifiers", DP_ROLE_CLASSIFIER, row_of_classifiers, MANY);
	bench_rows("firewalls", DP_ROLE_FIREWALL, row_of_firewalls, FEW);
	bench_rows("firewalls", DP_ROLE_FIREWALL, row_of_firewalls, MANY);
	bench_positions();
	return 0;
}
