/* SPDX-License-Identifier: Apache-2.0 */
/* libFuzzer: the bytes are what a peer on a state group's port sends, and once more the body of a message that was
 * authentic. Whatever flows come out of it are taken in, by a flow table and by a NAT, and the tables must be sound. */
#include "flow/flow_share.h"
#include "function/function.h"
#include "lib/nat_world.h"
#include "state_group/message.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_FLOWS 64

static struct dp_flow_table table;
static struct world *world;
static uint64_t nat_key;
static uint32_t now;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	CHECK(dp_flow_table_init(&table, MAX_FLOWS, 1));
	test_init();
	world = world_new_of(DP_ROLE_NAT, nat_chain);
	for (unsigned i = 0; i < world->state[NAT_1]->views[0].n_nodes; i++)
		if (world->state[NAT_1]->views[0].nodes[i].function == &dp_function_nat)
			nat_key = world->state[NAT_1]->views[0].nodes[i].key;
	CHECK(nat_key != 0);
	return 0;
}

/* At the place of its only NAT, whatever the record says. */
static void
take_by_nat(struct dp_flow_record *records, uint32_t n)
{
	const struct dp_state *state = world->state[NAT_1];
	struct dp_flow_record told[MAX_FLOWS];
	uint64_t taken[DP_FLOW_TAKEN_KINDS] = {0};
	struct dp_flow_scan scan = {0};

	for (uint32_t i = 0; i < n; i++)
		if (records[i].outside.known != 0) {
			records[i].position = nat_key;
			records[i].outside.address = PUBLIC + records[i].outside.address % (2 * PUBLIC_ADDRESSES);
		}
	dp_flows_take(world->dp[NAT_1], state, 0, records, n, world->now, taken);
	CHECK(nat_mappings(world) <= world->dp[NAT_1]->max_flows);
	dp_flows_tell(world->dp[NAT_1], state, 0, &scan, DP_FLOW_PASS_WHOLE, UINT32_MAX, world->now, told, MAX_FLOWS);
	world_wait(world, 10);
}

static void
read_bodies(const struct group_message *message)
{
	struct dp_flow_record records[GROUP_FLOWS_MAX], told[MAX_FLOWS];
	struct dp_flow_scan scan = {0};
	struct group_hello hello;
	uint32_t tenant_id, n, age_ms;

	if (group_hello_read(message, &hello))
		CHECK(strlen(hello.group) <= GROUP_NAME_MAX && strlen(hello.pod) <= GROUP_NAME_MAX);
	group_pass_read(message, &age_ms);
	if (!group_flows_read(message, &tenant_id, records, &n))
		return;
	for (uint32_t i = 0; i < n; i++)
		dp_flow_take(&table, &records[i], now++);
	take_by_nat(records, n);
	CHECK(table.live <= MAX_FLOWS);
	dp_flow_scan_begin(&scan, &table, true, now);
	CHECK(dp_flow_scan_step(&scan, &table, UINT32_MAX, now, told, MAX_FLOWS) <= table.live);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct group_key key;
	struct group_message message;
	size_t used;

	if (group_message_read(data, size, &key, 0, &message, &used) == GROUP_READ_OK)
		read_bodies(&message);
	if (size == 0 || size - 1 > GROUP_BODY_MAX)
		return 0;
	message = (struct group_message){.type = data[0], .length = (uint32_t)size - 1, .body = data + 1};
	read_bodies(&message);
	return 0;
}
