/* SPDX-License-Identifier: Apache-2.0 */
/* Pins: flows whose backend is decided from outside. */
#include <netinet/in.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_common.h>

#include "build.h"

#define PINS_MAX 16384
#define LIFETIME_MS_MAX 86400000
#define TABLE_MIN 16

typedef Nfaas__Dataplane__V1__Pin pin_message_t;

static const struct dp_state_pool *
find_pool(const struct dp_state *state, const char *name)
{
	for (unsigned i = 0; state != NULL && i < state->n_pools; i++)
		if (strcmp(state->pools[i].name, name) == 0)
			return &state->pools[i];
	return NULL;
}

static uint32_t
ipv4_of(const ProtobufCBinaryData *bytes)
{
	uint32_t address;

	memcpy(&address, bytes->data, sizeof(address));
	return rte_be_to_cpu_32(address);
}

static bool
read_ends(struct dp_build *build, const pin_message_t *message, struct dp_inner *ends)
{
	if (message->source.len != sizeof(ends->source) && message->source.len != DP_IP6_SIZE)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "source", "an address has 4 or 16 bytes, this one %zu",
			message->source.len);
	if (message->destination.len != message->source.len)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "destination", "of another family than the source");
	ends->ipv6 = message->source.len == DP_IP6_SIZE;
	if (ends->ipv6) {
		ends->source6 = dp_ip6_read(message->source.data);
		ends->destination6 = dp_ip6_read(message->destination.data);
	} else {
		ends->source = ipv4_of(&message->source);
		ends->destination = ipv4_of(&message->destination);
	}
	return true;
}

/* ICMP and ICMPv6 echo have an identifier for ports. */
static bool
is_icmp(const pin_message_t *message)
{
	return message->protocol == (message->source.len == DP_IP6_SIZE ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
}

static bool
check_ports(struct dp_build *build, const pin_message_t *message)
{
	if (message->source_port > UINT16_MAX)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "source_port", "%u is no port", message->source_port);
	if (message->destination_port > UINT16_MAX)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "destination_port", "%u is no port",
			message->destination_port);
	if (is_icmp(message) && message->source_port != message->destination_port)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "destination_port",
			"both ports of ICMP are the echo identifier");
	if (!is_icmp(message) && !dp_protocol_has_ports((uint8_t)message->protocol)
		&& (message->source_port != 0 || message->destination_port != 0))
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "source_port", "protocol %u has no ports",
			message->protocol);
	return true;
}

static bool
read_flow(struct dp_build *build, const pin_message_t *message, struct dp_flow *flow)
{
	struct dp_inner ends = {0};
	uint8_t side;

	if (message->protocol < 1 || message->protocol > UINT8_MAX)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "protocol", "%u is not in 1..%d", message->protocol,
			UINT8_MAX);
	if (!check_ports(build, message) || !read_ends(build, message, &ends))
		return false;
	ends.protocol = (uint8_t)message->protocol;
	ends.source_port = (uint16_t)message->source_port;
	ends.destination_port = (uint16_t)message->destination_port;
	*flow = dp_inner_flow_with_ports(&ends, &side);
	return true;
}

static bool
read_backend(struct dp_build *build, const pin_message_t *message, struct dp_pin *pin)
{
	const struct dp_backend *named;

	pin->pool = find_pool(build->state, message->pool);
	if (pin->pool == NULL)
		return dp_build_fail(build, DP_CODE(UNKNOWN_REFERENCE), "pool", "there is no pool %.64s", message->pool);
	named = dp_backend_find(pin->pool->named, pin->pool->n_named, message->backend);
	if (named == NULL)
		return dp_build_fail(build, DP_CODE(UNKNOWN_REFERENCE), "backend", "pool %s has no backend %.64s",
			pin->pool->name, message->backend);
	pin->address = named->address;
	pin->backend = dp_pool_find_name(pin->pool->pool, message->backend);
	return true;
}

/* An equal pin of the state before has begun its life already. */
static uint32_t
begin_of(const struct dp_build *build, const struct dp_pin *pin, uint32_t hash)
{
	const struct dp_state *previous = build->previous;
	const struct dp_state_pool *pool = find_pool(previous, pin->pool->name);
	const struct dp_pin *before;

	if (pool == NULL || previous->pins == NULL)
		return build->now;
	before = dp_state_find_pin(previous, pin->tenant_id, pool, &pin->flow, hash);
	if (before->pool == NULL || before->lifetime != pin->lifetime || before->address != pin->address)
		return build->now;
	return before->since;
}

static bool
build_pin(struct dp_build *build, const pin_message_t *message)
{
	struct dp_pin pin = {.tenant_id = message->tenant_id}, *slot;
	uint32_t hash;

	if (dp_state_find_tenant(build->state, message->tenant_id) == NULL)
		return dp_build_fail(build, DP_CODE(UNKNOWN_REFERENCE), "tenant_id", "there is no tenant %u",
			message->tenant_id);
	if (message->lifetime_ms < 1 || message->lifetime_ms > LIFETIME_MS_MAX)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "lifetime_ms", "%u is not in 1..%d",
			message->lifetime_ms, LIFETIME_MS_MAX);
	if (!read_backend(build, message, &pin) || !read_flow(build, message, &pin.flow))
		return false;
	hash = dp_flow_hash(&pin.flow);
	slot = dp_state_find_pin(build->state, pin.tenant_id, pin.pool, &pin.flow, hash);
	if (slot->pool != NULL)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), NULL, "the flow is pinned twice in pool %s",
			pin.pool->name);
	pin.lifetime = (message->lifetime_ms * (uint64_t)DP_FLOW_TICKS_PER_SECOND + 999) / 1000;
	pin.since = begin_of(build, &pin, hash);
	*slot = pin;
	return true;
}

bool
dp_build_pins(struct dp_build *build)
{
	const Nfaas__Dataplane__V1__DesiredState *desired = build->desired;
	uint32_t size;

	if (desired->n_pins == 0)
		return true;
	if (desired->n_pins > PINS_MAX)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), "pins", "%zu pins; at most %d", desired->n_pins, PINS_MAX);
	size = rte_align32pow2(RTE_MAX((uint32_t)desired->n_pins * 2, (uint32_t)TABLE_MIN));
	build->state->pins = dp_build_alloc(build, size, sizeof(*build->state->pins));
	if (build->state->pins == NULL)
		return false;
	build->state->pins_mask = size - 1;
	for (size_t i = 0; i < desired->n_pins; i++) {
		size_t mark = dp_path_enter(build, "pins[%zu]", i);

		if (!build_pin(build, desired->pins[i]))
			return false;
		dp_path_leave(build, mark);
	}
	return true;
}
