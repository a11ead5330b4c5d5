/* SPDX-License-Identifier: Apache-2.0 */
/* What the packet threads work with: one immutable object, replaced whole by pointer swap (see rcu.h). */
#ifndef NFAAS_SNAPSHOT_H
#define NFAAS_SNAPSHOT_H

#include "port/port_table.h"

struct worker;

struct snapshot {
	struct dp_state *state; /* NULL before the first apply; then there are no ports and workers either */
	uint16_t n_ports;
	uint16_t port_indices[DP_MAX_PORTS]; /* dense */
	struct port *ports[DP_MAX_PORTS];    /* by index; NULL = none */
	uint16_t n_workers;
	uint16_t slots[DP_MAX_TENANTS];          /* dense */
	struct worker *workers[DP_MAX_TENANTS];  /* by slot; NULL = none */
};

/* NULL when out of memory. */
struct snapshot *snapshot_create(struct dp_state *state, const struct port_plan *ports);
void snapshot_add_worker(struct snapshot *snapshot, uint16_t slot, struct worker *worker);

#endif
