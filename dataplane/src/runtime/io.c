/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One loop: receive from every port, classify, hand to the tenants' workers; take what the workers have ready, send
 * (io_burst.c). When nothing moves for a while, the thread arms the ports' interrupts and sleeps in ppoll.
 */
#include "runtime/io_internal.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_lcore.h>
#include <rte_pause.h>

#include "runtime/run_to_completion.h"
#include "runtime/worker.h"

#define SPIN_US 30
#define TURN_BATCH 256         /* packets worth a switch to a worker on the same CPU */
#define TURN_PACKETS 2048      /* received before it gets the CPU in any case */
#define TURN_EMPTY_ROUNDS 8    /* rounds without a packet, after which waiting for more is idle */
#define SLEEP_NS 20000000      /* bounds what a wake lost by a foreign peer costs */
#define SLEEP_POLLED_NS 100000 /* when a port has no descriptor to wait for */

void
io_wake(struct shared *shared)
{
	const uint64_t one = 1;

	/* EAGAIN: the counter is full, so the thread will wake all the same. */
	if (doorbell_claim(&shared->io_bell) && write(shared->io_event_fd, &one, sizeof(one)) < 0)
		return;
}

/* Wakes the workers that have packets, but those on this very CPU only if `here`. True when one of these waits. */
static bool
nudge_workers(struct io *io, const struct snapshot *s, bool here)
{
	int cpu = sched_getcpu();
	bool waits = false;

	if (cpu != atomic_load_explicit(&io->shared->io_cpu, memory_order_relaxed))
		atomic_store_explicit(&io->shared->io_cpu, cpu, memory_order_relaxed);
	for (uint16_t i = 0; i < s->n_workers; i++) {
		struct worker *w = s->workers[i];
		struct queue_list list = snapshot_of_worker(s, w->index);
		bool same = atomic_load_explicit(&w->cpu, memory_order_relaxed) == cpu;
		if (same && !here)
			waits |= queues_wait(list);
		else
			waits |= worker_nudge(w, list) && same;
	}
	return waits;
}

/*
 * See worker.h: ends this thread's turn once the links are drained and a batch is worth the switch, or they stay
 * empty, or the turn was long. Not before: what a flood leaves in a link's ring would cost every tenant there, while
 * what is taken out of it and does not fit its tenant's ring costs only that tenant.
 */
static bool
turn_is_over(struct io *io, const struct round *round)
{
	io->received_in_turn += round->received;
	io->empty_rounds = round->received == 0 ? io->empty_rounds + 1 : 0;
	return (round->drained && io->received_in_turn >= TURN_BATCH) || io->received_in_turn >= TURN_PACKETS ||
		io->empty_rounds >= TURN_EMPTY_ROUNDS;
}

/* Wakes workers; true when one of them had this CPU. */
static bool
share_cpu(struct io *io, const struct snapshot *s, const struct round *round)
{
	bool over = turn_is_over(io, round);

	if (!nudge_workers(io, s, over) || !over)
		return false;
	io->received_in_turn = 0;
	io->empty_rounds = 0;
	sched_yield();
	return true;
}

static bool
work_waits(struct io *io, const struct snapshot *s)
{
	if (atomic_load_explicit(&io->stop, memory_order_relaxed) || s != current_snapshot(io->shared))
		return true;
	if (!rte_ring_empty(io->shared->probes))
		return true;
	for (uint16_t i = 0; i < s->n_queues; i++)
		if (!rte_ring_empty(s->list[i]->out))
			return true;
	return false;
}

struct wait_set {
	nfds_t n;
	struct pollfd fds[1 + DP_MAX_PORTS];
	uint16_t index[1 + DP_MAX_PORTS]; /* of the port */
	bool polled;                      /* a port has no descriptor */
};

/* Arms every port. True when packets wait already. */
static bool
arm_ports(struct io *io, const struct snapshot *s, struct wait_set *set)
{
	bool any = false;

	set->n = 1;
	set->polled = false;
	set->fds[0] = (struct pollfd){.fd = io->shared->io_event_fd, .events = POLLIN};
	for (uint16_t i = 0; i < s->n_ports; i++) {
		struct port *port = s->ports[s->port_indices[i]];
		bool pending = false;
		int fd = port->ops->arm(port, &pending);
		any |= pending;
		set->polled |= fd == PORT_POLL;
		if (fd < 0)
			continue;
		set->index[set->n] = s->port_indices[i];
		set->fds[set->n++] = (struct pollfd){.fd = fd, .events = POLLIN};
	}
	return any;
}

/* With the snapshot of now: ports of the old one may be closed. */
static void
disarm_ports(struct io *io, const struct wait_set *set)
{
	const struct snapshot *s = current_snapshot(io->shared);
	short revents[DP_MAX_PORTS] = {0};
	uint64_t count;

	if (set->fds[0].revents != 0 && read(io->shared->io_event_fd, &count, sizeof(count)) < 0)
		return; /* not reachable: only this thread reads it */
	for (nfds_t i = 1; i < set->n; i++)
		revents[set->index[i]] = set->fds[i].revents;
	for (uint16_t i = 0; i < s->n_ports; i++)
		s->ports[s->port_indices[i]]->ops->disarm(s->ports[s->port_indices[i]], revents[s->port_indices[i]]);
}

static void
sleep_until_work(struct io *io, const struct snapshot *s)
{
	struct rte_rcu_qsbr *qsbr = rcu_qsbr(io->shared->rcu);
	struct wait_set set;

	doorbell_prepare(&io->shared->io_bell);
	bool waits = arm_ports(io, s, &set) || work_waits(io, s);
	if (!waits) {
		const struct timespec timeout = {.tv_nsec = set.polled ? SLEEP_POLLED_NS : SLEEP_NS};
		rte_rcu_qsbr_thread_offline(qsbr, RCU_READER_IO);
		if (ppoll(set.fds, set.n, &timeout, NULL) <= 0)
			set.n = 1; /* timeout or signal: revents say nothing */
		rte_rcu_qsbr_thread_online(qsbr, RCU_READER_IO);
	}
	doorbell_awake(&io->shared->io_bell);
	disarm_ports(io, &set);
}

static void
run(struct io *io)
{
	const uint64_t spin = SPIN_US * io->us_cycles;
	uint64_t last_work = rte_rdtsc();

	while (!atomic_load_explicit(&io->stop, memory_order_relaxed)) {
		const struct snapshot *s = current_snapshot(io->shared);
		uint64_t start = rte_rdtsc();
		struct round round = io->shared->run_to_completion ? io_run_once(io, s) : io_poll_once(io, s);
		if (round.received + round.sent > 0) {
			last_work = rte_rdtsc();
			counter_add(&io->cycles, last_work - start);
			if (!io->shared->run_to_completion)
				share_cpu(io, s, &round);
		} else if (!io->shared->run_to_completion && share_cpu(io, s, &round)) {
			last_work = rte_rdtsc();
		} else if (start - last_work < spin) {
			rte_pause();
		} else {
			sleep_until_work(io, s);
			last_work = rte_rdtsc();
		}
		rte_rcu_qsbr_quiescent(rcu_qsbr(io->shared->rcu), RCU_READER_IO);
	}
}

static void *
io_main(void *arg)
{
	struct io *io = arg;

	if (rte_thread_register() < 0) {
		atomic_store(&io->started, -1);
		return NULL;
	}
	prctl(PR_SET_TIMERSLACK, 1);
	rcu_reader_start(io->shared->rcu, RCU_READER_IO);
	atomic_store(&io->started, 1);
	run(io);
	rcu_reader_stop(io->shared->rcu, RCU_READER_IO);
	rte_thread_unregister();
	return NULL;
}

static bool
has_one_cpu(void)
{
	cpu_set_t cpus;

	return sched_getaffinity(0, sizeof(cpus), &cpus) == 0 && CPU_COUNT(&cpus) == 1;
}

struct io *
io_start(struct shared *shared)
{
	const struct timespec step = {.tv_nsec = 50000};
	struct io *io = calloc(1, sizeof(*io));

	if (io == NULL)
		return NULL;
	io->shared = shared;
	io->us_cycles = rte_get_tsc_hz() / 1000000;
	shared->run_to_completion = has_one_cpu();
	rtc_init(io);
	shared->io_event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (shared->io_event_fd < 0 || pthread_create(&io->thread, NULL, io_main, io) != 0) {
		free(io);
		return NULL;
	}
	pthread_setname_np(io->thread, "io");
	while (atomic_load(&io->started) == 0)
		nanosleep(&step, NULL);
	if (atomic_load(&io->started) > 0 && pthread_getcpuclockid(io->thread, &io->cpu_clock) == 0)
		return io;
	pthread_join(io->thread, NULL);
	free(io);
	errno = ENOMEM;
	return NULL;
}

void
io_stop(struct io *io)
{
	if (io == NULL)
		return;
	atomic_store(&io->stop, true);
	io_wake(io->shared);
	pthread_join(io->thread, NULL);
	close(io->shared->io_event_fd);
	free(io);
}

uint64_t
io_cpu_ns(struct io *io)
{
	struct timespec t;

	if (clock_gettime(io->cpu_clock, &t) != 0)
		return 0;
	uint64_t all = (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
	uint64_t tenants = cycles_to_ns(counter_read(&io->drr.charged));
	/* Tenants are charged what passed on the clock, the thread what it ran: it never goes back all the same. */
	io->cpu_ns_told = RTE_MAX(io->cpu_ns_told, all - RTE_MIN(all, tenants));
	return io->cpu_ns_told;
}

uint64_t
io_cycles(const struct io *io)
{
	uint64_t tenants = counter_read(&io->drr.charged), all = counter_read(&io->cycles);

	return all - RTE_MIN(all, tenants);
}
