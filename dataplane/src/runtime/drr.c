/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/drr.h"

#include <rte_cycles.h>

#include "runtime/buffers.h"
#include "runtime/flow_exchange.h"

#define QUANTUM_US 10 /* at the default weight; half a dozen bursts of the firewall */
#define RESERVE 5 /* quanta that a tenant may keep */
#define PIECE_US 2
#define STEP_MAX_US 100 /* no burst takes that long: it was interrupted, which is not the tenant's debt */

void
drr_init(struct drr *drr, struct dp *dp, drr_send send, void *owner)
{
	*drr = (struct drr){.dp = dp, .send = send, .owner = owner, .us_cycles = rte_get_tsc_hz() / 1000000};
	drr->usual = drr->us_cycles;
	drr->lap = rte_rdtsc();
}

void
drr_resume(struct drr *drr)
{
	drr->lap = rte_rdtsc();
	drr->last = NULL;
}

/* The cycles since the last lap that were the thread's own. */
static uint64_t
lap(struct drr *drr)
{
	uint64_t now = rte_rdtsc(), cycles = now - drr->lap;

	drr->lap = now;
	if (unlikely(cycles > STEP_MAX_US * drr->us_cycles))
		return drr->usual;
	drr->usual += cycles / 8 - drr->usual / 8;
	return cycles;
}

void
drr_pause(struct drr *drr, uint64_t pause_cycles)
{
	uint64_t cycles = lap(drr) + pause_cycles;

	if (drr->last == NULL)
		return;
	counter_add(&drr->last->charged, cycles);
	counter_add(&drr->charged, cycles);
}

static void
charge(struct drr *drr, struct tenant_queue *q, uint64_t cycles)
{
	q->credit -= (int64_t)cycles;
	counter_add(&q->cycles, cycles);
	counter_add(&q->charged, cycles);
	counter_add(&drr->charged, cycles);
	drr->last = q;
}

/* Until here it was between bursts: of who had the last one, else of who has this one. */
static void
begin(struct drr *drr, struct tenant_queue *q)
{
	uint64_t cycles = lap(drr);

	counter_add(drr->last != NULL ? &drr->last->charged : &q->charged, cycles);
	counter_add(&drr->charged, cycles);
}

static void
process(struct drr *drr, const struct snapshot *s, struct tenant_queue *q, struct rte_mbuf **pkts, uint16_t n)
{
	struct rte_mbuf *out[DP_OUT_MAX];

	begin(drr, q);
	buffers_begin(q, s->state, n);
	uint16_t n_out = dp_process_burst(drr->dp, s->state, q->slot, pkts, n, drr->lap, out);
	dp_latency_count(drr->dp, s->state, q->slot, out, n_out, rte_rdtsc());
	uint64_t cycles = lap(drr);
	charge(drr, q, cycles);
	q->packet_cycles += cycles / n / 8 - q->packet_cycles / 8;
	drr->send(drr->owner, s, q, out, n_out);
}

bool
drr_now(struct drr *drr, const struct snapshot *s, struct tenant_queue *q, struct rte_mbuf **pkts, uint16_t n)
{
	if (q->credit <= 0 || !rte_ring_empty(q->in))
		return false;
	process(drr, s, q, pkts, n);
	return true;
}

static void
top_up(struct drr *drr, struct tenant_queue *q)
{
	const int64_t quantum = (int64_t)(drr->us_cycles * QUANTUM_US * q->cpu_weight / 100);

	/* Credit that was not needed does not add up for ever: else a tenant could rest and then hold up the others. */
	q->credit = RTE_MIN(q->credit + quantum, RESERVE * quantum);
	q->may_owe = quantum / 2;
}

void
drr_owe(struct tenant_queue *q, uint64_t cycles)
{
	int64_t owed = RTE_MIN((int64_t)cycles, q->may_owe);

	q->credit -= owed;
	q->may_owe -= owed;
}

uint16_t
drr_piece(const struct drr *drr, const struct tenant_queue *q)
{
	uint64_t n = PIECE_US * drr->us_cycles / RTE_MAX(q->packet_cycles, 1u);

	return (uint16_t)RTE_MAX(RTE_MIN(n, (uint64_t)DP_BURST), 1u);
}

/* Works off the tenant's ring as far as its credit goes, or one piece of it. */
static uint32_t
serve(struct drr *drr, const struct snapshot *s, struct tenant_queue *q)
{
	struct rte_mbuf *pkts[DP_BURST];
	uint32_t served = 0;

	while (q->credit > 0) {
		uint16_t n = (uint16_t)rte_ring_sc_dequeue_burst(q->in, (void **)pkts, drr->in_pieces ? drr_piece(drr, q) : DP_BURST, NULL);
		if (n == 0)
			break;
		process(drr, s, q, pkts, n);
		served += n;
		if (drr->in_pieces)
			break;
	}
	return served;
}

/* Everybody's turn. Returns the packets served; `waits`: somebody has or had packets. */
static uint32_t
serve_all(struct drr *drr, const struct snapshot *s, struct queue_list list, bool *waits)
{
	uint32_t served = 0;

	*waits = false;
	for (uint16_t i = 0; i < list.n; i++) {
		struct tenant_queue *q = list.queues[(drr->first + i) % list.n];
		if (rte_ring_empty(q->in))
			continue;
		*waits = true;
		served += serve(drr, s, q);
	}
	return served;
}

/* One piece, of whom has most credit for its weight: who used least of its share does not wait for the others' turns. */
static uint32_t
serve_one(struct drr *drr, const struct snapshot *s, struct queue_list list, bool *waits)
{
	struct tenant_queue *best = NULL;

	*waits = false;
	for (uint16_t i = 0; i < list.n; i++) {
		struct tenant_queue *q = list.queues[(drr->first + i) % list.n];
		if (rte_ring_empty(q->in))
			continue;
		*waits = true;
		if (q->credit > 0 && (best == NULL || q->credit * best->cpu_weight > best->credit * q->cpu_weight))
			best = q;
	}
	return best == NULL ? 0 : serve(drr, s, best);
}

uint32_t
drr_round(struct drr *drr, const struct snapshot *s, struct queue_list list)
{
	uint32_t served;
	bool waits;

	do {
		served = drr->in_pieces ? serve_one(drr, s, list, &waits) : serve_all(drr, s, list, &waits);
		for (uint16_t i = 0; served == 0 && i < list.n; i++)
			top_up(drr, list.queues[i]);
	} while (waits && served == 0);
	drr->first++;
	return served;
}

bool
drr_keep_house(struct drr *drr, const struct snapshot *s, struct queue_list list)
{
	struct rte_mbuf *out[DP_OUT_MAX];
	bool more = false;

	for (uint16_t i = 0; i < list.n; i++) {
		struct tenant_queue *q = list.queues[i];
		begin(drr, q);
		buffers_begin(q, s->state, 0);
		uint16_t n = dp_housekeep(drr->dp, s->state, q->slot, drr->lap, out);
		more |= flow_exchange_step(s->exchanges[q->slot], drr->dp, s->state, q->slot, drr->lap, 1000000 * drr->us_cycles);
		charge(drr, q, lap(drr));
		drr->send(drr->owner, s, q, out, n);
	}
	return more;
}
