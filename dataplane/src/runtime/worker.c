/* SPDX-License-Identifier: Apache-2.0 */
/* A worker's loop: work, housekeeping, turns and sleep. */
#include "runtime/worker.h"

#include <sched.h>

#include <rte_cycles.h>
#include <rte_pause.h>

#include "runtime/buffers.h"

#define SPIN_US 20
#define TURN_US 50      /* at the default weight, when the I/O thread is on the same CPU */
#define TURN_SLEEP_MS 1 /* at most: the I/O thread ends it */
#define HOUSEKEEP_MS 10
#define SLEEPS_PER_MEASURE 32
#define HOUSEKEEP_IDLE_MS 100 /* after a while without packets */

static void
drop_rest(struct worker *w, const struct snapshot *s, struct rte_mbuf **pkts, unsigned from, unsigned n,
	Nfaas__Dataplane__V1__DropReason reason)
{
	for (unsigned i = from; i < n; i++)
		dp_drop(w->shared->dp, s->state, pkts[i], reason, DP_WRITER_WORKER);
}

/* Hands packets to the I/O thread; what does not fit is the tenant's own loss. */
static void
send_out(void *owner, const struct snapshot *s, struct tenant_queue *q, struct rte_mbuf **pkts, uint16_t n)
{
	struct worker *w = owner;
	uint16_t allowed;

	if (n > 0 && dp_state_copies(s->state, q->slot) && buffers_are_short(q, q->out))
		n = dp_shed_copies(w->shared->dp, s->state, pkts, n, DP_WRITER_WORKER);
	allowed = buffers_allow(q, s->state, n);
	if (n > 0) {
		unsigned sent = rte_ring_sp_enqueue_burst(q->out, (void **)pkts, allowed, NULL);
		drop_rest(w, s, pkts, sent, allowed, NFAAS__DATAPLANE__V1__DROP_REASON__DROP_REASON_LINK_FULL);
		drop_rest(w, s, pkts, allowed, n, NFAAS__DATAPLANE__V1__DROP_REASON__DROP_REASON_BUFFER_QUOTA);
		io_wake(w->shared);
	}
	buffers_end(q, s->state);
}

static bool
stopping(const struct worker *w)
{
	return atomic_load_explicit(&w->stop, memory_order_relaxed);
}

struct pace {
	uint64_t us_cycles;
	unsigned reader;
	uint64_t last_packet; /* TSC */
	uint64_t turn_start;  /* TSC */
	uint64_t next_keep;   /* TSC when housekeeping is due */
	unsigned keep_ms;     /* its period; doubles while nothing comes */
};

static uint64_t
thread_cycles(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)((double)t.tv_sec * (double)rte_get_tsc_hz() + (double)t.tv_nsec * 1e-9 * (double)rte_get_tsc_hz());
}

static uint64_t
measure_ask(void)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 16; i++) {
		uint64_t before = thread_cycles();
		least = RTE_MIN(least, thread_cycles() - before);
	}
	return least;
}

/* Asks the kernel now and then what a sleep costs: asking has a price of its own. */
static void
wait_measured(struct worker *w, unsigned timeout_ms)
{
	bool measure = w->sleeps++ % SLEEPS_PER_MEASURE == 0;
	uint64_t before = measure ? thread_cycles() : 0;

	doorbell_wait(&w->bell, timeout_ms);
	if (!measure)
		return;
	uint64_t cost = thread_cycles() - before;
	w->sleep_cycles += (cost - RTE_MIN(cost, w->ask_cycles)) / 8 - w->sleep_cycles / 8;
}

static void
sleep_offline(struct worker *w, struct pace *pace, unsigned timeout_ms)
{
	struct rte_rcu_qsbr *qsbr = rcu_qsbr(w->shared->rcu);

	drr_pause(&w->drr, w->sleep_cycles);
	rte_rcu_qsbr_thread_offline(qsbr, pace->reader); /* so that nobody waits for its quiescent state */
	wait_measured(w, timeout_ms);
	rte_rcu_qsbr_thread_online(qsbr, pace->reader);
	drr_resume(&w->drr);
	pace->turn_start = w->drr.lap;
}

/* Sleeps until packets come or `timeout_ms` have passed. */
static void
sleep_until_work(struct worker *w, struct pace *pace, unsigned timeout_ms)
{
	doorbell_prepare(&w->bell);
	/* The snapshot of now: who was added to it a moment ago may have packets already. */
	if (!queues_wait(snapshot_of_worker(current_snapshot(w->shared), w->index)) && !stopping(w))
		sleep_offline(w, pace, timeout_ms);
	doorbell_awake(&w->bell);
}

/* Ends a turn although packets wait: the I/O thread wakes whoever has packets in every round of its own. */
static void
end_turn(struct worker *w, struct pace *pace)
{
	doorbell_prepare(&w->bell);
	if (!stopping(w))
		sleep_offline(w, pace, TURN_SLEEP_MS);
	doorbell_awake(&w->bell);
}

static bool
shares_cpu_with_io(struct worker *w)
{
	int cpu = sched_getcpu();

	atomic_store_explicit(&w->cpu, cpu, memory_order_relaxed);
	return cpu == atomic_load_explicit(&w->shared->io_cpu, memory_order_relaxed);
}

static void
after_work(struct worker *w, struct pace *pace)
{
	uint64_t turn = (uint64_t)TURN_US * w->cpu_weight / 100 * pace->us_cycles;

	pace->last_packet = rte_rdtsc();
	pace->keep_ms = HOUSEKEEP_MS;
	rte_rcu_qsbr_quiescent(rcu_qsbr(w->shared->rcu), pace->reader);
	if (pace->last_packet - pace->turn_start < turn)
		return;
	/* An I/O thread that sleeps needs no CPU, and would not wake this one. */
	if (shares_cpu_with_io(w) && atomic_load_explicit(&w->shared->io_bell.sleeping, memory_order_relaxed) == 0)
		end_turn(w, pace);
	pace->turn_start = rte_rdtsc();
}

static void
after_nothing(struct worker *w, struct pace *pace)
{
	uint64_t now = rte_rdtsc();

	if (now - pace->last_packet < SPIN_US * pace->us_cycles && !shares_cpu_with_io(w)) {
		rte_rcu_qsbr_quiescent(rcu_qsbr(w->shared->rcu), pace->reader);
		rte_pause();
		return;
	}
	sleep_until_work(w, pace, pace->keep_ms);
	pace->turn_start = rte_rdtsc();
	rte_rcu_qsbr_quiescent(rcu_qsbr(w->shared->rcu), pace->reader);
}

static void
keep_house(struct worker *w, const struct snapshot *s, struct queue_list list, struct pace *pace)
{
	uint64_t now = rte_rdtsc();

	if (now < pace->next_keep)
		return;
	bool more = drr_keep_house(&w->drr, s, list);
	if (more)
		pace->keep_ms = HOUSEKEEP_MS;
	pace->next_keep = now + pace->keep_ms * 1000 * pace->us_cycles;
	if (!more)
		pace->keep_ms = RTE_MIN(2 * pace->keep_ms, (unsigned)HOUSEKEEP_IDLE_MS);
}

void
worker_run(struct worker *w, unsigned reader)
{
	struct pace pace = {.us_cycles = rte_get_tsc_hz() / 1000000, .reader = reader, .keep_ms = HOUSEKEEP_MS};

	w->ask_cycles = measure_ask();
	drr_init(&w->drr, w->shared->dp, send_out, w);
	while (!stopping(w)) {
		const struct snapshot *s = current_snapshot(w->shared);
		/* No queues: too early, or its tenants have left and this thread is about to be stopped. */
		struct queue_list list = snapshot_of_worker(s, w->index);
		uint32_t n = list.n == 0 ? 0 : drr_round(&w->drr, s, list);
		if (list.n > 0)
			keep_house(w, s, list, &pace);
		if (n > 0)
			after_work(w, &pace);
		else
			after_nothing(w, &pace);
	}
}
