/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bodies of messages.
 *   HELLO   nonce 32, then group and pod, each a length 1 and so many bytes
 *   FLOWS   tenant 4, record size 1, zero 1, count 2, records
 *   PASS    age in ms 4
 * A record: position 8, addresses 4 + 4, ports 2 + 2, protocol 1, class 1, initiator 1, closed 1, next hops 4 + 4, nodes it
 * came from 4 + 4, silence in ticks of 100 ms 4. Where a message has an IPv6 flow each record goes on with the full
 * addresses, 16 + 16, zero for IPv4; the addresses before are then what they fold to. Where it has a flow that a NAT gave
 * another end, behind these: address 4, port 2, side 1, one 1; zero for the others.
 */
#include <rte_common.h>

#include "state_group/bytes.h"
#include "state_group/message.h"

#define FLOWS_HEADER 8
#define RECORD_SIZE 44
#define RECORD_SIZE_IPV6 (RECORD_SIZE + 2 * DP_IP6_SIZE)
#define RECORD_SIZE_NAT (RECORD_SIZE_IPV6 + 8)

_Static_assert(FLOWS_HEADER + GROUP_FLOWS_TOLD * RECORD_SIZE_NAT <= GROUP_BODY_MAX, "a full message fits");

static uint8_t *
write_name(uint8_t *at, const char *name)
{
	size_t n = strnlen(name, GROUP_NAME_MAX);

	*at = (uint8_t)n;
	memcpy(at + 1, name, n);
	return at + 1 + n;
}

/* NULL when it does not fit, or holds a zero. */
static const uint8_t *
read_name(const uint8_t *at, const uint8_t *end, char name[GROUP_NAME_MAX + 1])
{
	if (at == NULL || at == end || *at > GROUP_NAME_MAX || end - at - 1 < *at || memchr(at + 1, 0, *at) != NULL)
		return NULL;
	memset(name, 0, GROUP_NAME_MAX + 1);
	memcpy(name, at + 1, *at);
	return at + 1 + *at;
}

uint32_t
group_hello_write(uint8_t *body, const struct group_hello *hello)
{
	memcpy(body, hello->nonce, GROUP_NONCE_SIZE);
	return (uint32_t)(write_name(write_name(body + GROUP_NONCE_SIZE, hello->group), hello->pod) - body);
}

bool
group_hello_read(const struct group_message *message, struct group_hello *hello)
{
	const uint8_t *end = message->body + message->length;

	if (message->type != GROUP_HELLO || message->length < GROUP_NONCE_SIZE)
		return false;
	memcpy(hello->nonce, message->body, GROUP_NONCE_SIZE);
	return read_name(read_name(message->body + GROUP_NONCE_SIZE, end, hello->group), end, hello->pod) == end;
}

static void
write_outside(uint8_t *at, const struct dp_flow_outside *outside)
{
	put_u32(at, outside->known ? outside->address : 0);
	put_u16(at + 4, outside->known ? outside->port : 0);
	at[6] = outside->known ? outside->side : 0;
	at[7] = outside->known;
}

static void
write_record(uint8_t *at, uint32_t size, const struct dp_flow_record *record)
{
	put_u64(at, record->position);
	put_u32(at + 8, record->flow.address[0]);
	put_u32(at + 12, record->flow.address[1]);
	put_u16(at + 16, record->flow.port[0]);
	put_u16(at + 18, record->flow.port[1]);
	at[20] = record->flow.protocol;
	at[21] = record->class;
	at[22] = record->initiator;
	at[23] = record->closed;
	put_u32(at + 24, record->next_hop[0]);
	put_u32(at + 28, record->next_hop[1]);
	put_u32(at + 32, record->came_from[0]);
	put_u32(at + 36, record->came_from[1]);
	put_u32(at + 40, record->silence);
	for (unsigned i = 0; size >= RECORD_SIZE_IPV6 && i < 2; i++)
		dp_ip6_write(at + RECORD_SIZE + i * DP_IP6_SIZE,
			record->flow.ipv6 ? record->flow.ends[i] : (struct dp_ip6){0});
	if (size == RECORD_SIZE_NAT)
		write_outside(at + RECORD_SIZE_IPV6, &record->outside);
}

static void
read_ends(const uint8_t *at, struct dp_flow *flow)
{
	static const uint8_t none[2 * DP_IP6_SIZE];

	if (memcmp(at, none, sizeof(none)) == 0)
		return;
	flow->ipv6 = 1;
	for (unsigned i = 0; i < 2; i++) {
		flow->ends[i] = dp_ip6_read(at + i * DP_IP6_SIZE);
		flow->address[i] = dp_ip6_fold(flow->ends[i]);
	}
}

static struct dp_flow_record
read_record(const uint8_t *at, uint32_t size)
{
	struct dp_flow_record record = {
		.position = get_u64(at),
		.flow = {
			.address = {get_u32(at + 8), get_u32(at + 12)},
			.port = {get_u16(at + 16), get_u16(at + 18)},
			.protocol = at[20],
		},
		.class = at[21],
		.initiator = at[22],
		.closed = at[23],
		.next_hop = {get_u32(at + 24), get_u32(at + 28)},
		.came_from = {get_u32(at + 32), get_u32(at + 36)},
		.silence = get_u32(at + 40),
	};

	if (size >= RECORD_SIZE_IPV6)
		read_ends(at + RECORD_SIZE, &record.flow);
	if (size >= RECORD_SIZE_NAT)
		record.outside = (struct dp_flow_outside){.address = get_u32(at + RECORD_SIZE_IPV6),
			.port = get_u16(at + RECORD_SIZE_IPV6 + 4), .side = at[RECORD_SIZE_IPV6 + 6],
			.known = at[RECORD_SIZE_IPV6 + 7]};
	return record;
}

static uint32_t
record_size(const struct dp_flow_record *records, uint32_t n)
{
	uint32_t size = RECORD_SIZE;

	for (uint32_t i = 0; i < n; i++)
		size = RTE_MAX(size, records[i].outside.known ? RECORD_SIZE_NAT : records[i].flow.ipv6 ? RECORD_SIZE_IPV6 : 0u);
	return size;
}

uint32_t
group_flows_write(uint8_t *body, uint32_t tenant_id, const struct dp_flow_record *records, uint32_t n)
{
	uint32_t size = record_size(records, n);

	put_u32(body, tenant_id);
	body[4] = (uint8_t)size;
	body[5] = 0;
	put_u16(body + 6, (uint16_t)n);
	for (uint32_t i = 0; i < n; i++)
		write_record(body + FLOWS_HEADER + (size_t)i * size, size, &records[i]);
	return FLOWS_HEADER + n * size;
}

bool
group_flows_read(const struct group_message *message, uint32_t *tenant_id, struct dp_flow_record *records, uint32_t *n)
{
	uint32_t size;

	if (message->type != GROUP_FLOWS || message->length < FLOWS_HEADER)
		return false;
	*tenant_id = get_u32(message->body);
	size = message->body[4];
	*n = get_u16(message->body + 6);
	if (size < RECORD_SIZE || *n > GROUP_FLOWS_MAX || message->length != FLOWS_HEADER + *n * size)
		return false;
	for (uint32_t i = 0; i < *n; i++)
		records[i] = read_record(message->body + FLOWS_HEADER + (size_t)i * size, size);
	return true;
}

uint32_t
group_pass_write(uint8_t *body, uint32_t age_ms)
{
	put_u32(body, age_ms);
	return 4;
}

bool
group_pass_read(const struct group_message *message, uint32_t *age_ms)
{
	if (message->type != GROUP_PASS || message->length < 4)
		return false;
	*age_ms = get_u32(message->body);
	return true;
}
