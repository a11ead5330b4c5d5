/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/worker.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_pause.h>

#include "util/log.h"

#define SPIN_US 20
#define TURN_US 50      /* at the default weight, when the I/O thread is on the same CPU */
#define TURN_SLEEP_MS 1 /* at most: the I/O thread ends it */
#define HOUSEKEEP_MS 10
#define HOUSEKEEP_IDLE_MS 100 /* after a while without packets */

static void
drop_rest(struct worker *w, struct dp_state *state, struct rte_mbuf **pkts, unsigned from, unsigned n,
	Nfaas__Dataplane__V1__DropReason reason)
{
	for (unsigned i = from; i < n; i++)
		dp_drop(w->shared->dp, state, pkts[i], reason, DP_WRITER_WORKER);
}

/* Hands packets to the I/O thread; what does not fit is the tenant's own loss. */
static void
send_out(struct worker *w, struct dp_state *state, struct rte_mbuf **pkts, uint16_t n)
{
	uint16_t allowed = buffers_allow(w, state, n);

	if (n > 0) {
		unsigned sent = rte_ring_sp_enqueue_burst(w->out, (void **)pkts, allowed, NULL);
		drop_rest(w, state, pkts, sent, allowed, NFAAS__DATAPLANE__V1__DROP_REASON__DROP_REASON_LINK_FULL);
		drop_rest(w, state, pkts, allowed, n, NFAAS__DATAPLANE__V1__DROP_REASON__DROP_REASON_BUFFER_QUOTA);
		io_wake(w->shared);
	}
	buffers_end(w, state);
}

static uint16_t
process(struct worker *w, struct dp_state *state)
{
	struct rte_mbuf *in[DP_BURST], *out[DP_OUT_MAX];
	uint16_t n = (uint16_t)rte_ring_sc_dequeue_burst(w->in, (void **)in, DP_BURST, NULL);

	if (n == 0)
		return 0;
	uint64_t start = rte_rdtsc();
	buffers_begin(w, state, n);
	uint16_t n_out = dp_process_burst(w->shared->dp, state, w->slot, in, n, start, out);
	dp_latency_count(w->shared->dp, state, w->slot, out, n_out, rte_rdtsc());
	counter_add(&w->cycles, rte_rdtsc() - start);
	send_out(w, state, out, n_out);
	return n;
}

static void
housekeep(struct worker *w, struct dp_state *state, uint64_t now)
{
	struct rte_mbuf *out[DP_OUT_MAX];

	buffers_begin(w, state, 0);
	send_out(w, state, out, dp_housekeep(w->shared->dp, state, w->slot, now, out));
}

static bool
stopping(const struct worker *w)
{
	return atomic_load_explicit(&w->stop, memory_order_relaxed);
}

static void
sleep_offline(struct worker *w, unsigned reader, unsigned timeout_ms)
{
	struct rte_rcu_qsbr *qsbr = rcu_qsbr(w->shared->rcu);

	rte_rcu_qsbr_thread_offline(qsbr, reader); /* so that nobody waits for its quiescent state */
	doorbell_wait(&w->bell, timeout_ms);
	rte_rcu_qsbr_thread_online(qsbr, reader);
}

/* Sleeps until packets come or `timeout_ms` have passed. */
static void
sleep_until_work(struct worker *w, unsigned reader, unsigned timeout_ms)
{
	doorbell_prepare(&w->bell);
	if (rte_ring_empty(w->in) && !stopping(w))
		sleep_offline(w, reader, timeout_ms);
	doorbell_awake(&w->bell);
}

/* Ends a turn although packets wait: the I/O thread wakes whoever has packets in every round of its own. */
static void
end_turn(struct worker *w, unsigned reader)
{
	doorbell_prepare(&w->bell);
	if (!stopping(w))
		sleep_offline(w, reader, TURN_SLEEP_MS);
	doorbell_awake(&w->bell);
}

static bool
shares_cpu_with_io(struct worker *w)
{
	int cpu = sched_getcpu();

	atomic_store_explicit(&w->cpu, cpu, memory_order_relaxed);
	return cpu == atomic_load_explicit(&w->shared->io_cpu, memory_order_relaxed);
}

struct pace {
	uint64_t us_cycles;
	unsigned reader;
	uint64_t last_packet; /* TSC */
	uint64_t turn_start;  /* TSC */
	uint64_t next_keep;   /* TSC when housekeeping is due */
	unsigned keep_ms;     /* its period; doubles while nothing comes */
};

static void
after_burst(struct worker *w, struct pace *pace)
{
	uint64_t turn = (uint64_t)TURN_US * w->cpu_weight / 100 * pace->us_cycles;

	pace->last_packet = rte_rdtsc();
	pace->keep_ms = HOUSEKEEP_MS;
	rte_rcu_qsbr_quiescent(rcu_qsbr(w->shared->rcu), pace->reader);
	if (pace->last_packet - pace->turn_start < turn)
		return;
	/* An I/O thread that sleeps needs no CPU, and would not wake this one. */
	if (shares_cpu_with_io(w) && atomic_load_explicit(&w->shared->io_bell.sleeping, memory_order_relaxed) == 0)
		end_turn(w, pace->reader);
	pace->turn_start = rte_rdtsc();
}

static void
after_empty(struct worker *w, struct pace *pace)
{
	uint64_t now = rte_rdtsc();

	rte_rcu_qsbr_quiescent(rcu_qsbr(w->shared->rcu), pace->reader);
	if (now - pace->last_packet < SPIN_US * pace->us_cycles && !shares_cpu_with_io(w)) {
		rte_pause();
		return;
	}
	sleep_until_work(w, pace->reader, pace->keep_ms);
	pace->turn_start = rte_rdtsc();
}

static void
keep_house(struct worker *w, struct dp_state *state, struct pace *pace)
{
	uint64_t now = rte_rdtsc();

	if (now < pace->next_keep)
		return;
	housekeep(w, state, now);
	pace->next_keep = now + pace->keep_ms * 1000 * pace->us_cycles;
	pace->keep_ms = RTE_MIN(2 * pace->keep_ms, (unsigned)HOUSEKEEP_IDLE_MS);
}

static void
run(struct worker *w, unsigned reader)
{
	struct pace pace = {.us_cycles = rte_get_tsc_hz() / 1000000, .reader = reader, .keep_ms = HOUSEKEEP_MS};

	while (!stopping(w)) {
		struct snapshot *snapshot = current_snapshot(w->shared);
		/* Not in the snapshot: too early, or the tenant has left and this thread is about to be stopped. */
		struct dp_state *state = snapshot->workers[w->slot] == w ? snapshot->state : NULL;
		uint16_t n = state == NULL ? 0 : process(w, state);
		if (state != NULL)
			keep_house(w, state, &pace);
		if (n > 0)
			after_burst(w, &pace);
		else
			after_empty(w, &pace);
	}
}

static void *
worker_main(void *arg)
{
	struct worker *w = arg;
	unsigned reader = RCU_READER_WORKER(w->slot, w->turn);

	if (rte_thread_register() < 0) {
		atomic_store(&w->tid, -rte_errno);
		return NULL;
	}
	rcu_reader_start(w->shared->rcu, reader);
	atomic_store(&w->tid, gettid());
	run(w, reader);
	rcu_reader_stop(w->shared->rcu, reader);
	rte_thread_unregister();
	return NULL;
}

static struct rte_ring *
ring_new(void)
{
	ssize_t size = rte_ring_get_memsize(QUEUE_CAPACITY);
	struct rte_ring *ring = aligned_alloc(RTE_CACHE_LINE_SIZE, RTE_ALIGN_CEIL((size_t)size, RTE_CACHE_LINE_SIZE));

	if (ring != NULL)
		rte_ring_init(ring, "tenant", QUEUE_CAPACITY, RING_F_SP_ENQ | RING_F_SC_DEQ);
	return ring;
}

static void
worker_free(struct worker *w)
{
	free(w->in);
	free(w->out);
	free(w);
}

/* True when the thread runs and is registered. */
static bool
start_thread(struct worker *w)
{
	const struct timespec step = {.tv_nsec = 50000};
	char name[16];

	if (pthread_create(&w->thread, NULL, worker_main, w) != 0)
		return false;
	snprintf(name, sizeof(name), "tenant-%u", w->tenant_id);
	pthread_setname_np(w->thread, name);
	while (atomic_load(&w->tid) == 0)
		nanosleep(&step, NULL);
	if (atomic_load(&w->tid) > 0)
		return pthread_getcpuclockid(w->thread, &w->cpu_clock) == 0;
	pthread_join(w->thread, NULL);
	return false;
}

static struct worker *
worker_new(struct shared *shared, const struct dp_tenant_info *tenant, uint16_t turn)
{
	struct worker *w = aligned_alloc(RTE_CACHE_LINE_SIZE, sizeof(*w));

	if (w == NULL)
		return NULL;
	memset(w, 0, sizeof(*w));
	w->shared = shared;
	w->slot = tenant->slot;
	w->turn = turn;
	w->tenant_id = tenant->tenant_id;
	w->cpu_weight = tenant->cpu_weight;
	w->buffer_quota = shared->buffer_quota;
	w->in = ring_new();
	w->out = ring_new();
	if (w->in != NULL && w->out != NULL)
		return w;
	worker_free(w);
	return NULL;
}

struct worker *
worker_start(struct shared *shared, const struct dp_tenant_info *tenant, uint16_t turn, struct dp_error *error)
{
	struct worker *w = worker_new(shared, tenant, turn);
	char leaf[32];

	if (w != NULL && shared->run_to_completion)
		return w;
	if (w == NULL || !start_thread(w)) {
		*error = (struct dp_error){.code = NFAAS__DATAPLANE__V1__ERROR_CODE__ERROR_CODE_OUT_OF_MEMORY};
		snprintf(error->message, sizeof(error->message), "no worker thread for tenant %u: %s",
			tenant->tenant_id, w != NULL && atomic_load(&w->tid) < 0 ?
			"too many threads are registered with DPDK" : "out of memory or threads");
		if (w != NULL)
			worker_free(w);
		return NULL;
	}
	/* `turn` in the name: the slot's previous tenant may come back while its old cgroup still stands. */
	snprintf(leaf, sizeof(leaf), "tenant-%u%s", w->tenant_id, turn ? "b" : "");
	w->cgroup = cgroup_leaf_create(shared->cgroups, leaf, w->cpu_weight, atomic_load(&w->tid));
	return w;
}

static void
stop_thread(struct worker *w)
{
	atomic_store(&w->stop, true);
	if (doorbell_claim(&w->bell))
		doorbell_wake(&w->bell);
	pthread_join(w->thread, NULL);
}

void
worker_stop(struct worker *w)
{
	struct rte_mbuf *m;

	if (!w->shared->run_to_completion)
		stop_thread(w);
	/* The tenant is in no state any more, and its counters with it. */
	while (rte_ring_sc_dequeue(w->in, (void **)&m) == 0)
		rte_pktmbuf_free(m);
	while (rte_ring_sc_dequeue(w->out, (void **)&m) == 0)
		rte_pktmbuf_free(m);
	cgroup_leaf_remove(w->cgroup);
	worker_free(w);
}

void
worker_set_cpu_weight(struct worker *w, uint32_t cpu_weight)
{
	if (w->cpu_weight == cpu_weight)
		return;
	w->cpu_weight = cpu_weight;
	cgroup_leaf_set_weight(w->cgroup, cpu_weight);
}

uint64_t
worker_cpu_ns(const struct worker *w)
{
	struct timespec t;

	if (w->shared->run_to_completion)
		return cycles_to_ns(counter_read(&w->cycles));
	return clock_gettime(w->cpu_clock, &t) == 0 ? (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec : 0;
}
