/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_REUNITE_H
#define NFAAS_DP_REUNITE_H

#include "context.h"

/*
 * Gives a fragment, or an ICMP error about one, the flow of its datagram, so that it goes where the flow's whole packets
 * go, through every replica, both ways. The worker calls it right after dp_inner_parse(). False: the packet is not to be
 * processed now; it waits for its datagram's first fragment, or was dropped.
 */
bool dp_reunite(struct dp_context *context, struct dp_packet *packet);

#endif
