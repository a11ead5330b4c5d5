/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_WALK_H
#define NFAAS_DP_WALK_H

#include "context.h"

/* Takes a packet that is resolved through the nodes of this pod, until it has gone to another pod or to its host, is held or is dropped. */
void dp_walk(struct dp_context *context, struct dp_packet *packet);

/* Its way through one node: true = it is at another one of this pod. What functions left to be done is still to be done. */
bool dp_walk_step(struct dp_context *context, struct dp_packet *packet);

/* The same for one at an untracked node, through as many of them as there are. */
bool dp_walk_untracked(struct dp_context *context, struct dp_packet *packet);

/*
 * What the functions on the way left to be done: sends what they made about `about` (NULL = nothing was made), and walks once more what
 * they held back; that only once, since its flow has a verdict then.
 */
void dp_settle(struct dp_context *context, const struct dp_packet *about);

#endif
