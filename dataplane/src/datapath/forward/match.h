/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_MATCH_H
#define NFAAS_DP_MATCH_H

#include "context.h"

/*
 * The edge a packet takes from its node; NULL = none. For the initiator of a flow, the first on the packet's output that
 * matches its own addresses and ports; for the answers, the one to where the initiator's packets came from, so that a
 * flow meets the same functions both ways.
 */
const struct dp_edge *dp_match_edge_among(const struct dp_packet *packet);

static inline const struct dp_edge *
dp_match_edge(const struct dp_packet *packet)
{
	const struct dp_edge *sole = packet->node->sole[packet->direction];

	return sole != NULL && packet->output == DP_OUTPUT_UNNAMED ? sole : dp_match_edge_among(packet);
}

/* Whether the packet answers its flow's initiator, whose packets came to this node from another one: that is its way back. */
static inline bool
dp_is_answer(const struct dp_packet *packet)
{
	return packet->entry != NULL && packet->side != packet->entry->initiator
		&& packet->entry->came_from[packet->direction] != 0;
}

/* Whether a packet of the flow, sent by its end `from`, matches. */
bool dp_match_holds(const struct dp_match *match, const struct dp_flow *flow, uint8_t from);

/* Whether a packet belongs to a class; its flow's entry, if it has one, says who began, so answers belong to the class
 * of what they answer. */
bool dp_packet_match_holds(const struct dp_packet_match *match, const struct dp_packet *packet);

#endif
