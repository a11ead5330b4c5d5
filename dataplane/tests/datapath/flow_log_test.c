/* SPDX-License-Identifier: Apache-2.0 */
/* The flow log: a bounded sample of the firewalls' decisions on new flows. */
#include "flow/flow_log.h"
#include "lib/world.h"

typedef Nfaas__Dataplane__V1__FlowLogRequest request_t;
typedef Nfaas__Dataplane__V1__FlowLogResponse answer_t;

static void
log_every_flow(struct desired *desired, node_t *firewall)
{
	rule_t *rule = desired_rule(desired, firewall, "web", ALLOW, IPPROTO_TCP);

	rule->destination_ports = desired_ports(desired, 80, 80);
	firewall->firewall->log_one_in = 1;
}

static void
log_by_rule_only(struct desired *desired, node_t *firewall)
{
	desired_rule(desired, firewall, "quiet", ALLOW, IPPROTO_TCP);
	desired_rule(desired, firewall, "told", ALLOW, IPPROTO_UDP)->log_one_in = 1;
}

static void
log_one_in_ten(struct desired *desired, node_t *firewall)
{
	desired_rule(desired, firewall, "web", ALLOW, IPPROTO_TCP);
	firewall->firewall->log_one_in = 10;
}

/* One firewall, so that one pod has the log. */
static struct world *
world_with(void (*rules)(struct desired *desired, node_t *firewall))
{
	struct world *world = world_new();

	world->views[0].rules = rules;
	world->views[0].uid = "logged";
	world->absent[FIREWALL_2] = true;
	world_apply(world);
	return world;
}

static answer_t *
read_log(struct world *world, unsigned tenant, uint64_t after)
{
	request_t request = NFAAS__DATAPLANE__V1__FLOW_LOG_REQUEST__INIT;
	answer_t *answer = malloc(sizeof(*answer));

	CHECK(answer != NULL);
	nfaas__dataplane__v1__flow_log_response__init(answer);
	request.tenant_id = TENANT_ID(tenant);
	request.after = after;
	CHECK(dp_flow_log_fill(world->dp[FIREWALL_1], world->state[FIREWALL_1], &request, world->now, answer));
	return answer;
}

static void
release(answer_t *answer)
{
	nfaas__dataplane__v1__flow_log_response__free_unpacked(answer, NULL);
}

static void
open_flows(struct world *world, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct frame syn = tcp_to_server((uint16_t)(1024 + i), 80, SYN);

		world_client_sends(world, 0, &syn);
	}
	world_clear(world);
}

static void
each_decision_on_a_new_flow_is_told_once_with_its_rule(void)
{
	struct world *world = world_with(log_every_flow);
	struct frame syn = tcp_to_server(4000, 80, SYN), ack = tcp_to_server(4000, 80, ACK), other = tcp_to_server(4000, 81, SYN);
	const uint8_t client[4] = {10, 1, 0, 2};
	answer_t *log;

	CHECK(world_client_sends(world, 0, &syn));
	CHECK(world_client_sends(world, 0, &ack)); /* of a known flow: no decision */
	CHECK(!world_client_sends(world, 0, &other));
	log = read_log(world, 0, 0);
	CHECK_EQUAL(log->n_entries, 2);
	CHECK(log->entries[0]->allowed);
	CHECK(strcmp(log->entries[0]->rule, "web") == 0);
	CHECK(strcmp(log->entries[0]->node, "firewall") == 0);
	CHECK(strcmp(log->entries[0]->view_uid, "logged") == 0);
	CHECK_EQUAL(log->entries[0]->source.len, sizeof(client));
	CHECK(memcmp(log->entries[0]->source.data, client, sizeof(client)) == 0);
	CHECK_EQUAL(log->entries[0]->source_port, 4000);
	CHECK_EQUAL(log->entries[0]->destination_port, 80);
	CHECK_EQUAL(log->entries[0]->protocol, IPPROTO_TCP);
	CHECK_EQUAL(log->entries[0]->direction, FORWARD);
	CHECK(!log->entries[1]->allowed);
	CHECK_EQUAL(log->entries[1]->reason, DROP(DENIED));
	CHECK(log->entries[1]->by_default);
	release(log);
	world_free(world);
}

static void
who_reads_on_gets_only_what_is_new(void)
{
	struct world *world = world_with(log_every_flow);
	answer_t *log;

	open_flows(world, 3);
	log = read_log(world, 0, 2);
	CHECK_EQUAL(log->n_entries, 1);
	CHECK_EQUAL(log->entries[0]->source_port, 1026);
	CHECK_EQUAL(log->last, 3);
	CHECK_EQUAL(log->lost, 0);
	release(log);
	log = read_log(world, 0, 1000); /* of a process before this one */
	CHECK_EQUAL(log->n_entries, 3);
	release(log);
	world_free(world);
}

static void
a_flood_of_flows_fills_no_more_than_the_log_and_the_loss_is_told(void)
{
	struct world *world = world_with(log_every_flow);
	answer_t *log;

	open_flows(world, DP_FLOW_LOG_PER_TICK + 50);
	log = read_log(world, 0, 0);
	CHECK_EQUAL(log->n_entries, DP_FLOW_LOG_PER_TICK);
	CHECK_EQUAL(log->missed, 50);
	release(log);
	for (unsigned i = 0; i < 3; i++) {
		struct frame syn;

		world_wait(world, 200);
		for (unsigned p = 0; p < DP_FLOW_LOG_PER_TICK; p++) {
			syn = tcp_to_server((uint16_t)(20000 + i * DP_FLOW_LOG_PER_TICK + p), 80, SYN);
			world_client_sends(world, 0, &syn);
		}
		world_clear(world);
	}
	log = read_log(world, 0, 0);
	CHECK_EQUAL(log->last, 4 * DP_FLOW_LOG_PER_TICK);
	CHECK_EQUAL(log->n_entries + log->lost, log->last);
	CHECK_EQUAL(log->n_entries, DP_FLOW_LOG_ENTRIES - 1); /* the oldest may be about to be written over */
	release(log);
	world_free(world);
}

static void
a_sample_of_one_in_ten_is_about_a_tenth(void)
{
	struct world *world = world_with(log_one_in_ten);
	answer_t *log;

	for (unsigned i = 0; i < 10; i++) {
		for (unsigned p = 0; p < 100; p++) {
			struct frame syn = tcp_to_server((uint16_t)(1024 + i * 100 + p), 80, SYN);

			world_client_sends(world, 0, &syn);
		}
		world_clear(world);
		world_wait(world, 200);
	}
	log = read_log(world, 0, 0);
	CHECK(log->last > 50 && log->last < 150); /* five standard deviations */
	CHECK_EQUAL(log->entries[0]->one_in, 10);
	release(log);
	world_free(world);
}

static void
a_rule_may_log_where_the_firewall_does_not(void)
{
	struct world *world = world_with(log_by_rule_only);
	struct frame tcp = tcp_to_server(4000, 80, SYN), udp = tcp_to_server(4000, 53, 0);
	answer_t *log;

	udp.protocol = IPPROTO_UDP;
	CHECK(world_client_sends(world, 0, &tcp));
	CHECK(world_client_sends(world, 0, &udp));
	log = read_log(world, 0, 0);
	CHECK_EQUAL(log->n_entries, 1);
	CHECK(strcmp(log->entries[0]->rule, "told") == 0);
	release(log);
	world_free(world);
}

static void
a_tenant_reads_its_own_flows_only(void)
{
	struct world *world = world_with(log_every_flow);
	answer_t *log;

	open_flows(world, 1);
	log = read_log(world, 1, 0);
	CHECK_EQUAL(log->n_entries, 0);
	release(log);
	world_free(world);
}

static void
a_firewall_without_a_log_writes_nothing(void)
{
	struct world *world = world_new();
	answer_t *log;

	open_flows(world, 10);
	log = read_log(world, 0, 0);
	CHECK_EQUAL(log->last, 0);
	release(log);
	world_free(world);
}

static void
log_too_seldom(struct desired *desired, node_t *firewall)
{
	desired_rule(desired, firewall, "web", ALLOW, IPPROTO_TCP)->log_one_in = DP_FLOW_LOG_ONE_IN_MAX + 1;
}

static void
a_rate_out_of_range_is_refused_with_its_rule(void)
{
	struct world *world = world_new();
	struct desired *desired;
	struct dp_error error;

	world->views[0].rules = log_too_seldom;
	world->views[0].uid = "wrong";
	desired = world_desired(world, FIREWALL_1);
	error = world_refuse(world, FIREWALL_1, desired);
	CHECK_EQUAL(error.code, CODE(INVALID_ARGUMENT));
	CHECK(strstr(error.field, "firewall.rules[0].log_one_in") != NULL);
	desired_free(desired);
	world_free(world);
}

TEST_MAIN(TEST(each_decision_on_a_new_flow_is_told_once_with_its_rule), TEST(who_reads_on_gets_only_what_is_new),
	TEST(a_flood_of_flows_fills_no_more_than_the_log_and_the_loss_is_told),
	TEST(a_sample_of_one_in_ten_is_about_a_tenth), TEST(a_rule_may_log_where_the_firewall_does_not),
	TEST(a_tenant_reads_its_own_flows_only), TEST(a_firewall_without_a_log_writes_nothing),
	TEST(a_rate_out_of_range_is_refused_with_its_rule))
