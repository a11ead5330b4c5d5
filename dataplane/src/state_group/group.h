/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A state group: the pods that carry each other's flows should one of them go. Every member connects to every other, takes a
 * snapshot of its flows and then hears what is new; so each holds what all know, lazily. One thread does it, which sleeps in
 * its own event loop and reads the snapshot in force as a worker does (rcu.h); records go by bounded rings to and from the
 * tenants' workers (runtime/flow_exchange.h), who alone touch their tables.
 *
 * Memory is fixed: a peer that does not read is cut off and takes a new snapshot when it comes back; a worker that is behind
 * lets TCP slow the peer down.
 */
#ifndef NFAAS_GROUP_H
#define NFAAS_GROUP_H

#include "runtime/datapath_threads.h"
#include "state_group/config.h"

struct group;

/* Main thread. NULL when out of memory or threads; then errno. */
struct group *group_start(struct shared *shared, const char *pod);
void group_stop(struct group *group); /* NULL is fine */

/* A listening socket for a group's address, -1 and errno. */
int group_bind(const struct group_config *config);

/* Main thread. What the group is from now on; NULL = none. Takes over `listener`, a socket from group_bind(), or -1 to keep the
 * one there is. Returns when the thread has taken note, which it does between two messages. */
void group_configure(struct group *group, const struct group_config *config, int listener);

/* Main thread. Fills a message in protobuf-c's manner, NULL when out of memory or without a group. */
Nfaas__Dataplane__V1__StateGroupCounters *group_counters(struct group *group);

/* Whether this pod knows what the others knew when it started, or has found that they can't be asked. True without a group. */
bool group_is_synced(struct group *group);

#endif
