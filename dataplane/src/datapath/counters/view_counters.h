/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_VIEW_COUNTERS_H
#define NFAAS_DP_VIEW_COUNTERS_H

#include "../view/state.h"

/* Zeroed, with one reference. NULL when out of memory. */
struct dp_view_counters *dp_view_counters_create(const char *uid, uint64_t shape, unsigned n_nodes, unsigned n_edges,
	unsigned n_rules);
struct dp_view_counters *dp_view_counters_ref(struct dp_view_counters *counters);
void dp_view_counters_unref(struct dp_view_counters *counters);

#endif
