/* SPDX-License-Identifier: Apache-2.0 */
/* Between io.c (the thread: when to poll, to give the CPU away, to sleep) and io_burst.c (one round of packets). */
#ifndef NFAAS_IO_INTERNAL_H
#define NFAAS_IO_INTERNAL_H

#include <pthread.h>

#include "runtime/drr.h"
#include "runtime/io.h"

_Static_assert(DP_MAX_PORTS <= DP_MAX_TENANTS, "struct touched serves both");

/* Packets on their way to one ring or port. */
struct stage {
	uint16_t n;
	struct rte_mbuf *pkts[DP_BURST];
};

/* Stages that hold packets, so that a round touches only those. */
struct touched {
	uint16_t n;
	uint16_t list[DP_MAX_TENANTS];
};

struct io {
	struct shared *shared;
	pthread_t thread;
	clockid_t cpu_clock;
	_Atomic int started; /* 1 = runs, -1 = failed */
	_Atomic bool stop;
	_Atomic uint64_t cycles; /* of loops that moved a packet, those charged to tenants included */
	struct drr drr;          /* run to completion */
	uint64_t cpu_ns_told;           /* main thread; see io_cpu_ns() */
	uint64_t us_cycles;
	uint64_t next_keep; /* run to completion: TSC when housekeeping is due */
	unsigned first_queue; /* rotates */
	uint16_t last_slot;   /* who had packets last */
	uint16_t several;     /* run to completion: rounds for which more than one tenant is taken as busy */
	uint32_t received_in_turn, empty_rounds;
	struct touched in_touched, out_touched;
	struct stage in[DP_MAX_TENANTS];
	struct stage out[DP_MAX_PORTS];
};

/* What one round of the loop moved. */
struct round {
	uint32_t received, sent;
	bool drained; /* no link had a whole burst */
};

/* One burst from every port and from every worker. */
struct round io_poll_once(struct io *io, const struct snapshot *snapshot);
/* The same run to completion: one burst from every port all the way. */
struct round io_run_once(struct io *io, const struct snapshot *snapshot);

/* Puts a packet where its out_port says; sends what was there when it is full. */
void io_stage_out(struct io *io, const struct snapshot *snapshot, struct rte_mbuf *m);

#endif
