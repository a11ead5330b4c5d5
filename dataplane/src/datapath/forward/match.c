/* SPDX-License-Identifier: Apache-2.0 */
#include "match.h"

static bool
any_holds(const struct dp_prefix *prefixes, uint16_t n, uint32_t address)
{
	for (uint16_t i = 0; i < n; i++)
		if (dp_prefix_holds(prefixes[i], address))
			return true;
	return n == 0;
}

static bool
ports_hold(const struct dp_match *match, const struct dp_flow *flow, uint8_t to)
{
	if (match->ports.first == 0 && match->ports.last == UINT16_MAX)
		return true;
	return !flow->fragments && dp_protocol_has_ports(flow->protocol) && flow->port[to] >= match->ports.first
		&& flow->port[to] <= match->ports.last;
}

/* `from`: the end of the flow that forward packets come from. */
static bool
match_holds(const struct dp_match *match, const struct dp_flow *flow, uint8_t from)
{
	return !match->never && (match->protocol == 0 || match->protocol == flow->protocol)
		&& ports_hold(match, flow, !from) && any_holds(match->sources, match->n_sources, flow->address[from])
		&& any_holds(match->destinations, match->n_destinations, flow->address[!from]);
}

const struct dp_edge *
dp_match_edge(const struct dp_packet *packet)
{
	const struct dp_node *node = packet->node;
	const struct dp_edge *edges = node->edges[packet->direction];
	uint8_t from = packet->direction == DP_FORWARD ? packet->inner.side : !packet->inner.side;

	for (uint16_t i = 0; i < node->n_edges[packet->direction]; i++)
		if (edges[i].match.all || match_holds(&edges[i].match, &packet->inner.flow, from))
			return &edges[i];
	return NULL;
}
