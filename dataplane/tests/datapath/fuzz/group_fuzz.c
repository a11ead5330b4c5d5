/* SPDX-License-Identifier: Apache-2.0 */
/* libFuzzer: the bytes are what a peer on a state group's port sends, and once more the body of a message that was
 * authentic. Whatever flows come out of it are taken in, and the table must be sound. */
#include "flow/flow_share.h"
#include "lib/test.h"
#include "state_group/message.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_FLOWS 64

static struct dp_flow_table table;
static uint32_t now;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	CHECK(dp_flow_table_init(&table, MAX_FLOWS, 1));
	return 0;
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
