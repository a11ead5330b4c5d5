/* SPDX-License-Identifier: Apache-2.0 */
/* The ports of the process, brought to what a DesiredState names. Main thread only. */
#ifndef NFAAS_PORT_TABLE_H
#define NFAAS_PORT_TABLE_H

#include "port/port.h"

struct port_table;

/* A change in three steps, so that a transaction can be undone: plan opens, commit or abort closes. */
struct port_plan {
	struct dp_port dp[DP_MAX_PORTS]; /* the wanted ports, dense, as the datapath wants them */
	struct port *ports[DP_MAX_PORTS];/* the same, in the same order */
	bool opened[DP_MAX_PORTS];       /* by this plan */
	unsigned n;
	struct port *removed[DP_MAX_PORTS];
	unsigned n_removed;
};

struct port_table *port_table_create(const struct port_context *context);
void port_table_destroy(struct port_table *table); /* closes every port; no reader may be left */

/* Opens what is wanted and missing, finds what is not wanted. False with *error filled; then nothing has changed. */
bool port_table_plan(struct port_table *table, const Nfaas__Dataplane__V1__DesiredState *desired,
	struct port_plan *plan, struct dp_error *error);
void port_table_abort(struct port_table *table, struct port_plan *plan);

/* Makes the plan the table. The removed ports stay open until port_table_close_removed(), which has to wait until no
 * reader sees them and no packet is queued for their index. */
void port_table_commit(struct port_table *table, struct port_plan *plan);
void port_table_close_removed(struct port_table *table, struct port_plan *plan);

void port_table_tick(struct port_table *table);

#endif
