/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_BURST_H
#define NFAAS_DP_BURST_H

#include "context.h"

/*
 * Takes n (at most DP_BURST) resolved packets through the nodes of this pod, all of them up to the next node that looks for
 * their flows, then those that are still here up to the next one, and so on: while one is worked on, the flow table's memory
 * for the others is on its way. What is sent is in the order in which the packets came all the same.
 */
void dp_walk_burst(struct dp_context *context, struct dp_packet *packets, uint16_t n);

#endif
