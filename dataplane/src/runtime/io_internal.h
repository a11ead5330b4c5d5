/* SPDX-License-Identifier: Apache-2.0 */
/* Between io.c (the thread: when to poll, to give the CPU away, to sleep) and io_burst.c (one round of packets). */
#ifndef NFAAS_IO_INTERNAL_H
#define NFAAS_IO_INTERNAL_H

#include <pthread.h>

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
	_Atomic uint64_t cycles;
	unsigned first_worker; /* rotates */
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

#endif
