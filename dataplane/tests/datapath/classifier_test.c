/* SPDX-License-Identifier: Apache-2.0 */
/* The classifier: which output packets leave by, seen at the edges they take. */
#include "lib/refusal.h"
#include "lib/world.h"

#define FLOWS 10000
#define EF 46

/* Two ways from the classifier to the server, each by a classifier without classes. */
static node_t *
draw_chain(struct desired *desired, view_t *view, const char *output)
{
	node_t *client = desired_attachment_node(desired, view, "client", 255, 251, "gateway-a");
	node_t *classifier = desired_classifier_node(desired, view, "classifier", 254, 252, "firewalls");
	node_t *one = desired_classifier_node(desired, view, "named", 253, 253, "firewalls");
	node_t *rest = desired_classifier_node(desired, view, "rest", 252, 254, "firewalls");
	node_t *server = desired_attachment_node(desired, view, "server", 251, 255, "gateway-b");

	desired_edge(desired, client, classifier);
	desired_edge(desired, classifier, one)->output = desired_text(desired, "%s", output);
	desired_edge(desired, classifier, rest);
	desired_edge(desired, one, server);
	desired_edge(desired, rest, server);
	return classifier;
}

static void
by_percent(struct desired *desired, view_t *view)
{
	desired_classifier_class(desired, draw_chain(desired, view, "some"), "some", 30);
}

static void
by_more_percent(struct desired *desired, view_t *view)
{
	desired_classifier_class(desired, draw_chain(desired, view, "some"), "some", 60);
}

static void
by_length(struct desired *desired, view_t *view)
{
	classifier_class_t *class = desired_classifier_class(desired, draw_chain(desired, view, "large"), "large", 100);

	class->match = desired_packet_match(desired);
	class->match->min_length = 501;
}

static void
by_dscp(struct desired *desired, view_t *view)
{
	classifier_class_t *class = desired_classifier_class(desired, draw_chain(desired, view, "voice"), "voice", 100);

	class->match = desired_packet_match(desired);
	desired_dscp(desired, class->match, EF);
}

static void
by_flow(struct desired *desired, view_t *view)
{
	classifier_class_t *class = desired_classifier_class(desired, draw_chain(desired, view, "web"), "web", 100);

	class->match = desired_packet_match(desired);
	class->match->flow->protocol = IPPROTO_TCP;
	class->match->flow->destination_ports = desired_ports(desired, 80, 80);
}

static bool
takes_named(struct world *world, const struct frame *frame)
{
	uint64_t named = world_edge(world, 0, "one", "classifier", "named", FORWARD);
	uint64_t rest = world_edge(world, 0, "one", "classifier", "rest", FORWARD);

	CHECK(world_client_sends(world, 0, frame));
	named = world_edge(world, 0, "one", "classifier", "named", FORWARD) - named;
	rest = world_edge(world, 0, "one", "classifier", "rest", FORWARD) - rest;
	CHECK_EQUAL(named + rest, 1);
	world_clear(world);
	return named == 1;
}

static void
size_decides_the_output(void)
{
	struct world *world = world_new_of(DP_ROLE_CLASSIFIER, by_length);
	struct frame ping = echo_request(1);

	ping.payload = 500 - 28;
	CHECK(!takes_named(world, &ping));
	ping.payload = 501 - 28;
	CHECK(takes_named(world, &ping));
	world_free(world);
}

static void
dscp_decides_the_output(void)
{
	struct world *world = world_new_of(DP_ROLE_CLASSIFIER, by_dscp);
	struct frame ping = echo_request(1);

	CHECK(!takes_named(world, &ping));
	ping.dscp = EF;
	CHECK(takes_named(world, &ping));
	world_free(world);
}

static void
flow_decides_the_output_and_its_answers_go_back_the_same_way(void)
{
	struct world *world = world_new_of(DP_ROLE_CLASSIFIER, by_flow);
	struct frame web = tcp_to_server(4000, 80, SYN), other = tcp_to_server(4000, 81, SYN),
		     answer = tcp_to_client(4000, 80, SYN | ACK);

	CHECK(takes_named(world, &web));
	CHECK(!takes_named(world, &other));
	CHECK(world_server_sends(world, 0, &answer));
	CHECK_EQUAL(world_edge(world, 0, "one", "named", "server", REVERSE), 1);
	CHECK_EQUAL(world_rule(world, 0, "one", "web"), 2);
	world_free(world);
}

static void
share_of_ten_thousand_flows_is_within_a_point_and_flows_stick(void)
{
	struct world *world = world_new_of(DP_ROLE_CLASSIFIER, by_percent);
	unsigned named = 0;

	for (unsigned i = 0; i < FLOWS; i++) {
		struct frame syn = tcp_to_server((uint16_t)(1000 + i), 80, SYN), ack = tcp_to_server((uint16_t)(1000 + i), 80, ACK);
		bool first = takes_named(world, &syn);

		CHECK(takes_named(world, &ack) == first);
		named += first;
	}
	CHECK(named >= FLOWS * 29 / 100 && named <= FLOWS * 31 / 100);
	world_free(world);
}

static void
flow_keeps_its_class_when_the_percentage_grows(void)
{
	struct world *world = world_new_of(DP_ROLE_CLASSIFIER, by_percent);
	bool was[200];
	unsigned joined = 0;

	for (unsigned i = 0; i < RTE_DIM(was); i++) {
		struct frame ping = echo_request((uint16_t)(i + 1));

		was[i] = takes_named(world, &ping);
	}
	world->views[0].graph = by_more_percent;
	world_apply(world);
	for (unsigned i = 0; i < RTE_DIM(was); i++) {
		struct frame ping = echo_request((uint16_t)(i + 1));
		bool is = takes_named(world, &ping);

		CHECK(is || !was[i]);
		joined += is && !was[i];
	}
	CHECK(joined > 0);
	world_free(world);
}

/* One node by two outputs: the edge of the named one comes first. */
static void
by_two_outputs(struct desired *desired, view_t *view)
{
	node_t *classifier;

	by_dscp(desired, view);
	classifier = view->nodes[1];
	classifier->forward[1]->to = classifier->forward[0]->to;
}

static unsigned
times_told(const struct world *world, const char *from, const char *to)
{
	Nfaas__Dataplane__V1__CountersResponse *response = malloc(sizeof(*response));
	unsigned times = 0;

	CHECK(response != NULL);
	nfaas__dataplane__v1__counters_response__init(response);
	CHECK(dp_counters_fill(world->dp[FIREWALL_1], world->state[FIREWALL_1], response));
	for (size_t i = 0; i < response->views[0]->n_edges; i++) {
		const Nfaas__Dataplane__V1__EdgeCounter *edge = response->views[0]->edges[i];

		times += edge->direction == FORWARD && strcmp(edge->from, from) == 0 && strcmp(edge->to, to) == 0;
	}
	nfaas__dataplane__v1__counters_response__free_unpacked(response, NULL);
	return times;
}

static void
edges_between_the_same_nodes_are_counted_together_and_told_once(void)
{
	struct world *world = world_new_of(DP_ROLE_CLASSIFIER, by_two_outputs);
	struct frame ping = echo_request(1);

	CHECK(world_client_sends(world, 0, &ping));
	ping.dscp = EF;
	CHECK(world_client_sends(world, 0, &ping));
	CHECK_EQUAL(world_edge(world, 0, "one", "classifier", "named", FORWARD), 2);
	CHECK_EQUAL(times_told(world, "classifier", "named"), 1);
	CHECK_EQUAL(world_rule(world, 0, "one", "voice"), 1);
	world_free(world);
}

static void
output_that_leads_nowhere_is_a_counted_drop(void)
{
	struct world *world = world_new_of(DP_ROLE_CLASSIFIER, by_dscp);
	struct frame ping = echo_request(1);

	ping.dscp = EF;
	for (enum pod pod = 0; pod < PODS; pod++) {
		struct desired *desired = world_desired(world, pod);

		desired->state.views[0]->uid = desired_text(desired, "cut");
		desired->state.views[0]->nodes[1]->n_forward = 0;
		world_apply_message(world, pod, desired);
		desired_free(desired);
	}
	CHECK(!world_client_sends(world, 0, &ping));
	CHECK_EQUAL(world_drops(world, FIREWALL_1, 0, "cut", "classifier", DROP(NO_ROUTE))
		+ world_drops(world, FIREWALL_2, 0, "cut", "classifier", DROP(NO_ROUTE)), 1);
	world_free(world);
}

static classifier_class_t *class_of(struct desired *d) { return d->state.views[0]->nodes[1]->classifier->classes[0]; }
static void percent_of_zero(struct desired *d) { class_of(d)->percent = 0; }
static void percent_of_101(struct desired *d) { class_of(d)->percent = 101; }
static void no_name(struct desired *d) { class_of(d)->output = desired_text(d, "%s", ""); }
static void no_such_output(struct desired *d) { d->state.views[0]->nodes[1]->forward[0]->output = desired_text(d, "x"); }
static void reverse_output(struct desired *d) { d->state.views[0]->nodes[1]->reverse[0]->output = desired_text(d, "some"); }
static void output_twice(struct desired *d) { desired_classifier_class(d, d->state.views[0]->nodes[1], "some", 1); }

static void
each_bad_configuration_is_refused_by_the_name_of_its_field(void)
{
	static const struct refusal refusals[] = {
		{percent_of_zero, CODE(INVALID_ARGUMENT), "views[0].nodes[1].classifier.classes[0].percent", 1},
		{percent_of_101, CODE(INVALID_ARGUMENT), "views[0].nodes[1].classifier.classes[0].percent", 1},
		{no_name, CODE(INVALID_ARGUMENT), "views[0].nodes[1].classifier.classes[0].output", 1},
		{output_twice, CODE(INVALID_ARGUMENT), "views[0].nodes[1].classifier.classes", 1},
		{no_such_output, CODE(UNKNOWN_REFERENCE), "views[0].nodes[1].forward[0].output", 1},
		{reverse_output, CODE(UNKNOWN_REFERENCE), "views[0].nodes[1].reverse[0].output", 1},
	};
	struct world *world = world_new_of(DP_ROLE_CLASSIFIER, by_percent);

	check_refusals(world, FIREWALL_1, refusals, RTE_DIM(refusals));
	world_free(world);
}

TEST_MAIN(TEST(size_decides_the_output), TEST(dscp_decides_the_output),
	TEST(flow_decides_the_output_and_its_answers_go_back_the_same_way),
	TEST(share_of_ten_thousand_flows_is_within_a_point_and_flows_stick),
	TEST(flow_keeps_its_class_when_the_percentage_grows), TEST(output_that_leads_nowhere_is_a_counted_drop),
	TEST(edges_between_the_same_nodes_are_counted_together_and_told_once),
	TEST(each_bad_configuration_is_refused_by_the_name_of_its_field))
