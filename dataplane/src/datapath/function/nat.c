/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Source NAT of IPv4 (RFC 3022), as RFC 4787, 5382 and 5508 want it: an inside host's port has one public port whoever it
 * speaks to, and a host keeps to one public address as long as that has ports. Hairpinning is not done.
 *
 * Each replica gives out ports of its own blocks only, so replicas need not agree on anything but whose a block is. New
 * flows of one inside host go to one replica: the owner of the host's home block, so a replica that is asked for a port
 * owns a block. The way back is by the block of the public port.
 *
 * The flow's entry at this node is that of its inside tuple, both ways. An ICMP error, and a later fragment, is translated
 * by the mapping of its flow and makes none.
 */
#include "nat.h"

#include <netinet/in.h>

#include <rte_icmp.h>

#include "../flow/flow_track.h"

#define BLOCK_LOOKS 128 /* at most, for one new mapping */

static unsigned
home_of(const struct dp_nat *nat, uint32_t inside, uint32_t *block_hash)
{
	uint64_t hash = dp_hash_mix(inside ^ DP_HASH_SEED_B, DP_HASH_SEED_A);
	unsigned index = dp_hash_scale((uint32_t)hash, nat->n_public);

	*block_hash = dp_nat_block_hash(nat->public[index].address, dp_hash_scale((uint32_t)(hash >> 32), DP_NAT_BLOCKS));
	return index;
}

static void
steer(const struct dp_node *node, const struct dp_packet *packet, struct dp_steering *steering)
{
	const struct dp_nat *nat = node->config;
	struct dp_endpoint outside = dp_endpoint_of(&packet->inner, DP_END_DESTINATION);

	if (packet->inner.ipv6) {
		dp_nat_steer_ip6(nat, packet, steering);
		return;
	}
	if (nat->n_public == 0)
		return;
	if (packet->direction == DP_FORWARD) {
		home_of(nat, dp_endpoint_of(&packet->inner, DP_END_SOURCE).address, &steering->hash);
		return;
	}
	if (outside.port < DP_NAT_PORT_FIRST || dp_nat_find_public(nat, outside.address) < 0)
		return; /* any replica may drop it */
	steering->hash = dp_nat_block_hash(outside.address, (outside.port - DP_NAT_PORT_FIRST) / DP_NAT_BLOCK_PORTS);
	steering->settled = true;
}

/* A free port of the address's own blocks, of those that rest or of the others. They are tried from one that depends on the host and on this pod, so that a
 * host that is moved to another replica does not get there the ports it has just left. */
static uint16_t
choose_port(const struct dp_context *context, const struct dp_nat *nat, const struct dp_nat_public *public,
	enum dp_nat_protocol protocol, struct dp_endpoint inside, bool resting, unsigned *looks)
{
	uint64_t host = dp_hash_mix(inside.address ^ nat->table->seed, context->state->address ^ DP_HASH_SEED_A);
	uint64_t random = dp_hash_mix(host ^ inside.port, context->tsc ^ nat->table->seed);
	unsigned start = dp_hash_scale((uint32_t)(host >> 32), public->n_blocks);

	for (unsigned i = 0; i < public->n_blocks && *looks > 0; i++, (*looks)--) {
		const struct dp_nat_block *block = &public->blocks[(start + i) % public->n_blocks];
		uint16_t port;

		if (((int32_t)(context->now - block->usable_from) < 0) != resting)
			continue;
		port = dp_nat_free_port(nat->table->addresses[public->place], protocol, block->number, inside.port & 1, random);
		if (port != 0)
			return port;
	}
	return 0;
}

/* From the host's home address if it has a port left: address pooling "paired" (RFC 4787 REQ-2). */
static struct dp_nat_mapping *
add_mapping_in(const struct dp_context *context, const struct dp_nat *nat, enum dp_nat_protocol protocol,
	struct dp_endpoint inside, enum dp_flow_class class, bool resting)
{
	unsigned looks = BLOCK_LOOKS, home;
	uint32_t block_hash;

	home = home_of(nat, inside.address, &block_hash);
	for (unsigned i = 0; i < nat->n_public && looks > 0; i++) {
		const struct dp_nat_public *public = &nat->public[(home + i) % nat->n_public];
		uint16_t port = choose_port(context, nat, public, protocol, inside, resting, &looks);

		if (port != 0)
			return dp_nat_add(nat->table, protocol, inside, public->place, port, class, context->now);
	}
	return NULL;
}

/* Where the former owner's mappings are known, its ports in use are too, but for the last second's: blocks that rest are
 * then the last choice, so that who replaces another one need not turn new flows away. */
static struct dp_nat_mapping *
add_mapping(const struct dp_context *context, const struct dp_nat *nat, enum dp_nat_protocol protocol,
	struct dp_endpoint inside, enum dp_flow_class class)
{
	struct dp_nat_mapping *mapping = add_mapping_in(context, nat, protocol, inside, class, false);

	return mapping != NULL || !nat->hears ? mapping : add_mapping_in(context, nat, protocol, inside, class, true);
}

/* The packet becomes the new flow's. The next error about a fragment of it quotes what it is now. */
static void
translate(struct dp_context *context, struct dp_packet *packet, enum dp_end end, struct dp_endpoint to)
{
	uint32_t at = packet->meta->inner_offset;
	struct dp_inner *inner = &packet->inner;

	dp_translate(rte_pktmbuf_mtod_offset(packet->m, uint8_t *, at), rte_pktmbuf_data_len(packet->m) - at, inner, end, to);
	packet->meta->flow_hash = dp_flow_hash(&inner->flow);
	if (inner->kind != DP_INNER_FIRST_FRAGMENT)
		return;
	*(end == DP_END_SOURCE ? &inner->fragment.source : &inner->fragment.destination) = to.address;
	dp_fragment_note(&context->tenant->tenant->fragments, &inner->fragment, &inner->flow, inner->side, context->now);
}

/* It makes no mapping and proves nothing about its flow. */
static bool
is_related(const struct dp_inner *inner)
{
	return inner->kind == DP_INNER_RELATED || inner->kind == DP_INNER_LATER_FRAGMENT;
}

/* Of ICMP only queries have what a port is for others, and only echo's is read. */
static bool
has_port(const struct dp_inner *inner, uint8_t echo)
{
	return inner->protocol != IPPROTO_ICMP || inner->icmp_type == echo;
}

/* The mapping, made if the packet may begin a flow; noted in the entry for the next packet. */
static dp_drop_reason_t
find_or_map(struct dp_context *context, struct dp_packet *packet, enum dp_nat_protocol protocol,
	struct dp_nat_mapping **mapping)
{
	const struct dp_nat *nat = packet->node->config;
	struct dp_endpoint inside = dp_endpoint_of(&packet->inner, DP_END_SOURCE);

	*mapping = packet->entry == NULL ? NULL
		: dp_nat_at(nat->table, packet->entry->mapping, protocol, inside, nat->places, context->now);
	if (*mapping == NULL)
		*mapping = dp_nat_find_inside(nat->table, protocol, inside, nat->places, context->now);
	if (*mapping != NULL)
		return DP_PASS;
	if (is_related(&packet->inner) || !has_port(&packet->inner, RTE_IP_ICMP_ECHO_REQUEST)
		|| dp_flow_first_class(&packet->inner) == DP_FLOW_TCP_CLOSING)
		return DP_REASON(NO_MAPPING);
	*mapping = add_mapping(context, nat, protocol, inside, dp_flow_first_class(&packet->inner));
	return *mapping == NULL ? DP_REASON(PORTS_EXHAUSTED) : DP_PASS;
}

/* The flow's entry, with what its packet says of it and of the mapping. False when the table is full. */
static bool
track(struct dp_context *context, struct dp_packet *packet, struct dp_nat_mapping *mapping)
{
	const struct dp_nat *nat = packet->node->config;
	uint32_t number = dp_nat_number(nat->table, mapping);
	uint8_t before = DP_FLOW_FREE;

	if (packet->entry != NULL) {
		if (packet->entry->mapping == number)
			before = *dp_flow_class(context->flows, packet->entry);
		dp_flow_track(context->flows, packet->entry, &packet->inner, packet->side, context->now);
	} else {
		packet->entry = dp_flow_table_add(context->flows, packet->hash, packet->node->key, &packet->inner.flow,
			dp_flow_first_class(&packet->inner), context->now);
		if (packet->entry == NULL)
			return false;
		packet->entry->initiator = packet->side;
	}
	packet->entry->mapping = number;
	dp_nat_touch(mapping, before, *dp_flow_class(context->flows, packet->entry), context->now);
	return true;
}

static dp_drop_reason_t
go_out(struct dp_context *context, struct dp_packet *packet, enum dp_nat_protocol protocol)
{
	struct dp_nat_mapping *mapping;
	dp_drop_reason_t reason;

	if (!is_related(&packet->inner) && !has_port(&packet->inner, RTE_IP_ICMP_ECHO_REQUEST))
		return DP_REASON(NO_MAPPING);
	dp_packet_find_entry(context, packet);
	reason = find_or_map(context, packet, protocol, &mapping);
	if (reason != DP_PASS)
		return reason;
	if (is_related(&packet->inner)) {
		if (packet->entry == NULL)
			return DP_REASON(NO_MAPPING);
	} else if (!track(context, packet, mapping)) {
		return DP_REASON(TABLE_FULL);
	}
	translate(context, packet, DP_END_SOURCE, mapping->outside);
	return DP_PASS;
}

static dp_drop_reason_t
come_in(struct dp_context *context, struct dp_packet *packet, enum dp_nat_protocol protocol)
{
	const struct dp_nat *nat = packet->node->config;
	struct dp_nat_mapping *mapping = dp_nat_find_outside(nat->table, protocol,
		dp_endpoint_of(&packet->inner, DP_END_DESTINATION), context->now);

	if (mapping == NULL || (!is_related(&packet->inner) && !has_port(&packet->inner, RTE_IP_ICMP_ECHO_REPLY)))
		return DP_REASON(NO_MAPPING);
	translate(context, packet, DP_END_DESTINATION, mapping->inside);
	packet->side = packet->inner.side;
	packet->hash = dp_flow_table_hash(context->flows, packet->node->key, &packet->inner.flow);
	dp_packet_find_entry(context, packet);
	if (packet->entry == NULL && (is_related(&packet->inner) || !nat->accept_any_remote))
		return DP_REASON(NO_MAPPING);
	if (!is_related(&packet->inner) && !track(context, packet, mapping))
		return DP_REASON(TABLE_FULL);
	return DP_PASS;
}

static dp_drop_reason_t
process(struct dp_context *context, struct dp_packet *packet)
{
	const struct dp_nat *nat = packet->node->config;
	enum dp_nat_protocol protocol;

	if (packet->inner.ipv6)
		return dp_nat_process_ip6(context, packet);
	if (nat->n_public == 0 || !dp_nat_protocol_of(packet->inner.flow.protocol, &protocol))
		return DP_REASON(UNSUPPORTED);
	return packet->direction == DP_FORWARD ? go_out(context, packet, protocol) : come_in(context, packet, protocol);
}

const struct dp_function dp_function_nat = {
	.name = "nat",
	.kind = NFAAS__DATAPLANE__V1__NODE__KIND_NAT,
	.build = dp_nat_build,
	.release = dp_nat_release,
	.process = process,
	.steer = steer,
	.housekeep = dp_nat_housekeep,
	.shares_flows = true,
	.tell = dp_nat_tell,
	.take = dp_nat_take,
};
