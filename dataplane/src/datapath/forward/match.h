/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_MATCH_H
#define NFAAS_DP_MATCH_H

#include "context.h"

/*
 * The edge a packet takes from its node; NULL = none. For the initiator of a flow, the first that matches the packet's
 * own addresses and ports; for the answers, the one to where the initiator's packets came from, so that a flow meets
 * the same functions both ways.
 */
const struct dp_edge *dp_match_edge(const struct dp_packet *packet);

#endif
