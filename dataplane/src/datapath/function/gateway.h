/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_GATEWAY_H
#define NFAAS_DP_GATEWAY_H

#include "../forward/context.h"

/* An attachment's port is the only way in for tenants' packets, and the only way out. */

/* A frame from an edge port: answers or learns what is for the gateway itself, checks the source, chooses the view and
 * injects. True: packet->node is where it begins. False: the packet is gone, counted if it was dropped. */
bool dp_gateway_enter(struct dp_context *context, struct dp_packet *packet);

/* A packet that reached its last position: to the host, or to those that wait for its MAC. True: it can't go there, and
 * `packet` is now the ICMP error that tells its sender so, about to leave the node. */
bool dp_gateway_leave(struct dp_context *context, struct dp_packet *packet);

#endif
