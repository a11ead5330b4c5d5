/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/placement.h"

#include <stdio.h>

#define SHARED_PART 4 /* one worker in so many is shared when there is not one for each tenant */

void
placement_init(struct placement *p, struct shared *shared, unsigned tenants_max, unsigned workers_max)
{
	*p = (struct placement){.shared = shared};
	if (tenants_max > workers_max)
		p->n_shared = (uint16_t)RTE_MAX(workers_max / SHARED_PART, 1u);
	p->n_own = (uint16_t)(workers_max - p->n_shared);
}

static unsigned
count_own(const struct snapshot *s)
{
	unsigned n = 0;

	for (uint16_t i = 0; i < s->n_queues; i++)
		n += s->list[i]->worker != NULL && !s->list[i]->worker->is_shared;
	return n;
}

/* Those that are about to end are live too: there may be more than n_own for a moment. */
static struct worker *
start_own(struct placement *p, uint32_t tenant_id, struct dp_error *error)
{
	uint16_t index = p->n_shared;
	char name[16];

	while (index < WORKERS_MAX && p->live[index] != NULL)
		index++;
	if (index == WORKERS_MAX) {
		*error = (struct dp_error){.code = NFAAS__DATAPLANE__V1__ERROR_CODE__ERROR_CODE_LIMIT_EXCEEDED,
			.message = "no worker is free until those of tenants that leave have ended; apply in two steps"};
		return NULL;
	}
	snprintf(name, sizeof(name), "tenant-%u", tenant_id);
	return p->live[index] = worker_start(p->shared, index, name, false, error);
}

/* One that has no tenant yet, else the one with the fewest. */
static struct worker *
least_shared(struct placement *p, struct dp_error *error)
{
	struct worker *least = NULL;
	char name[16];

	for (uint16_t i = 0; i < p->n_shared; i++) {
		if (p->live[i] == NULL) {
			snprintf(name, sizeof(name), "shared-%u", i);
			return p->live[i] = worker_start(p->shared, i, name, true, error);
		}
		if (least == NULL || p->live[i]->n_queues < least->n_queues)
			least = p->live[i];
	}
	return least;
}

static struct worker *
choose(struct placement *p, const struct snapshot *next, uint32_t tenant_id, struct dp_error *error)
{
	struct worker *w = count_own(next) < p->n_own ? start_own(p, tenant_id, error) : NULL;

	return w != NULL || p->n_shared == 0 ? w : least_shared(p, error);
}

struct tenant_queue *
placement_add(struct placement *p, const struct snapshot *next, const struct dp_tenant_info *tenant,
	struct dp_error *error)
{
	struct tenant_queue *q = tenant_queue_create(p->shared, tenant);

	if (q == NULL) {
		*error = (struct dp_error){.code = NFAAS__DATAPLANE__V1__ERROR_CODE__ERROR_CODE_OUT_OF_MEMORY,
			.message = "no memory for a tenant's queue"};
		return NULL;
	}
	if (p->shared->run_to_completion)
		return q;
	q->worker = choose(p, next, tenant->tenant_id, error);
	if (q->worker == NULL) {
		tenant_queue_destroy(q);
		return NULL;
	}
	q->worker->n_queues++;
	return q;
}

void
placement_remove(struct placement *p, struct tenant_queue *q)
{
	struct worker *w = q->worker;

	if (w != NULL && --w->n_queues == 0) {
		p->live[w->index] = NULL;
		worker_stop(w);
	}
	tenant_queue_destroy(q);
}

void
placement_weigh(const struct snapshot *s)
{
	for (uint16_t i = 0; i < s->n_workers; i++) {
		struct queue_list list = snapshot_of_worker(s, s->workers[i]->index);
		uint32_t sum = 0;
		for (uint16_t j = 0; j < list.n; j++)
			sum += list.queues[j]->cpu_weight;
		worker_set_cpu_weight(s->workers[i], sum);
	}
}
