/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the neighbours that pools name, and takes those that do not answer out of the pools: an overlay on the applied state,
 * which stays as it is. Main thread. */
#ifndef NFAAS_HEALTH_MONITOR_H
#define NFAAS_HEALTH_MONITOR_H

#include "control/health.h"
#include "port/port_table.h"

struct process;

struct health_monitor {
	struct health peers[DP_MAX_PORTS];      /* by port index */
	uint32_t addresses[DP_MAX_PORTS];       /* of the neighbour there; another one begins anew */
	int64_t last_ms;                        /* when neighbours were asked */
	bool stale;                             /* the state in force is not yet that of the judgements */
};

/* False, with *error, for a rhythm out of its range. A NULL message is no probes. */
bool health_check(const Nfaas__Dataplane__V1__Health *message, struct dp_error *error);

/* Marks the ports of a plan whose neighbour is dead. */
void health_mark(const struct health_monitor *monitor, struct port_plan *plan);

/* Main thread, about ten times a second. */
void health_tick(struct process *process);

#endif
