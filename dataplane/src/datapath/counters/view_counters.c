/* SPDX-License-Identifier: Apache-2.0 */
#include "view_counters.h"

#include <stdlib.h>
#include <string.h>

static void
release(struct dp_view_counters *counters)
{
	for (unsigned writer = 0; writer < DP_WRITERS; writer++)
		free(counters->drops[writer]);
	free(counters->edges);
	free(counters->rules);
	free(counters->latency);
	free(counters);
}

struct dp_view_counters *
dp_view_counters_create(const char *uid, uint64_t shape, unsigned n_nodes, unsigned n_edges, unsigned n_rules)
{
	struct dp_view_counters *counters = calloc(1, sizeof(*counters));
	bool complete;

	if (counters == NULL)
		return NULL;
	counters->references = 1;
	counters->shape = shape;
	counters->n_nodes = n_nodes;
	counters->n_edges = n_edges;
	counters->n_rules = n_rules;
	strncpy(counters->uid, uid, sizeof(counters->uid) - 1);
	counters->edges = calloc(n_edges + 1, sizeof(*counters->edges));
	counters->rules = calloc(n_rules + 1, sizeof(*counters->rules));
	counters->latency = calloc(n_nodes + 1, sizeof(*counters->latency));
	complete = counters->edges != NULL && counters->rules != NULL && counters->latency != NULL;
	for (unsigned writer = 0; writer < DP_WRITERS; writer++) {
		counters->drops[writer] = calloc(n_nodes + 1, sizeof(*counters->drops[writer]));
		complete = complete && counters->drops[writer] != NULL;
	}
	if (complete)
		return counters;
	release(counters);
	return NULL;
}

struct dp_view_counters *
dp_view_counters_ref(struct dp_view_counters *counters)
{
	counters->references++;
	return counters;
}

void
dp_view_counters_unref(struct dp_view_counters *counters)
{
	if (counters != NULL && --counters->references == 0)
		release(counters);
}
