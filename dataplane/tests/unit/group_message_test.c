/* SPDX-License-Identifier: Apache-2.0 */
/* Guarantee: members of a state group read what a member wrote, and nothing else: not a forged, replayed, reflected,
 * reordered, truncated or oversized message, whatever its bytes. */
#include "check.h"

#include <string.h>

#include "state_group/message.h"

static const struct group_key key = {{1, 2, 3}}, other_key = {{1, 2, 4}};

static struct dp_flow_record
record_number(uint32_t i)
{
	return (struct dp_flow_record){
		.position = UINT64_C(0x123456789abcdef0) + i,
		.flow = {.address = {i, ~i}, .port = {(uint16_t)i, 80}, .protocol = 6},
		.next_hop = {0x0a000001, i},
		.came_from = {i, 7},
		.silence = 70000 + i,
		.class = 2,
		.initiator = 1,
		.closed = 2,
	};
}

static void
make_ipv6(struct dp_flow *flow)
{
	flow->ipv6 = 1;
	for (unsigned i = 0; i < 2; i++) {
		flow->ends[i] = (struct dp_ip6){.high = UINT64_C(0x20010db800000000), .low = i + 1};
		flow->address[i] = dp_ip6_fold(flow->ends[i]);
	}
}

static void
check_that_flows_cross(bool with_ipv6, bool with_nat)
{
	static uint8_t wire[GROUP_MESSAGE_MAX];
	struct dp_flow_record sent[GROUP_FLOWS_TOLD], got[GROUP_FLOWS_MAX];
	struct group_message message;
	uint32_t tenant_id, n;
	size_t size, used;

	for (uint32_t i = 0; i < GROUP_FLOWS_TOLD; i++)
		sent[i] = record_number(i);
	if (with_ipv6)
		make_ipv6(&sent[GROUP_FLOWS_TOLD / 2].flow);
	if (with_nat)
		sent[1].outside = (struct dp_flow_outside){.address = 0xc0000208, .port = 40000, .side = 1, .known = 1};
	size = group_message_seal(wire, &key, GROUP_FLOWS, 9, group_flows_write(wire + GROUP_HEADER_SIZE, 77, sent, GROUP_FLOWS_TOLD));
	CHECK("it is read", group_message_read(wire, size, &key, 9, &message, &used) == GROUP_READ_OK && used == size);
	CHECK("as flows", group_flows_read(&message, &tenant_id, got, &n) && tenant_id == 77 && n == GROUP_FLOWS_TOLD);
	CHECK("the same", memcmp(sent, got, sizeof(sent)) == 0);
}

static void
check_that_only_the_right_one_is_believed(void)
{
	uint8_t wire[256];
	struct group_message message;
	size_t used, size = group_message_seal(wire, &key, GROUP_PASS, 3, group_pass_write(wire + GROUP_HEADER_SIZE, 500));
	uint32_t age;

	CHECK("it is believed", group_message_read(wire, size, &key, 3, &message, &used) == GROUP_READ_OK
		&& group_pass_read(&message, &age) && age == 500);
	CHECK("not under another key", group_message_read(wire, size, &other_key, 3, &message, &used) == GROUP_READ_FORGED);
	CHECK("not again", group_message_read(wire, size, &key, 4, &message, &used) == GROUP_READ_FORGED);
	for (size_t i = 0; i < size; i++) {
		enum group_read read;

		wire[i] ^= 1;
		read = group_message_read(wire, size, &key, 3, &message, &used);
		CHECK("not with a bit turned", read != GROUP_READ_OK);
		wire[i] ^= 1;
	}
	for (size_t n = 0; n < size; n++)
		CHECK("not before it is whole", group_message_read(wire, n, &key, 3, &message, &used) == GROUP_READ_MORE);
	wire[8] = 0x40;
	CHECK("nobody waits for a gigabyte", group_message_read(wire, GROUP_HEADER_SIZE, &key, 3, &message, &used)
		== GROUP_READ_TOO_LONG);
	wire[4]++;
	CHECK("another version is told apart", group_message_read(wire, 5, &key, 3, &message, &used) == GROUP_READ_VERSION);
}

static void
check_keys(void)
{
	struct group_hello a = {.nonce = {1}, .group = "g", .pod = "a"}, b = {.nonce = {2}, .group = "g", .pod = "b"}, c = a;
	struct group_session_keys keys = group_session_keys(&key, &a, &b), reflected = group_session_keys(&key, &b, &a), again;

	CHECK("each direction has its own", memcmp(&keys.client, &keys.server, sizeof(keys.client)) != 0);
	CHECK("and each role", memcmp(&keys.client, &reflected.client, sizeof(keys.client)) != 0
		&& memcmp(&keys.client, &reflected.server, sizeof(keys.client)) != 0);
	c.nonce[31] = 1;
	again = group_session_keys(&key, &c, &b);
	CHECK("and each session", memcmp(&keys.client, &again.client, sizeof(keys.client)) != 0);
}

static void
check_hello(void)
{
	uint8_t body[GROUP_BODY_MAX];
	struct group_hello hello = {.nonce = {9, 8}, .group = "web"}, got;
	struct group_message message = {.type = GROUP_HELLO, .body = body};

	memset(hello.pod, 'x', GROUP_NAME_MAX);
	message.length = group_hello_write(body, &hello);
	CHECK("it is read", group_hello_read(&message, &got) && memcmp(&hello, &got, sizeof(got)) == 0);
	message.length--;
	CHECK("not cut short", !group_hello_read(&message, &got));
	message.length += 2;
	CHECK("nor with more behind", !group_hello_read(&message, &got));
	body[GROUP_NONCE_SIZE] = 255;
	CHECK("nor with a name longer than there is", !group_hello_read(&message, &got));
}

static void
check_that_sizes_are_bounds(void)
{
	uint8_t body[512] = {0};
	struct dp_flow_record record = record_number(5), got[GROUP_FLOWS_MAX];
	struct group_message message = {.type = GROUP_FLOWS, .body = body};
	uint32_t tenant_id, n, length = group_flows_write(body, 1, &record, 1);

	for (message.length = 0; message.length < length; message.length++)
		CHECK("flows are not cut short", !group_flows_read(&message, &tenant_id, got, &n));
	body[7] = 2;
	message.length = length;
	CHECK("nor said to be more than there are", !group_flows_read(&message, &tenant_id, got, &n));
	body[6] = 255;
	CHECK("nor more than there is room for", !group_flows_read(&message, &tenant_id, got, &n));
	body[6] = 0, body[7] = 1, body[4] += 4;
	message.length = length + 4;
	CHECK("a longer record is read as far as it is known", group_flows_read(&message, &tenant_id, got, &n)
		&& n == 1 && memcmp(&got[0], &record, sizeof(record)) == 0);
}

int
main(void)
{
	check_that_flows_cross(false, false);
	check_that_flows_cross(true, false);
	check_that_flows_cross(false, true);
	check_that_flows_cross(true, true);
	check_that_only_the_right_one_is_believed();
	check_keys();
	check_hello();
	check_that_sizes_are_bounds();
	return 0;
}
