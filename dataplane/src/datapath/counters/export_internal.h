/* SPDX-License-Identifier: Apache-2.0 */
/* Counters to protobuf, in parts. False = out of memory; the message can be freed all the same. */
#ifndef NFAAS_DP_EXPORT_INTERNAL_H
#define NFAAS_DP_EXPORT_INTERNAL_H

#include "../base/message.h"
#include "../view/state.h"
#include "drop.h"

/* Unless it is zero. `node` is "" before a position was known. */
bool dp_append_drop(Nfaas__Dataplane__V1__DropCounter ***list, size_t *n, const char *node,
	Nfaas__Dataplane__V1__Direction direction, dp_drop_reason_t reason, struct dp_counter counter);

/* All of a view but the flows it keeps. */
bool dp_export_view(Nfaas__Dataplane__V1__ViewCounters *message, const struct dp_view *view);

#endif
