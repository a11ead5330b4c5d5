/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_VIEW_COUNTERS_H
#define NFAAS_DP_VIEW_COUNTERS_H

#include "../base/counter.h"
#include "../base/name.h"
#include "../datapath.h"
#include "../packet/outer.h"

#define DP_WRITERS 2
#define DP_DROP_REASONS (NFAAS__DATAPLANE__V1__DROP_REASON__DROP_REASON_UNMAPPABLE + 1)
#define DP_LATENCY_BUCKETS 24 /* to 2 s */

struct dp_latency {
	uint64_t buckets[DP_LATENCY_BUCKETS]; /* packets */
	uint64_t sum_ns;
};

/* Counters of a view, by its uid: they outlive states and are gone with the last one that has the view. */
struct dp_view_counters {
	unsigned references;
	uint64_t shape;   /* hash of all names counters are told by: a view is immutable */
	char uid[DP_NAME_SIZE];
	unsigned n_nodes;
	unsigned n_edges; /* both directions */
	unsigned n_rules; /* with one default action per firewall node */
	struct dp_counter injected; /* worker */
	struct dp_counter left;     /* worker */
	struct dp_counter copied;   /* worker */
	struct dp_counter entered;  /* worker */
	struct dp_counter handed;   /* worker */
	struct dp_counter *edges;   /* worker */
	struct dp_counter *rules;   /* worker */
	struct dp_latency (*latency)[DP_DIRECTIONS]; /* worker; by node */
	/* [writer][node, n_nodes = before a position was known][direction][reason] */
	struct dp_counter (*drops[DP_WRITERS])[DP_DIRECTIONS][DP_DROP_REASONS];
};

/* Zeroed, with one reference. NULL when out of memory. */
struct dp_view_counters *dp_view_counters_create(const char *uid, uint64_t shape, unsigned n_nodes, unsigned n_edges,
	unsigned n_rules);
struct dp_view_counters *dp_view_counters_ref(struct dp_view_counters *counters);
void dp_view_counters_unref(struct dp_view_counters *counters);

#endif
