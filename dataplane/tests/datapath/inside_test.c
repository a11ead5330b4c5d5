/* SPDX-License-Identifier: Apache-2.0 */
/* Positions in a row in one pod, where those in the middle keep nothing of flows: what holds for flows holds all the same. */
#include "lib/bench.h"

#define FLOWS 64

static unsigned length; /* of the row that is being drawn */
static bool branches;   /* its second position has a way beside: TCP skips the third */

static bool firewalls;  /* which keep flows at every position; else classifiers */

static node_t *
draw(struct desired *desired, view_t *view, unsigned i)
{
	const char *name = desired_text(desired, "position-%u", i);

	return firewalls ? desired_firewall_node(desired, view, name, 254 - i, 255 - length + i, "firewalls", ALLOW)
		: desired_classifier_node(desired, view, name, 254 - i, 255 - length + i, "firewalls");
}

/* client - position-0 - ... - server */
static void
row(struct desired *desired, view_t *view)
{
	node_t *client = desired_attachment_node(desired, view, "client", 255, 254 - length, "gateway-a");
	node_t *nodes[8], *server;

	for (unsigned i = 0; i < length; i++)
		nodes[i] = draw(desired, view, i);
	if (branches)
		desired_match(desired, desired_edge(desired, nodes[1], nodes[3]))->protocol = IPPROTO_TCP;
	for (unsigned i = 0; i < length; i++)
		desired_edge(desired, i == 0 ? client : nodes[i - 1], nodes[i]);
	server = desired_attachment_node(desired, view, "server", 254 - length, 255, "gateway-b");
	desired_edge(desired, nodes[length - 1], server);
}

static struct world *
world_of_row(unsigned n)
{
	length = n;
	branches = firewalls = false;
	return world_new_of(DP_ROLE_CLASSIFIER, row);
}

static void
check_closed(const struct world *world, const char *uid)
{
	struct world_counts counts = world_count(world, 0, uid);

	CHECK(counts.injected > 0);
	CHECK_EQUAL(counts.injected, counts.left);
	CHECK_EQUAL(counts.dropped, 0);
}

static uint64_t
flows_in(const struct world *world, enum pod pod)
{
	Nfaas__Dataplane__V1__CountersResponse *response = malloc(sizeof(*response));
	uint64_t flows;

	CHECK(response != NULL);
	nfaas__dataplane__v1__counters_response__init(response);
	CHECK(dp_counters_fill(world->dp[pod], world->state[pod], response));
	flows = response->tenants[0]->flows;
	nfaas__dataplane__v1__counters_response__free_unpacked(response, NULL);
	return flows;
}

static void
send_both_ways(struct world *world)
{
	for (uint16_t i = 0; i < FLOWS; i++) {
		struct frame syn = tcp_to_server(4000 + i, 80, SYN), answer = tcp_to_client(4000 + i, 80, SYN | ACK);

		CHECK(world_client_sends(world, 0, &syn));
		CHECK(world_server_sends(world, 0, &answer));
	}
	world_clear(world);
}

static void
only_the_ends_of_a_row_keep_flows_and_every_position_counts(void)
{
	struct world *world = world_of_row(8);

	send_both_ways(world);
	CHECK_EQUAL(flows_in(world, FIREWALL_1) + flows_in(world, FIREWALL_2), 2 * FLOWS);
	for (unsigned i = 0; i + 1 < length; i++) {
		char from[32], to[32];

		snprintf(from, sizeof(from), "position-%u", i);
		snprintf(to, sizeof(to), "position-%u", i + 1);
		CHECK_EQUAL(world_edge(world, 0, "one", from, to, FORWARD), FLOWS);
		CHECK_EQUAL(world_edge(world, 0, "one", from, to, REVERSE), FLOWS);
	}
	check_closed(world, "one");
	world_free(world);
}

/* Which firewall each flow's packet takes, and its answer. */
static bool
takes_first(struct world *world, bool answer, uint16_t i)
{
	struct frame data = answer ? tcp_to_client(4000 + i, 80, ACK) : tcp_to_server(4000 + i, 80, ACK);
	unsigned first = world->seen[FIREWALL_1];

	CHECK(answer ? world_server_sends(world, 0, &data) : world_client_sends(world, 0, &data));
	world_clear(world);
	return world->seen[FIREWALL_1] != first;
}

static void
flows_stay_in_their_pod_both_ways_when_the_pool_grows_and_drains(void)
{
	struct world *world = world_of_row(4);
	unsigned moved = 0;

	world->absent[FIREWALL_2] = true;
	world_apply(world);
	send_both_ways(world);
	world->absent[FIREWALL_2] = false;
	world->weight[FIREWALL_1] = 0;
	world_apply(world);
	for (uint16_t i = 0; i < FLOWS; i++)
		moved += !takes_first(world, false, i) + !takes_first(world, true, i);
	CHECK_EQUAL(moved, 0);
	CHECK_EQUAL(world->seen[FIREWALL_2], 0);
	check_closed(world, "one");
	world_free(world);
}

static void
row_takes_no_wire_though_its_pod_gets_no_new_flows(void)
{
	struct world *world = world_of_row(8);

	world->weight[FIREWALL_1] = 0;
	world_apply(world);
	send_both_ways(world);
	CHECK_EQUAL(world->seen[FIREWALL_1], 0);
	CHECK_EQUAL(world->seen[FIREWALL_2], 2 * FLOWS);
	world_free(world);
}

static void
flip(struct world *world, uint32_t id, const char *uid)
{
	world->views[0] = (struct world_view){.id = id, .uid = uid, .share = 100, .graph = row};
	world_apply(world);
}

static void
rows_may_grow_and_shrink_under_flows(void)
{
	static const unsigned lengths[] = {8, 1, 2, 5, 3};
	static const char *const uids[] = {"eight", "single", "two", "five", "three"};
	struct world *world = world_of_row(4);
	bool first[FLOWS];

	send_both_ways(world);
	for (uint16_t i = 0; i < FLOWS; i++)
		first[i] = takes_first(world, false, i);
	for (unsigned v = 0; v < RTE_DIM(lengths); v++) {
		length = lengths[v];
		flip(world, 2 + v, uids[v]);
		for (uint16_t i = 0; i < FLOWS; i++) {
			CHECK(takes_first(world, true, i) == first[i]);
			CHECK(takes_first(world, false, i) == first[i]);
		}
		check_closed(world, uids[v]);
	}
	world_free(world);
}

/* The server began: in the new view its answers' first packets match the way beside, which their flow never took. */
static void
answers_keep_their_way_when_a_position_in_the_middle_gets_a_way_beside(void)
{
	struct world *world = world_of_row(4);

	for (uint16_t i = 0; i < FLOWS; i++) {
		struct frame syn = tcp_to_client(80, 4000 + i, SYN), answer = tcp_to_server(80, 4000 + i, SYN | ACK);

		CHECK(world_server_sends(world, 0, &syn));
		CHECK(world_client_sends(world, 0, &answer));
	}
	world_clear(world);
	branches = true;
	flip(world, 2, "branching");
	for (uint16_t i = 0; i < FLOWS; i++) {
		struct frame answer = tcp_to_server(80, 4000 + i, ACK);

		CHECK(world_client_sends(world, 0, &answer));
	}
	CHECK_EQUAL(world_edge(world, 0, "branching", "position-1", "position-2", FORWARD), FLOWS);
	CHECK_EQUAL(world_edge(world, 0, "branching", "position-1", "position-3", FORWARD), 0);
	world_free(world);
}

static void
new_flows_take_the_way_beside_and_their_answers_come_back_by_it(void)
{
	struct world *world = world_of_row(4);

	branches = true;
	flip(world, 2, "branching");
	send_both_ways(world);
	CHECK_EQUAL(world_edge(world, 0, "branching", "position-1", "position-3", FORWARD), FLOWS);
	CHECK_EQUAL(world_edge(world, 0, "branching", "position-1", "position-3", REVERSE), FLOWS);
	CHECK_EQUAL(world_edge(world, 0, "branching", "position-1", "position-2", FORWARD), 0);
	check_closed(world, "branching");
	world_free(world);
}

/* Ports of the frames that the server got, in order. */
static void
check_order(const struct world *world, unsigned n)
{
	CHECK_EQUAL(world->n_delivered[GATEWAY_B][0], n);
	for (uint16_t i = 0; i < n; i++) {
		const struct rte_mbuf *m = world->delivered[GATEWAY_B][0][i];
		const struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(m, const struct rte_ipv4_hdr *, sizeof(struct rte_ether_hdr));

		CHECK_EQUAL(rte_be_to_cpu_16(ip->packet_id), i);
	}
}

/* Every other packet has one position less to go: those that are done sooner do not overtake. */
static void
packets_of_a_burst_leave_in_the_order_they_came_whatever_their_ways(void)
{
	struct world *world;
	struct rte_mbuf *pkts[DP_BURST];

	length = 4;
	branches = firewalls = true;
	world = world_new_of(DP_ROLE_FIREWALL, row);
	world->absent[FIREWALL_2] = true;
	world_apply(world);
	send_both_ways(world);
	for (uint16_t i = 0; i < DP_BURST; i++) {
		struct frame data = tcp_to_server(4000 + i, 80, ACK), ping = echo_request(1 + i);
		struct frame *frame = i % 3 == 0 ? &ping : &data;

		frame->id = i;
		CHECK(world_client_sends(world, 0, frame));
		bench_turn_back(world->last_fabric);
		pkts[i] = rte_pktmbuf_copy(world->last_fabric, test_pool(), 0, UINT32_MAX);
	}
	world_clear(world);
	world_inject(world, FIREWALL_1, GATEWAY_A, pkts, DP_BURST);
	check_order(world, DP_BURST);
	world_free(world);
}

static void
fragments_and_errors_take_the_row_of_their_flow(void)
{
	struct world *world = world_of_row(8);

	for (uint16_t i = 0; i < FLOWS; i++) {
		struct frame first = tcp_to_server(4000 + i, 80, ACK), later = first, data = first;
		struct frame error = {.source = SERVER, .destination = CLIENT, .protocol = IPPROTO_ICMP,
			.icmp_type = 3, .quoted = &data};
		bool on_first = takes_first(world, false, i);
		unsigned seen = world->seen[on_first ? FIREWALL_1 : FIREWALL_2];

		first.id = later.id = i;
		first.fragment = RTE_IPV4_HDR_MF_FLAG;
		first.payload = 100;
		later.fragment = 15;
		later.payload = 64;
		CHECK(world_client_sends(world, 0, &first));
		CHECK(world_client_sends(world, 0, &later));
		CHECK(world_server_sends(world, 0, &error));
		CHECK_EQUAL(world->seen[on_first ? FIREWALL_1 : FIREWALL_2], seen + 3);
		world_clear(world);
	}
	check_closed(world, "one");
	world_free(world);
}

TEST_MAIN(TEST(only_the_ends_of_a_row_keep_flows_and_every_position_counts),
	TEST(flows_stay_in_their_pod_both_ways_when_the_pool_grows_and_drains),
	TEST(row_takes_no_wire_though_its_pod_gets_no_new_flows), TEST(rows_may_grow_and_shrink_under_flows),
	TEST(answers_keep_their_way_when_a_position_in_the_middle_gets_a_way_beside),
	TEST(new_flows_take_the_way_beside_and_their_answers_come_back_by_it),
	TEST(packets_of_a_burst_leave_in_the_order_they_came_whatever_their_ways),
	TEST(fragments_and_errors_take_the_row_of_their_flow))
