/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_NEIGHBOUR_SEND_H
#define NFAAS_DP_NEIGHBOUR_SEND_H

#include "../forward/context.h"

/* Sends what waits for a host whose MAC is known, as far as there is room; the rest goes at the next housekeeping. */
void dp_neighbour_flush(struct dp_context *context, const struct dp_attachment *attachment,
	struct dp_neighbour *neighbour);

/* Sends a frame whose Ethernet header is to be filled in to a host on the link. One that is not known is asked for, and the
 * frame waits; without room for that it is dropped as NEIGHBOUR. */
void dp_neighbour_send(struct dp_context *context, const struct dp_attachment *attachment, struct dp_ip6 host,
	struct rte_mbuf *m);

/* Sends what waits for hosts that have answered, asks again, gives up after a second. */
void dp_neighbours_housekeep(struct dp_context *context);

#endif
