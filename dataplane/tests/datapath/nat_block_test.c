/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks of ports: whose they are, how they change hands, what happens when there are none left. */
#include "lib/nat_world.h"

#define BLOCK_PORTS 512
#define BLOCKS 126
#define HOSTS 250
#define PORTS_PER_HOST 8
#define QUARANTINE_MS 5000

static uint8_t owner[PUBLIC_ADDRESSES][BLOCKS]; /* 1 or 2: who gave out a port of it; 0 = nobody yet */

static void
draw_quarantine(struct desired *desired, view_t *view)
{
	nat_draw(desired, view, PUBLIC_LENGTH)->nat->quarantine_ms = QUARANTINE_MS;
}

static uint8_t *
block_of(struct nat_seen seen)
{
	return &owner[seen.address - PUBLIC][(seen.port - 1024) / BLOCK_PORTS];
}

struct usage {
	unsigned of_1, of_2; /* new mappings in blocks that replica 1 or 2 was seen with */
};

/* New flows of many hosts, each from ports that begin with `port`. Notes who serves which block, unless it is known. */
static struct usage
use_blocks(struct world *world, uint16_t port)
{
	struct usage usage = {0};

	for (unsigned h = 0; h < HOSTS; h++)
		for (uint16_t p = 0; p < PORTS_PER_HOST; p++) {
			struct frame frame = udp_to_server(CLIENT + h % 200, (uint16_t)(port + h / 200 * 100 + p), 53);
			unsigned before = world->seen[NAT_1];
			struct nat_seen seen = nat_sends(world, &frame);
			uint8_t *block = block_of(seen);

			if (*block == 0)
				*block = world->seen[NAT_1] > before ? 1 : 2;
			usage.of_1 += *block == 1;
			usage.of_2 += *block == 2;
		}
	return usage;
}

static void
block_is_of_one_replica(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);

	memset(owner, 0, sizeof(owner));
	for (unsigned h = 0; h < HOSTS; h++) {
		struct frame frame = udp_to_server(CLIENT + h % 200, (uint16_t)(4000 + h), 53);
		unsigned before = world->seen[NAT_1];
		struct nat_seen seen = nat_sends(world, &frame);
		uint8_t by = world->seen[NAT_1] > before ? 1 : 2;

		CHECK(*block_of(seen) == 0 || *block_of(seen) == by);
		*block_of(seen) = by;
	}
	world_free(world);
}

static void
gained_block_is_left_alone_until_its_quarantine_is_over(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, draw_quarantine);
	struct usage usage;

	memset(owner, 0, sizeof(owner));
	usage = use_blocks(world, 4000);
	CHECK(usage.of_1 > 0 && usage.of_2 > 0);
	world->weight[NAT_2] = 0;
	world_apply(world);
	CHECK_EQUAL(world_tenant_count(world, NAT_1, 0).nat_blocks, BLOCKS * PUBLIC_ADDRESSES);
	usage = use_blocks(world, 5000);
	CHECK_EQUAL(usage.of_2, 0);
	world_wait(world, QUARANTINE_MS / 2);
	world_apply(world); /* the same again does not begin it anew */
	usage = use_blocks(world, 6000);
	CHECK_EQUAL(usage.of_2, 0);
	world_wait(world, QUARANTINE_MS / 2 + 200);
	usage = use_blocks(world, 7000);
	CHECK(usage.of_2 > 0);
	nat_check_closed(world);
	world_free(world);
}

/* TCP, so that the flows outlive what the test waits. */
static void
open_flows(struct world *world, struct nat_seen *seen)
{
	for (unsigned h = 0; h < HOSTS; h++) {
		struct frame frame = tcp_to_server((uint16_t)(4000 + h), 80, SYN);

		frame.source = CLIENT + h % 200;
		seen[h] = nat_sends(world, &frame);
		CHECK(nat_answers(world, &frame, seen[h]));
	}
}

static void
check_flows(struct world *world, const struct nat_seen *seen)
{
	for (unsigned h = 0; h < HOSTS; h++) {
		struct frame frame = tcp_to_server((uint16_t)(4000 + h), 80, ACK);
		struct nat_seen again;

		frame.source = CLIENT + h % 200;
		CHECK(nat_answers(world, &frame, seen[h]));
		again = nat_sends(world, &frame);
		CHECK(again.address == seen[h].address && again.port == seen[h].port);
	}
}

static void
flows_keep_their_ports_when_replicas_come_and_drain(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct nat_seen seen[HOSTS];

	world->absent[NAT_2] = true;
	world_apply(world);
	open_flows(world, seen);
	world->absent[NAT_2] = false;
	world_apply(world);
	check_flows(world, seen);
	world->weight[NAT_1] = 0;
	world_apply(world);
	world_wait(world, 1000);
	check_flows(world, seen);
	world_free(world);
}

static void
draw_open(struct desired *desired, view_t *view)
{
	nat_draw(desired, view, PUBLIC_LENGTH)->nat->accept_any_remote = true;
}

/* A stranger's packets have no backend yet at the far gateway: only the block tells it. */
static void
mappings_are_found_by_their_block_while_a_replica_joins(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, draw_open);

	world->absent[NAT_2] = true;
	world->slow_start_ms = 10000;
	world_apply(world);
	world->absent[NAT_2] = false;
	world_restart(world, NAT_2);
	world_apply(world);
	for (unsigned h = 0; h < 200; h++) {
		struct frame frame = udp_to_server(CLIENT + h, 4000, 53), from_other = frame;
		struct nat_seen seen = nat_sends(world, &frame);

		from_other.destination_port = 54;
		CHECK(nat_answers(world, &from_other, seen));
	}
	CHECK(world_tenant_count(world, NAT_2, 0).nat_mappings > 0);
	nat_check_closed(world);
	world_free(world);
}

static void
exhausted_ports_are_counted_spare_what_runs_and_come_back(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain_of_one_address);
	struct frame first = udp_to_server(CLIENT, 1, 53), frame = first;
	struct nat_seen seen = nat_sends(world, &first);
	uint64_t sent = 1, delivered = 1;

	for (uint32_t port = 2; port < 40000; port++, sent++) {
		frame.source_port = (uint16_t)port;
		delivered += world_client_sends(world, 0, &frame);
		world_clear(world);
		if (port % 1000 == 0)
			CHECK(nat_answers(world, &first, seen));
	}
	CHECK(delivered > BLOCKS / 4 * BLOCK_PORTS);
	CHECK_EQUAL(nat_mappings(world), delivered);
	CHECK_EQUAL(nat_drops(world, DROP(PORTS_EXHAUSTED)), sent - delivered);
	CHECK(sent > delivered);
	CHECK(nat_answers(world, &first, seen));
	world_wait(world, 70000);
	CHECK(nat_mappings(world) <= 1);
	CHECK(world_client_sends(world, 0, &frame));
	nat_check_closed(world);
	world_free(world);
}

static void
drained_replica_gives_out_no_ports(void)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);

	world->weight[NAT_2] = 0;
	world_apply(world);
	CHECK_EQUAL(world_tenant_count(world, NAT_2, 0).nat_blocks, 0);
	for (unsigned h = 0; h < HOSTS; h++) {
		struct frame frame = udp_to_server(CLIENT + h % 200, (uint16_t)(4000 + h), 53);

		nat_sends(world, &frame);
	}
	CHECK_EQUAL(world_tenant_count(world, NAT_2, 0).nat_mappings, 0);
	world_free(world);
}

struct wrong {
	uint32_t address;
	uint32_t length;
	uint32_t quarantine_ms;
	bool twice;
	Nfaas__Dataplane__V1__ErrorCode code;
	const char *field;
};

static void
wrong_pool_is_refused_by_its_field(void)
{
	static const struct wrong wrongs[] = {
		{.address = PUBLIC, .length = 25, .code = CODE(LIMIT_EXCEEDED), .field = "nat.public_prefixes[0]"},
		{.address = PUBLIC, .length = 0, .code = CODE(LIMIT_EXCEEDED), .field = "nat.public_prefixes[0]"},
		{.address = PUBLIC, .length = 30, .twice = true, .code = CODE(INVALID_ARGUMENT),
			.field = "nat.public_prefixes[1]"},
		{.address = PUBLIC, .length = 30, .quarantine_ms = 86400001, .code = CODE(INVALID_ARGUMENT),
			.field = "nat.quarantine_ms"},
	};
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);

	for (size_t i = 0; i < RTE_DIM(wrongs); i++)
		for (enum pod pod = GATEWAY_A; pod <= NAT_1; pod += NAT_1) {
			struct desired *desired = world_desired(world, pod);
			Nfaas__Dataplane__V1__Nat *nat = desired->state.views[0]->nodes[1]->nat;
			prefix_t *prefixes[2];
			struct dp_error error;

			prefixes[0] = prefixes[1] = desired_prefix(desired, wrongs[i].address, wrongs[i].length);
			nat->public_prefixes = prefixes;
			nat->n_public_prefixes = wrongs[i].twice ? 2 : 1;
			nat->quarantine_ms = wrongs[i].quarantine_ms;
			error = world_refuse(world, pod, desired);
			CHECK_EQUAL(error.code, wrongs[i].code);
			CHECK(strstr(error.field, wrongs[i].field) != NULL);
			desired_free(desired);
		}
	world_free(world);
}

TEST_MAIN(TEST(block_is_of_one_replica), TEST(gained_block_is_left_alone_until_its_quarantine_is_over),
	TEST(flows_keep_their_ports_when_replicas_come_and_drain),
	TEST(mappings_are_found_by_their_block_while_a_replica_joins),
	TEST(exhausted_ports_are_counted_spare_what_runs_and_come_back), TEST(drained_replica_gives_out_no_ports),
	TEST(wrong_pool_is_refused_by_its_field))
