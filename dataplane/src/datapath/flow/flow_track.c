/* SPDX-License-Identifier: Apache-2.0 */
#include "flow_track.h"

#include <netinet/in.h>

#include <rte_tcp.h>

#define BOTH_SIDES 3

bool
dp_flow_opens(const struct dp_inner *inner)
{
	return (inner->tcp_flags & (RTE_TCP_SYN_FLAG | RTE_TCP_ACK_FLAG | RTE_TCP_RST_FLAG)) == RTE_TCP_SYN_FLAG;
}

enum dp_flow_class
dp_flow_first_class(const struct dp_inner *inner)
{
	if (inner->protocol != IPPROTO_TCP)
		return DP_FLOW_UNANSWERED;
	return inner->tcp_flags & RTE_TCP_RST_FLAG ? DP_FLOW_TCP_CLOSING : DP_FLOW_TCP_OPENING;
}

/*
 * Enough of TCP for timeouts: an answer establishes, a RST or a FIN from both sides closes, a new SYN on a closed
 * connection opens it again (a port in use again, RFC 9293 section 3.6.1).
 */
static uint8_t
tcp_class(struct dp_flow_entry *entry, uint8_t class, const struct dp_inner *inner, uint8_t side)
{
	if (dp_flow_opens(inner) && class == DP_FLOW_TCP_CLOSING) {
		entry->closed = 0;
		entry->initiator = side;
		return DP_FLOW_TCP_OPENING;
	}
	if (inner->tcp_flags & RTE_TCP_RST_FLAG)
		return DP_FLOW_TCP_CLOSING;
	if (inner->tcp_flags & RTE_TCP_FIN_FLAG) {
		entry->closed |= (uint8_t)(1u << side);
		if (entry->closed == BOTH_SIDES)
			return DP_FLOW_TCP_CLOSING;
	}
	if (class == DP_FLOW_TCP_OPENING && side != entry->initiator && (inner->tcp_flags & RTE_TCP_ACK_FLAG))
		return DP_FLOW_TCP_ESTABLISHED;
	return class;
}

void
dp_flow_track(struct dp_flow_table *table, struct dp_flow_entry *entry, const struct dp_inner *inner, uint8_t side,
	uint32_t now)
{
	uint8_t *class = dp_flow_class(table, entry);

	dp_flow_touch(table, entry, now);
	if (inner->protocol == IPPROTO_TCP)
		*class = tcp_class(entry, *class, inner, side);
	else if (side != entry->initiator)
		*class = DP_FLOW_ANSWERED;
}
