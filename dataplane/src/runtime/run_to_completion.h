/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a process that may use one CPU only does its tenants' work: the I/O thread takes each burst from link to link by
 * itself. Two threads on one CPU gain nothing by handing packets over; they lose the packets' cache lines and pay the
 * switches.
 *
 * The mode is fixed when the process starts: there are no tenants' threads then, so a tenant's slot has the one writer
 * it needs. What the scheduler did between threads, deficit round robin does between tenants (Shreedhar and Varghese
 * 1995), in cycles instead of bytes and with what a burst took too much carried over as debt: each round tops a
 * tenant up by a quantum in proportion to its cpu_weight; it works while it has credit, what it can't do waits in
 * its ring.
 */
#ifndef NFAAS_RUN_TO_COMPLETION_H
#define NFAAS_RUN_TO_COMPLETION_H

#include "runtime/io_internal.h"

struct worker;

/* Takes packets of `worker` (at most DP_BURST, not behind any in its ring) to their ports' stages if the tenant has
 * credit. False when it has none: they are still the caller's. */
bool rtc_process_now(struct io *io, const struct snapshot *snapshot, struct worker *worker, struct rte_mbuf **pkts,
	uint16_t n);

/* One round: credit for everybody, then whose packets wait; again while packets wait and nobody had credit. Also
 * keeps house when due. Returns the packets served. */
uint32_t rtc_round(struct io *io, const struct snapshot *snapshot);

#endif
