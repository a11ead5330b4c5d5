/* SPDX-License-Identifier: Apache-2.0 */
/* This pod's place on the fabric, which is of one family. */
#include <string.h>

#include <rte_byteorder.h>

#include "build.h"

#define INNER_MTU_MIN 1280 /* what IPv6 wants (RFC 8200 section 5) */
#define FABRIC_MTU_MAX (uint32_t)(RTE_MBUF_DEFAULT_DATAROOM - sizeof(struct rte_ether_hdr))

bool
dp_fabric_address_read(const ProtobufCBinaryData *bytes, uint32_t *address, struct dp_ip6 *address6)
{
	uint32_t wire;

	*address6 = (struct dp_ip6){0};
	if (bytes->len == DP_IP6_SIZE) {
		*address6 = dp_ip6_read(bytes->data);
		*address = dp_outer_key(*address6);
		return dp_ip6_is_host(*address6);
	}
	if (bytes->len != sizeof(wire))
		return false;
	memcpy(&wire, bytes->data, sizeof(wire));
	*address = rte_be_to_cpu_32(wire);
	return *address != 0;
}

static bool
build_inner_mtu(struct dp_build *build, uint32_t asked)
{
	uint32_t overhead = dp_outer_size(build->state->ipv6) - sizeof(struct rte_ether_hdr);
	uint32_t mtu = asked == 0 ? FABRIC_MTU_MAX : asked;

	if (mtu < INNER_MTU_MIN + overhead || mtu > FABRIC_MTU_MAX)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "fabric.mtu", "%u is not in %u..%u", mtu,
			INNER_MTU_MIN + overhead, FABRIC_MTU_MAX);
	build->state->inner_mtu = (uint16_t)(mtu - overhead);
	return true;
}

static bool
read_own_address(struct dp_build *build, const Nfaas__Dataplane__V1__Fabric *fabric)
{
	struct dp_state *state = build->state;

	if (fabric == NULL || fabric->address.len == 0)
		return true;
	if (!dp_fabric_address_read(&fabric->address, &state->address, &state->address6))
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "fabric.address",
			"give a host's address, 4 bytes (IPv4) or 16 (IPv6), not %zu", fabric->address.len);
	state->ipv6 = dp_ip6_is_set(state->address6);
	return true;
}

static bool
check_links(struct dp_build *build)
{
	const struct dp_state *state = build->state;

	for (unsigned i = 0; i < build->n_ports; i++) {
		const struct dp_port *port = &build->ports[i];

		if (port->fabric && dp_ip6_is_set(port->peer_address6) != state->ipv6)
			return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "fabric.links",
				"the link to %.64s is of another family than fabric.address: a fabric is IPv4 or IPv6", port->name);
	}
	return true;
}

bool
dp_build_fabric(struct dp_build *build)
{
	const Nfaas__Dataplane__V1__Fabric *fabric = build->desired->fabric;

	for (unsigned i = 0; i < build->n_ports; i++)
		if (build->ports[i].index < DP_MAX_PORTS)
			build->state->is_fabric[build->ports[i].index] = build->ports[i].fabric;
	return read_own_address(build, fabric) && build_inner_mtu(build, fabric == NULL ? 0 : fabric->mtu)
		&& check_links(build);
}

bool
dp_build_check_pods(struct dp_build *build, const struct dp_state_pool *pool)
{
	for (uint16_t i = 0; i < pool->n_named; i++)
		if (dp_ip6_is_set(pool->named[i].address6) != build->state->ipv6)
			return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "pool",
				"pod %s of pool %s has an address of another family than fabric.address", pool->named[i].name, pool->name);
	return true;
}
