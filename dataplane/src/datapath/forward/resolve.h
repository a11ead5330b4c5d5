/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_RESOLVE_H
#define NFAAS_DP_RESOLVE_H

#include "context.h"

/*
 * Where a packet is: which view, which node of it, in which direction, what is in it. One of a host's is injected, one from the fabric is
 * where its headers say. Its flow's bucket is prefetched. False: it is not to be processed now, it waits or was dropped.
 */
bool dp_resolve(struct dp_context *context, struct dp_packet *packet, struct rte_mbuf *m);

#endif
