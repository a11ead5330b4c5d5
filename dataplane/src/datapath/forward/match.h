/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_MATCH_H
#define NFAAS_DP_MATCH_H

#include "context.h"

/* The first edge of the node, in the packet's direction, that matches; NULL = none. Matches describe the flow as
 * forward packets show it, so that both directions take the same branch. A fragment, having no ports, takes no edge
 * that asks for some. */
const struct dp_edge *dp_match_edge(const struct dp_packet *packet);

#endif
