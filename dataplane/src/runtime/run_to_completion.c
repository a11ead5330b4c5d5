/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/run_to_completion.h"

#include <rte_cycles.h>

#include "runtime/buffers.h"

#define HOUSEKEEP_MS 10

static void
stage_all(void *owner, const struct snapshot *s, struct tenant_queue *q, struct rte_mbuf **pkts, uint16_t n)
{
	struct io *io = owner;

	buffers_end(q, s->state); /* what leaves by a port is no longer the tenant's */
	for (uint16_t i = 0; i < n; i++)
		io_stage_out(io, s, pkts[i]);
	drr_resume(&io->drr);
}

void
rtc_init(struct io *io)
{
	drr_init(&io->drr, io->shared->dp, stage_all, io);
}

/* The tenants' part of the work is charged; what the links cost is the I/O thread's own, as ever. */
bool
rtc_process_now(struct io *io, const struct snapshot *s, struct tenant_queue *q, struct rte_mbuf **pkts, uint16_t n)
{
	drr_resume(&io->drr);
	return drr_now(&io->drr, s, q, pkts, n);
}

uint32_t
rtc_round(struct io *io, const struct snapshot *s, bool in_pieces)
{
	drr_resume(&io->drr);
	if (io->drr.lap >= io->next_keep) {
		io->next_keep = io->drr.lap + HOUSEKEEP_MS * 1000 * io->us_cycles;
		drr_keep_house(&io->drr, s, snapshot_all(s));
	}
	io->drr.in_pieces = in_pieces;
	return drr_round(&io->drr, s, snapshot_all(s));
}
