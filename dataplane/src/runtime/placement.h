/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which worker does which tenant's work. A tenant has a thread of its own as long as there are some; those that come
 * later share a few. Nobody is moved: a tenant keeps its thread while it is in the state, so that its tables never
 * change hands. Main thread only.
 */
#ifndef NFAAS_PLACEMENT_H
#define NFAAS_PLACEMENT_H

#include "runtime/worker.h"

struct placement {
	struct shared *shared;
	uint16_t n_shared; /* workers that tenants share, the first of `live`; 0 = there is one for each tenant */
	uint16_t n_own;    /* workers that are one tenant's alone */
	struct worker *live[WORKERS_MAX]; /* by index */
};

/* For so many tenants and workers at most; workers_max <= WORKERS_MAX. */
void placement_init(struct placement *placement, struct shared *shared, unsigned tenants_max, unsigned workers_max);

/* A queue for a tenant that is new, and its worker. `next` has the tenants that were placed before. NULL with *error. */
struct tenant_queue *placement_add(struct placement *placement, const struct snapshot *next,
	const struct dp_tenant_info *tenant, struct dp_error *error);

/* When no snapshot has the queue any more: frees it, and ends its worker with the last one. */
void placement_remove(struct placement *placement, struct tenant_queue *queue);

/* Tells the scheduler what the workers' tenants weigh together. */
void placement_weigh(const struct snapshot *snapshot);

#endif
