/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a process that may use one CPU only does its tenants' work: the I/O thread takes each burst from link to link by
 * itself. Two threads on one CPU gain nothing by handing packets over; they lose the packets' cache lines and pay the
 * switches.
 *
 * The mode is fixed when the process starts: there are no tenants' threads then, so a tenant's slot has the one writer
 * it needs. What the scheduler did between threads, deficit round robin does between tenants (drr.h).
 */
#ifndef NFAAS_RUN_TO_COMPLETION_H
#define NFAAS_RUN_TO_COMPLETION_H

#include "runtime/io_internal.h"

struct tenant_queue;

/* Before the first of the others. */
void rtc_init(struct io *io);

/* Takes packets of a tenant (at most DP_BURST, not behind any in its ring) to their ports' stages if the tenant has
 * credit. False when it has none: they are still the caller's. */
bool rtc_process_now(struct io *io, const struct snapshot *snapshot, struct tenant_queue *queue, struct rte_mbuf **pkts,
	uint16_t n);

/* One drr_round() over all tenants, in pieces or in whole turns (drr.h); keeps house when due. Returns the packets served. */
uint32_t rtc_round(struct io *io, const struct snapshot *snapshot, bool in_pieces);

#endif
