/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/snapshot.h"

#include <stdlib.h>

struct snapshot *
snapshot_create(struct dp_state *state, const struct port_plan *ports)
{
	struct snapshot *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->state = state;
	for (unsigned i = 0; ports != NULL && i < ports->n; i++) {
		s->port_indices[s->n_ports++] = ports->dp[i].index;
		s->ports[ports->dp[i].index] = ports->ports[i];
	}
	return s;
}

void
snapshot_add_worker(struct snapshot *s, uint16_t slot, struct worker *worker)
{
	s->slots[s->n_workers++] = slot;
	s->workers[slot] = worker;
}
