/* SPDX-License-Identifier: Apache-2.0 */
#include "match.h"

#include "dscp.h"

static bool
ports_hold(const struct dp_match *match, const struct dp_flow *flow, uint8_t to)
{
	if (match->ports.first == 0 && match->ports.last == UINT16_MAX)
		return true;
	return dp_protocol_has_ports(flow->protocol) && flow->port[to] >= match->ports.first
		&& flow->port[to] <= match->ports.last;
}

bool
dp_match_holds(const struct dp_match *match, const struct dp_flow *flow, uint8_t from)
{
	if ((match->protocol != 0 && match->protocol != flow->protocol) || !ports_hold(match, flow, !from))
		return false;
	if (flow->ipv6)
		return dp_prefixes_hold6(&match->sources, flow->ends[from])
			&& dp_prefixes_hold6(&match->destinations, flow->ends[!from]);
	return dp_prefixes_hold(&match->sources, flow->address[from])
		&& dp_prefixes_hold(&match->destinations, flow->address[!from]);
}

static const struct dp_edge *
edge_back(const struct dp_packet *packet)
{
	const struct dp_node *node = packet->node;
	const struct dp_edge *edges = node->edges[packet->direction];

	for (uint16_t i = 0; i < node->n_edges[packet->direction]; i++)
		if ((uint32_t)edges[i].to->key == packet->entry->came_from[packet->direction])
			return &edges[i];
	return NULL;
}

const struct dp_edge *
dp_match_edge_among(const struct dp_packet *packet)
{
	const struct dp_node *node = packet->node;
	const struct dp_edge *edges = node->edges[packet->direction];
	const struct dp_edge *back = dp_is_answer(packet) ? edge_back(packet) : NULL;

	if (back != NULL)
		return back;
	for (uint16_t i = 0; i < node->n_edges[packet->direction]; i++)
		if (edges[i].output == packet->output
			&& (edges[i].match.all || dp_match_holds(&edges[i].match, &packet->inner.flow, packet->inner.side)))
			return &edges[i];
	return NULL;
}

bool
dp_packet_match_holds(const struct dp_packet_match *match, const struct dp_packet *packet)
{
	uint8_t from = packet->entry != NULL ? packet->entry->initiator : packet->inner.side;

	return packet->inner.length >= match->min_length && packet->inner.length <= match->max_length
		&& (match->dscps >> dp_dscp_read(packet) & 1) != 0
		&& (match->flow.all || dp_match_holds(&match->flow, &packet->inner.flow, from));
}
