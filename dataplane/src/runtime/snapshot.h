/* SPDX-License-Identifier: Apache-2.0 */
/* What the packet threads work with: one immutable object, replaced whole by pointer swap (see rcu.h). */
#ifndef NFAAS_SNAPSHOT_H
#define NFAAS_SNAPSHOT_H

#include "port/port_table.h"
#include "runtime/rcu.h"

struct worker;
struct tenant_queue;
struct flow_exchange;

struct queue_list {
	uint16_t n;
	struct tenant_queue *const *queues;
};

struct snapshot {
	struct dp_state *state; /* NULL before the first apply; then there are no ports and queues either */
	uint16_t n_ports;
	uint16_t port_indices[DP_MAX_PORTS]; /* dense */
	struct port *ports[DP_MAX_PORTS];    /* by index; NULL = none */
	uint16_t n_queues;
	struct tenant_queue *list[DP_MAX_TENANTS];   /* dense; those of one worker stand together */
	struct tenant_queue *queues[DP_MAX_TENANTS]; /* by slot; NULL = none */
	uint16_t n_workers;
	struct worker *workers[WORKERS_MAX]; /* dense */
	struct {
		uint16_t first, n; /* in `list` */
	} of_worker[WORKERS_MAX]; /* by the worker's index */
	struct flow_exchange *exchanges[DP_MAX_TENANTS]; /* by slot; all NULL without a state group */
};

/* NULL when out of memory. */
struct snapshot *snapshot_create(struct dp_state *state, const struct port_plan *ports);
void snapshot_add_queue(struct snapshot *snapshot, struct tenant_queue *queue);
/* After the last one: groups the queues by worker. */
void snapshot_group(struct snapshot *snapshot);

static inline struct queue_list
snapshot_all(const struct snapshot *snapshot)
{
	return (struct queue_list){.n = snapshot->n_queues, .queues = snapshot->list};
}

/* The queues of the worker with this index; none when the snapshot does not have it. */
static inline struct queue_list
snapshot_of_worker(const struct snapshot *snapshot, uint16_t index)
{
	return (struct queue_list){.n = snapshot->of_worker[index].n,
		.queues = snapshot->list + snapshot->of_worker[index].first};
}

#endif
