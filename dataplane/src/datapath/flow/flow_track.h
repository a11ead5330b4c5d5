/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_FLOW_TRACK_H
#define NFAAS_DP_FLOW_TRACK_H

#include "flow_table.h"

/* True when the packet asks for a new connection: SYN without ACK or RST. */
bool dp_flow_opens(const struct dp_inner *inner);

/* The class of a flow that starts with this packet. */
enum dp_flow_class dp_flow_first_class(const struct dp_inner *inner);

/* Notes a packet of a known flow: its time, and what its TCP flags or its direction say about the flow. ICMP errors
 * must not come here: they prove nothing about the flow. */
void dp_flow_track(struct dp_flow_table *table, struct dp_flow_entry *entry, const struct dp_inner *inner, uint8_t side,
	uint32_t now);

#endif
