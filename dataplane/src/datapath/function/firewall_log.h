/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_FIREWALL_LOG_H
#define NFAAS_DP_FIREWALL_LOG_H

#include "../forward/context.h"

/* A decision on a new flow that `side` begins: 0 = allowed, else why not. The node has a log. Worker. */
void dp_firewall_log(struct dp_context *context, const struct dp_packet *packet, const struct dp_flow *flow, uint8_t side,
	uint16_t rule, dp_drop_reason_t reason);

#endif
