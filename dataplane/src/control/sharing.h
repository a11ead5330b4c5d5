/* SPDX-License-Identifier: Apache-2.0 */
/* The state group's part of an apply: everything that can fail comes first. */
#ifndef NFAAS_SHARING_H
#define NFAAS_SHARING_H

#include "state_group/group.h"

struct process;

/* What the process shares now. */
struct sharing {
	struct group *group; /* NULL = there never was one */
	bool on;
	struct group_config config;
};

struct sharing_plan {
	bool on;
	struct group_config config;
	int listener; /* -1 = the one there is, or none */
};

/* Reads and checks, opens the socket. False with *error. */
bool sharing_plan(struct process *process, const Nfaas__Dataplane__V1__DesiredState *desired, struct sharing_plan *plan,
	struct dp_error *error);
void sharing_abort(struct sharing_plan *plan);
void sharing_commit(struct process *process, struct sharing_plan *plan);

/* Gives each tenant of the snapshot its exchange: the one it has in `now`, or a new one. False when out of memory; then the
 * new ones are gone. */
bool sharing_add_exchanges(struct snapshot *next, const struct snapshot *now);
/* Ends those that `of` has and `other` has not. */
void sharing_end_missing(const struct snapshot *of, const struct snapshot *other);

#endif
