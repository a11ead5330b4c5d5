/* SPDX-License-Identifier: Apache-2.0 */
/* How many flows gateways keep in each view of a tenant: counted by looking through the flow table, over and over. */
#ifndef NFAAS_DP_KEPT_H
#define NFAAS_DP_KEPT_H

#include <stdbool.h>
#include <stdint.h>

#define DP_KEPT_VIEWS 256 /* by view_id */

struct dp_kept {
	uint32_t next;                    /* bucket to look at */
	uint32_t looks;                   /* through the whole table, since flows are kept; 0 = `flows` says nothing yet */
	uint32_t counting[DP_KEPT_VIEWS]; /* by the look that goes on */
	uint32_t flows[DP_KEPT_VIEWS];    /* by the last whole one */
};

#endif
