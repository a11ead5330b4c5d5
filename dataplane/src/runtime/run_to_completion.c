/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/run_to_completion.h"

#include <rte_cycles.h>

#include "runtime/worker.h"

#define QUANTUM_US 20 /* at the default weight; a dozen bursts of the firewall */
#define HOUSEKEEP_MS 10
#define CHARGE_MAX_US 100 /* no burst takes that long: it was interrupted, which is not the tenant's debt */

static void
stage_all(struct io *io, const struct snapshot *s, struct rte_mbuf **pkts, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++)
		io_stage_out(io, s, pkts[i]);
}

/* The tenant's part of the work is charged; what the links cost is the I/O thread's own, as ever. */
static void
charge(struct io *io, struct worker *w, uint64_t cycles)
{
	cycles = RTE_MIN(cycles, CHARGE_MAX_US * io->us_cycles);
	w->credit -= (int64_t)cycles;
	counter_add(&w->cycles, cycles);
	counter_add(&io->tenant_cycles, cycles);
}

static void
process(struct io *io, const struct snapshot *s, struct worker *w, struct rte_mbuf **pkts, uint16_t n)
{
	struct rte_mbuf *out[DP_OUT_MAX];
	uint64_t start = rte_rdtsc();
	uint16_t n_out = dp_process_burst(io->shared->dp, s->state, w->slot, pkts, n, start, out);

	dp_latency_count(io->shared->dp, s->state, w->slot, out, n_out, rte_rdtsc());
	charge(io, w, rte_rdtsc() - start);
	buffers_end(w, s->state); /* what leaves by a port is no longer the tenant's */
	stage_all(io, s, out, n_out);
}

bool
rtc_process_now(struct io *io, const struct snapshot *s, struct worker *w, struct rte_mbuf **pkts, uint16_t n)
{
	if (w->credit <= 0 || !rte_ring_empty(w->in))
		return false;
	process(io, s, w, pkts, n);
	return true;
}

static void
top_up(struct io *io, struct worker *w)
{
	int64_t quantum = (int64_t)(io->us_cycles * QUANTUM_US * w->cpu_weight / 100);

	/* Credit that was not needed does not add up: else a tenant could rest and then hold up the others. */
	w->credit = RTE_MIN(w->credit + quantum, quantum);
}

/* Works off the tenant's ring as far as its credit goes. */
static uint32_t
serve(struct io *io, const struct snapshot *s, struct worker *w)
{
	struct rte_mbuf *pkts[DP_BURST];
	uint32_t served = 0;

	while (w->credit > 0) {
		uint16_t n = (uint16_t)rte_ring_sc_dequeue_burst(w->in, (void **)pkts, DP_BURST, NULL);
		if (n == 0)
			break;
		process(io, s, w, pkts, n);
		served += n;
	}
	return served;
}

static void
keep_house(struct io *io, const struct snapshot *s)
{
	struct rte_mbuf *out[DP_OUT_MAX];

	for (uint16_t i = 0; i < s->n_workers; i++) {
		struct worker *w = s->workers[s->slots[i]];
		uint64_t start = rte_rdtsc();
		uint16_t n = dp_housekeep(io->shared->dp, s->state, w->slot, start, out);
		charge(io, w, rte_rdtsc() - start);
		buffers_end(w, s->state);
		stage_all(io, s, out, n);
	}
}

uint32_t
rtc_round(struct io *io, const struct snapshot *s)
{
	uint64_t now = rte_rdtsc();
	uint32_t served;
	bool waits;

	if (now >= io->next_keep) {
		keep_house(io, s);
		io->next_keep = now + HOUSEKEEP_MS * 1000 * io->us_cycles;
	}
	do {
		served = 0;
		waits = false;
		for (uint16_t i = 0; i < s->n_workers; i++) {
			struct worker *w = s->workers[s->slots[(io->first_worker + i) % s->n_workers]];
			top_up(io, w);
			if (rte_ring_empty(w->in))
				continue;
			waits = true;
			served += serve(io, s, w);
		}
	} while (waits && served == 0);
	io->first_worker++;
	return served;
}
