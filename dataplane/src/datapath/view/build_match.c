/* SPDX-License-Identifier: Apache-2.0 */
/* Prefixes, port ranges and matches. */
#include <string.h>

#include <rte_byteorder.h>

#include "build.h"

#define DSCP_MAX 63

bool
dp_build_prefix(struct dp_build *build, const Nfaas__Dataplane__V1__Prefix *message, const char *field,
	struct dp_prefix *prefix, bool *ipv4)
{
	uint32_t address;

	*prefix = (struct dp_prefix){0};
	*ipv4 = true;
	if (message == NULL)
		return true;
	if (message->address.len != 4 && message->address.len != 16)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), field, "an address has 4 or 16 bytes, this one %zu",
			message->address.len);
	if (message->length > message->address.len * 8)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), field,
			"a prefix of %zu bytes has at most %zu bits, not %u",
			message->address.len, message->address.len * 8, message->length);
	*ipv4 = message->address.len == 4;
	if (*ipv4) {
		memcpy(&address, message->address.data, sizeof(address));
		*prefix = dp_prefix_make(rte_be_to_cpu_32(address), message->length);
	}
	return true;
}

struct dp_prefix6
dp_build_prefix6(const Nfaas__Dataplane__V1__Prefix *message)
{
	return dp_prefix6_make(dp_ip6_read(message->address.data), message->length);
}

static bool
add_prefix(struct dp_build *build, const Nfaas__Dataplane__V1__Prefix *message, struct dp_prefixes *prefixes)
{
	struct dp_prefix prefix;
	bool ipv4;

	if (!dp_build_prefix(build, message, NULL, &prefix, &ipv4))
		return false;
	if (ipv4)
		prefixes->ipv4[prefixes->n_ipv4++] = prefix;
	else
		prefixes->ipv6[prefixes->n_ipv6++] = dp_build_prefix6(message);
	return true;
}

bool
dp_build_prefixes(struct dp_build *build, Nfaas__Dataplane__V1__Prefix *const *messages, size_t n, const char *field,
	struct dp_prefixes *prefixes)
{
	size_t n_ipv6 = 0;

	if (n > DP_RULES_MAX)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), field, "%zu prefixes; at most %d", n, DP_RULES_MAX);
	for (size_t i = 0; i < n; i++)
		n_ipv6 += messages[i]->address.len == DP_IP6_SIZE;
	*prefixes = (struct dp_prefixes){.any = n == 0};
	prefixes->ipv4 = dp_build_alloc(build, n - n_ipv6, sizeof(*prefixes->ipv4));
	prefixes->ipv6 = dp_build_alloc(build, n_ipv6, sizeof(*prefixes->ipv6));
	if (prefixes->ipv4 == NULL || prefixes->ipv6 == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t mark = dp_path_enter(build, "%s%s[%zu]", build->path[0] != '\0' ? "." : "", field, i);

		if (!add_prefix(build, messages[i], prefixes))
			return false;
		dp_path_leave(build, mark);
	}
	return true;
}

bool
dp_build_port_range(struct dp_build *build, const Nfaas__Dataplane__V1__PortRange *message, const char *field,
	struct dp_port_range *range)
{
	*range = (struct dp_port_range){.first = 0, .last = UINT16_MAX};
	if (message == NULL)
		return true;
	if (message->first > message->last || message->last > UINT16_MAX)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), field, "%u..%u is no range of ports", message->first,
			message->last);
	*range = (struct dp_port_range){.first = (uint16_t)message->first, .last = (uint16_t)message->last};
	return true;
}

bool
dp_build_protocol(struct dp_build *build, uint32_t value, uint8_t *protocol)
{
	if (value > UINT8_MAX)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "protocol", "%u is no IANA protocol number", value);
	*protocol = (uint8_t)value;
	return true;
}

bool
dp_build_match(struct dp_build *build, const Nfaas__Dataplane__V1__Match *message, struct dp_match *match)
{
	bool any_ports;
	size_t mark;

	if (message == NULL) {
		match->all = true;
		return true;
	}
	mark = dp_path_enter(build, ".match");
	if (!dp_build_prefixes(build, message->sources, message->n_sources, "sources", &match->sources)
		|| !dp_build_prefixes(build, message->destinations, message->n_destinations, "destinations",
			&match->destinations)
		|| !dp_build_protocol(build, message->protocol, &match->protocol)
		|| !dp_build_port_range(build, message->destination_ports, "destination_ports", &match->ports))
		return false;
	dp_path_leave(build, mark);
	any_ports = match->ports.first == 0 && match->ports.last == UINT16_MAX;
	match->all = message->n_sources == 0 && message->n_destinations == 0 && match->protocol == 0 && any_ports;
	return true;
}

bool
dp_build_dscp(struct dp_build *build, uint32_t value, const char *field)
{
	return value <= DSCP_MAX || dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), field, "a DSCP is in 0..63, not %u", value);
}

static bool
read_dscps(struct dp_build *build, const Nfaas__Dataplane__V1__PacketMatch *message, uint64_t *dscps)
{
	*dscps = message->n_dscps == 0 ? UINT64_MAX : 0;
	for (size_t i = 0; i < message->n_dscps; i++) {
		if (!dp_build_dscp(build, message->dscps[i], "dscps"))
			return false;
		*dscps |= UINT64_C(1) << message->dscps[i];
	}
	return true;
}

bool
dp_build_packet_match(struct dp_build *build, const Nfaas__Dataplane__V1__PacketMatch *message,
	struct dp_packet_match *match)
{
	size_t mark = dp_path_enter(build, ".match");
	uint32_t max;

	*match = (struct dp_packet_match){.flow.all = true, .dscps = UINT64_MAX, .max_length = UINT16_MAX};
	if (message != NULL) {
		size_t flow = dp_path_enter(build, ".flow");

		max = message->max_length == 0 ? UINT16_MAX : message->max_length;
		match->flow.all = false;
		if (!dp_build_match(build, message->flow, &match->flow))
			return false;
		dp_path_leave(build, flow);
		if (!read_dscps(build, message, &match->dscps))
			return false;
		if (max > UINT16_MAX || message->min_length > max)
			return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "max_length", "%u..%u is no range of packet lengths",
				message->min_length, max);
		match->min_length = (uint16_t)message->min_length;
		match->max_length = (uint16_t)max;
	}
	dp_path_leave(build, mark);
	return true;
}
