/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_TENANT_H
#define NFAAS_DP_TENANT_H

#include "../counters/view_counters.h"
#include "../explain/explain.h"
#include "../flow/flow_log.h"
#include "../flow/flow_table.h"
#include "../flow/fragments.h"
#include "../function/admission.h"
#include "../function/kept.h"
#include "../function/neighbour.h"
#include "../web/web.h"

/* The ICMP errors a gateway sends for a tenant: a token bucket, so that a host can't be made to flood another. */
struct dp_icmp_errors {
	uint32_t spent;    /* tokens; given back with time */
	uint32_t counted;  /* tick of the last look */
	uint64_t sent;
	uint64_t limited;
};

/* What outlives states, per tenant. */
struct dp_tenant {
	unsigned references;
	uint32_t tenant_id;
	struct dp_flow_table flows;
	struct dp_fragments fragments;
	struct dp_neighbours neighbours;
	struct dp_icmp_errors icmp_errors;
	struct dp_admission admissions[DP_ADMISSIONS];
	struct dp_web *web; /* of pods that run web gateways, once there is one; else NULL */
	struct dp_kept kept;
	uint64_t mss_clamped;
	struct dp_explain explain;
	struct dp_flow_log flow_log;
	struct dp_counter drops[DP_WRITERS][DP_DROP_REASONS]; /* those no view is charged with */
};

/* One reference. NULL when out of memory. */
struct dp_tenant *dp_tenant_create(const struct dp *dp, uint32_t tenant_id);
struct dp_tenant *dp_tenant_ref(struct dp_tenant *tenant);
void dp_tenant_unref(struct dp_tenant *tenant);

#endif
