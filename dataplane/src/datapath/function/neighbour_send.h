/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_NEIGHBOUR_SEND_H
#define NFAAS_DP_NEIGHBOUR_SEND_H

#include "../forward/context.h"

/* Sends what waits for a host whose MAC is known, as far as there is room; the rest goes at the next housekeeping. */
void dp_neighbour_flush(struct dp_context *context, const struct dp_attachment *attachment,
	struct dp_neighbour *neighbour);

#endif
