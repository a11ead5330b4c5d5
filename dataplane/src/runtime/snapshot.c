/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/snapshot.h"

#include <stdlib.h>

#include "runtime/worker.h"

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
snapshot_add_queue(struct snapshot *s, struct tenant_queue *q)
{
	s->list[s->n_queues++] = q;
	s->queues[q->slot] = q;
}

static int
by_worker(const void *a, const void *b)
{
	const struct tenant_queue *const *x = a, *const *y = b;
	const int first = (*x)->worker == NULL ? -1 : (*x)->worker->index, second = (*y)->worker == NULL ? -1 : (*y)->worker->index;

	return first != second ? first - second : (int)(*x)->slot - (int)(*y)->slot;
}

void
snapshot_group(struct snapshot *s)
{
	qsort(s->list, s->n_queues, sizeof(s->list[0]), by_worker);
	for (uint16_t i = 0; i < s->n_queues; i++) {
		struct worker *w = s->list[i]->worker;
		if (w == NULL)
			continue;
		if (s->of_worker[w->index].n++ == 0) {
			s->of_worker[w->index].first = i;
			s->workers[s->n_workers++] = w;
		}
	}
}
