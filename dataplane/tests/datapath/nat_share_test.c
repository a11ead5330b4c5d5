/* SPDX-License-Identifier: Apache-2.0 */
/* Replicas of a NAT that hear of each other's mappings: one carries on for another, and nobody's port is given out twice. */
#include "flow/flow_share.h"
#include "lib/nat_world.h"

#define CONNECTIONS 400
#define HOSTS 200
#define RECORDS_MAX 4096

static struct dp_flow_record records[RECORDS_MAX];

/* What one pod knows, told in full; so many records. */
static uint32_t
tell(struct world *world, enum pod from)
{
	struct dp *dp = world->dp[from];
	struct dp_flow_scan scan = {0};

	return dp_flows_tell(dp, world->state[from], 0, &scan, DP_FLOW_PASS_WHOLE, dp_flows_buckets(dp), world->now, records,
		RECORDS_MAX);
}

static uint64_t
take(struct world *world, enum pod to, uint32_t n, enum dp_flow_taken kind)
{
	uint64_t taken[DP_FLOW_TAKEN_KINDS] = {0};

	dp_flows_take(world->dp[to], world->state[to], 0, records, n, world->now, taken);
	return taken[kind];
}

static uint64_t
mappings(const struct world *world, enum pod pod)
{
	return world_tenant_count(world, pod, 0).nat_mappings;
}

static struct frame
connection(uint16_t i, uint8_t flags)
{
	struct frame frame = tcp_to_server(4000 + i / HOSTS, 80, flags);

	frame.source = CLIENT + i % HOSTS;
	return frame;
}

/* Opened and answered, by whichever replica their hosts' ports are of. */
static void
establish(struct world *world, struct nat_seen seen[CONNECTIONS])
{
	for (uint16_t i = 0; i < CONNECTIONS; i++) {
		struct frame syn = connection(i, SYN), ack = connection(i, ACK);

		seen[i] = nat_sends(world, &syn);
		CHECK(nat_answers(world, &syn, seen[i]));
		nat_sends(world, &ack);
	}
}

static void
remove_pod(struct world *world, enum pod pod)
{
	world->absent[pod] = true;
	world_apply(world);
}

static void
established_connections_go_on_at_the_replica_that_is_left(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct nat_seen seen[CONNECTIONS];
	uint64_t of_first;

	establish(world, seen);
	of_first = mappings(world, NAT_1);
	CHECK(of_first > 0 && mappings(world, NAT_2) > 0);
	CHECK_EQUAL(take(world, NAT_2, tell(world, NAT_1), DP_FLOW_TAKEN_NEW), of_first);
	CHECK_EQUAL(mappings(world, NAT_2), CONNECTIONS);
	remove_pod(world, NAT_1);
	for (uint16_t i = 0; i < CONNECTIONS; i++) {
		struct frame ack = connection(i, ACK);

		if (i % 2 == 0) /* either end may be the first to speak */
			CHECK(nat_answers(world, &ack, seen[i]));
		CHECK_EQUAL(nat_sends(world, &ack).port, seen[i].port);
		CHECK(nat_answers(world, &ack, seen[i]));
	}
	nat_check_closed(world);
	world_free(world);
}

static void
nothing_goes_on_that_nobody_was_told(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct nat_seen seen[CONNECTIONS];
	uint64_t of_first, lost = 0;

	establish(world, seen);
	of_first = mappings(world, NAT_1);
	remove_pod(world, NAT_1);
	for (uint16_t i = 0; i < CONNECTIONS; i++) {
		struct frame ack = connection(i, ACK);

		lost += !nat_answers(world, &ack, seen[i]);
	}
	CHECK_EQUAL(lost, of_first);
	world_free(world);
}

/* Far more new mappings than it takes to meet one of the old ones by chance: an eighth of all ports. */
static void
replaced_replica_gives_out_no_port_that_was_in_use(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain_of_one_address);
	struct nat_seen seen[CONNECTIONS];
	static bool taken[65536];
	uint32_t n;

	remove_pod(world, NAT_1);
	establish(world, seen);
	n = tell(world, NAT_2);
	world_restart(world, NAT_2); /* the next one, which begins with what others know */
	CHECK_EQUAL(take(world, NAT_2, n, DP_FLOW_TAKEN_NEW), CONNECTIONS);
	memset(taken, 0, sizeof(taken));
	for (uint16_t i = 0; i < CONNECTIONS; i++)
		taken[seen[i].port] = true;
	for (uint16_t i = 0; i < 8000; i++) {
		struct frame frame = udp_to_server(CLIENT + HOSTS, 1024 + i, 53);

		frame.protocol = IPPROTO_TCP;
		frame.tcp_flags = SYN;
		CHECK(!taken[nat_sends(world, &frame).port]);
	}
	world_free(world);
}

static void
port_is_free_everywhere_when_its_connection_is_closed(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct frame syn = connection(0, SYN), fin = connection(0, FIN | ACK);
	enum pod with, without;
	struct nat_seen seen = nat_sends(world, &syn);

	CHECK(nat_answers(world, &syn, seen));
	with = mappings(world, NAT_1) > 0 ? NAT_1 : NAT_2;
	without = with == NAT_1 ? NAT_2 : NAT_1;
	CHECK_EQUAL(take(world, without, tell(world, with), DP_FLOW_TAKEN_NEW), 1);
	nat_sends(world, &fin);
	CHECK(nat_answers(world, &fin, seen));
	CHECK_EQUAL(take(world, without, tell(world, with), DP_FLOW_TAKEN_CHANGED), 1);
	world_wait(world, 60 * 1000);
	CHECK_EQUAL(nat_mappings(world), 0);
	world_free(world);
}

static void
mapping_lives_as_long_as_one_of_the_flows_that_were_told(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct frame first = connection(0, SYN), second = first, fin;
	struct nat_seen seen = nat_sends(world, &first);
	enum pod with = mappings(world, NAT_1) > 0 ? NAT_1 : NAT_2, without = with == NAT_1 ? NAT_2 : NAT_1;

	second.destination_port = 81;
	CHECK(nat_answers(world, &first, seen));
	nat_sends(world, &second);
	CHECK(nat_answers(world, &second, seen));
	CHECK_EQUAL(take(world, without, tell(world, with), DP_FLOW_TAKEN_NEW), 2);
	CHECK_EQUAL(mappings(world, without), 1);
	fin = first;
	fin.tcp_flags = FIN | ACK;
	nat_sends(world, &fin);
	CHECK(nat_answers(world, &fin, seen));
	take(world, without, tell(world, with), DP_FLOW_TAKEN_CHANGED);
	world_wait(world, 60 * 1000);
	CHECK_EQUAL(mappings(world, without), 1);
	remove_pod(world, with);
	CHECK(nat_answers(world, &second, seen));
	world_free(world);
}

static void
flows_of_ipv6_are_shared_without_a_mapping(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain_of_both_families);
	struct frame syn = over_ipv6(tcp_to_server(4000, 80, SYN)), answer = over_ipv6(tcp_to_client(4000, 80, SYN | ACK));
	uint32_t n;

	world->ipv6 = true;
	remove_pod(world, NAT_2);
	CHECK(world_client_sends(world, 0, &syn));
	answer.destination6 = nat_outside_ip6(CLIENT);
	CHECK(world_server_sends(world, 0, &answer));
	n = tell(world, NAT_1);
	CHECK_EQUAL(n, 1);
	CHECK_EQUAL(records[0].outside.known, 0);
	CHECK_EQUAL(take(world, NAT_2, n, DP_FLOW_TAKEN_NEW), 1);
	world_free(world);
}

static void strange_address(struct dp_flow_record *r) { r->outside.address = IP(198, 51, 100, 1); }
static void low_port(struct dp_flow_record *r) { r->outside.port = 80; }
static void no_mapping(struct dp_flow_record *r) { r->outside = (struct dp_flow_outside){0}; }
static void bad_side(struct dp_flow_record *r) { r->outside.side = 2; }
static void bad_mark(struct dp_flow_record *r) { r->outside.known = 2; }
static void other_protocol(struct dp_flow_record *r) { r->flow.protocol = IPPROTO_SCTP; }
static void other_node(struct dp_flow_record *r) { r->position++; }
static void other_host(struct dp_flow_record *r) { r->flow.address[r->outside.side]++; }

/* By rolling replacement: the next one is there with weight 0, then has it all. */
static void
group_turns_no_new_flow_away_while_blocks_rest(void)
{
	for (unsigned hears = 0; hears <= 1; hears++) {
		struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
		Nfaas__Dataplane__V1__StateGroup group = NFAAS__DATAPLANE__V1__STATE_GROUP__INIT;
		struct frame syn = connection(0, SYN);
		struct desired *desired;

		world->weight[NAT_2] = 0;
		world_apply(world);
		world->weight[NAT_1] = 0;
		world->weight[NAT_2] = 100;
		world_apply(world);
		desired = world_desired(world, NAT_2);
		desired->state.state_group = hears ? &group : NULL;
		world_apply_message(world, NAT_2, desired);
		desired_free(desired);
		CHECK_EQUAL(world_client_sends(world, 0, &syn), hears);
		CHECK_EQUAL(nat_drops(world, DROP(PORTS_EXHAUSTED)), !hears);
		world_free(world);
	}
}

static void
record_that_can_not_be_is_refused_and_changes_nothing(void)
{
	static void (*const spoil[])(struct dp_flow_record *record) = {strange_address, low_port, no_mapping, bad_side, bad_mark,
		other_protocol, other_node, other_host};
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct frame syn = connection(0, SYN);
	struct nat_seen seen;
	struct dp_flow_record good;

	world->weight[NAT_2] = 0;
	world_apply(world);
	seen = nat_sends(world, &syn);
	CHECK(nat_answers(world, &syn, seen));
	CHECK_EQUAL(tell(world, NAT_1), 1);
	good = records[0];
	CHECK_EQUAL(take(world, NAT_2, 1, DP_FLOW_TAKEN_NEW), 1); /* so that the port is another host's for other_host() */
	for (size_t i = 0; i < RTE_DIM(spoil); i++) {
		records[0] = good;
		spoil[i](&records[0]);
		CHECK_EQUAL(take(world, NAT_2, 1, DP_FLOW_TAKEN_INVALID), 1);
		CHECK_EQUAL(mappings(world, NAT_2), 1);
	}
	world_free(world);
}

TEST_MAIN(TEST(established_connections_go_on_at_the_replica_that_is_left), TEST(nothing_goes_on_that_nobody_was_told),
	TEST(replaced_replica_gives_out_no_port_that_was_in_use), TEST(port_is_free_everywhere_when_its_connection_is_closed),
	TEST(mapping_lives_as_long_as_one_of_the_flows_that_were_told), TEST(flows_of_ipv6_are_shared_without_a_mapping),
	TEST(group_turns_no_new_flow_away_while_blocks_rest), TEST(record_that_can_not_be_is_refused_and_changes_nothing))
