/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_DROP_H
#define NFAAS_DP_DROP_H

#include "../datapath.h"

typedef Nfaas__Dataplane__V1__DropReason dp_drop_reason_t;
#define DP_REASON(name) NFAAS__DATAPLANE__V1__DROP_REASON__DROP_REASON_##name

struct dp_tenant;

struct dp_view;

/* Counts a drop at the place in a view that `meta` says; for a packet that was due but never made, it is all there is. */
void dp_drop_count(const struct dp_view *view, const struct dp_meta *meta, dp_drop_reason_t reason,
	enum dp_writer writer);

/* Counts a packet of no known tenant and frees it. */
void dp_drop_malformed(struct dp *dp, struct rte_mbuf *m, enum dp_writer writer);

/* Counts a packet that no view can be charged with and frees it. */
void dp_drop_tenant(struct dp_tenant *tenant, struct rte_mbuf *m, dp_drop_reason_t reason, enum dp_writer writer);

#endif
