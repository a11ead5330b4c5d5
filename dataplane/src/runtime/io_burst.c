/* SPDX-License-Identifier: Apache-2.0 */
/* Every port and every tenant gets one burst per round, so that none starves another. */
#include "capture/capture.h"
#include "runtime/buffers.h"
#include "runtime/io_internal.h"
#include "runtime/run_to_completion.h"
#include "runtime/tenant_queue.h"

#define RING_BURSTS 64 /* a link's whole ring */
#define MUCH (4 * DP_BURST) /* packets of a round */
#define SEVERAL_ROUNDS 256 /* about a millisecond of a busy thread */
#define RECEIPT_MAX_US 100 /* no burst takes longer: the rest was an interruption */
#define DROP(reason) NFAAS__DATAPLANE__V1__DROP_REASON__DROP_REASON_##reason

static void
drop_all(struct io *io, struct dp_state *state, struct rte_mbuf **pkts, uint16_t n, int reason)
{
	for (uint16_t i = 0; i < n; i++)
		dp_drop(io->shared->dp, state, pkts[i], reason, DP_WRITER_IO);
}

static int
drop_reason(enum tx_stop why)
{
	return why == TX_DOWN ? DROP(LINK_DOWN) : why == TX_TOO_BIG ? DROP(TOO_BIG) : DROP(LINK_FULL);
}

static void
count_sent(struct port *port, uint16_t packets, uint64_t bytes)
{
	counter_add(&port->counters.tx_packets, packets);
	counter_add(&port->counters.tx_bytes, bytes);
}

/* Returns how many packets of the stage are left. */
static uint16_t
shed_if_filling(struct io *io, const struct snapshot *s, const struct port *port, uint16_t index, uint16_t n)
{
	bool filling = port->ops->is_filling(port);

	dp_note_filling(io->shared->dp, index, filling);
	return filling ? dp_shed_copies(io->shared->dp, s->state, io->out[index].pkts, n, DP_WRITER_IO) : n;
}

/* Sends a stage; drops what the port does not take, with the reason. */
static void
flush_port(struct io *io, const struct snapshot *s, uint16_t index)
{
	struct stage *stage = &io->out[index];
	struct port *port = s->ports[index];
	uint32_t lengths[DP_BURST];
	uint16_t done = 0, n = stage->n;

	stage->n = 0;
	if (unlikely(port == NULL)) {
		drop_all(io, s->state, stage->pkts, n, DROP(LINK_DOWN));
		return;
	}
	if (port->ops->is_filling != NULL)
		n = shed_if_filling(io, s, port, index, n);
	capture_burst(io->shared, port, stage->pkts, n, CAPTURE_OUT);
	for (uint16_t i = 0; i < n; i++)
		lengths[i] = stage->pkts[i]->pkt_len;
	while (done < n) {
		enum tx_stop why;
		uint16_t sent = port->ops->tx(port, stage->pkts + done, n - done, &why);
		uint64_t bytes = 0;
		for (uint16_t i = 0; i < sent; i++)
			bytes += lengths[done + i];
		count_sent(port, sent, bytes);
		done += sent;
		if (done == n)
			break;
		/* Too big is this packet's own fault; else the rest would not get through either. */
		uint16_t lost = why == TX_TOO_BIG ? 1 : n - done;
		drop_all(io, s->state, stage->pkts + done, lost, drop_reason(why));
		counter_add(&port->counters.tx_dropped, lost);
		done += lost;
	}
}

static void
flush_ports(struct io *io, const struct snapshot *s)
{
	for (uint16_t i = 0; i < io->out_touched.n; i++)
		flush_port(io, s, io->out_touched.list[i]);
	io->out_touched.n = 0;
}

void
io_stage_out(struct io *io, const struct snapshot *s, struct rte_mbuf *m)
{
	uint16_t index = dp_meta(m)->out_port;

	if (unlikely(index >= DP_MAX_PORTS)) {
		dp_drop(io->shared->dp, s->state, m, DROP(LINK_DOWN), DP_WRITER_IO);
		return;
	}
	struct stage *stage = &io->out[index];
	if (stage->n == DP_BURST)
		flush_port(io, s, index);
	else if (stage->n == 0)
		io->out_touched.list[io->out_touched.n++] = index;
	stage->pkts[stage->n++] = m;
}

/* Run to completion: of late more than one tenant had packets, so that each waits for others. */
static bool
several_are_busy(const struct io *io)
{
	return io->shared->run_to_completion && io->several > 0;
}

static void
note_busy(struct io *io, uint16_t slot)
{
	if (slot == io->last_slot)
		return;
	io->last_slot = slot;
	io->several = SEVERAL_ROUNDS;
}

/*
 * Run to completion: whether packets are done as they come. Where several tenants are busy they wait in their ring for their turn;
 * one that is alone waits for nobody: that costs least.
 */
static bool
may_go_first(const struct io *io)
{
	return io->shared->run_to_completion && !several_are_busy(io);
}

/*
 * What it took to receive and to classify a burst is owed by its tenants, each for its packets: else the arrival of a flood would
 * be at the expense of all. One that is alone has nobody to owe it to.
 */
static void
owe_receipt(struct io *io, const struct snapshot *s, uint64_t cycles, uint16_t received)
{
	cycles = RTE_MIN(cycles, RECEIPT_MAX_US * io->us_cycles);
	for (uint16_t i = 0; i < io->in_touched.n; i++) {
		uint16_t slot = io->in_touched.list[i];
		if (s->queues[slot] != NULL)
			drr_owe(s->queues[slot], cycles * io->in[slot].n / received);
	}
}

static void
flush_queue(struct io *io, const struct snapshot *s, uint16_t slot)
{
	struct stage *stage = &io->in[slot];
	struct tenant_queue *q = s->queues[slot];
	uint16_t n = 0, admitted;

	note_busy(io, slot);
	if (q != NULL && dp_state_copies(s->state, slot) && buffers_are_short(q, q->in))
		stage->n = dp_shed_copies(io->shared->dp, s->state, stage->pkts, stage->n, DP_WRITER_IO);
	admitted = q == NULL ? 0 : buffers_admit(q, stage->n);

	if (admitted > 0 && may_go_first(io) && rtc_process_now(io, s, q, stage->pkts, admitted))
		n = admitted;
	else if (admitted > 0)
		n = (uint16_t)rte_ring_sp_enqueue_burst(q->in, (void **)stage->pkts, admitted, NULL);
	/* A flood costs the tenant its own packets, at its own ring. */
	if (unlikely(n < admitted))
		drop_all(io, s->state, stage->pkts + n, admitted - n, DROP(QUEUE_FULL));
	if (unlikely(admitted < stage->n))
		drop_all(io, s->state, stage->pkts + admitted, stage->n - admitted, q == NULL ? DROP(QUEUE_FULL) : DROP(BUFFER_QUOTA));
	stage->n = 0;
}

static uint16_t
receive_port(struct io *io, const struct snapshot *s, uint16_t index)
{
	struct port *port = s->ports[index];
	struct rte_mbuf *pkts[DP_BURST];
	const uint64_t start = several_are_busy(io) ? rte_rdtsc() : 0;
	uint16_t n = port->ops->rx(port, io->shared->pool, pkts, DP_BURST);
	uint64_t bytes = 0, now;

	if (n == 0)
		return 0;
	now = rte_rdtsc();
	capture_burst(io->shared, port, pkts, n, CAPTURE_IN);
	for (uint16_t i = 0; i < n; i++) {
		bytes += pkts[i]->pkt_len;
		int slot = dp_classify(io->shared->dp, s->state, index, now, pkts[i]);
		if (likely(slot >= 0)) {
			struct stage *stage = &io->in[slot];
			if (stage->n == 0)
				io->in_touched.list[io->in_touched.n++] = (uint16_t)slot;
			stage->pkts[stage->n++] = pkts[i];
		} else if (slot == DP_REPLY) {
			io_stage_out(io, s, pkts[i]);
		}
	}
	if (start != 0)
		owe_receipt(io, s, rte_rdtsc() - start, n);
	for (uint16_t i = 0; i < io->in_touched.n; i++)
		flush_queue(io, s, io->in_touched.list[i]);
	io->in_touched.n = 0;
	counter_add(&port->counters.rx_packets, n);
	counter_add(&port->counters.rx_bytes, bytes);
	return n;
}

static uint16_t
collect_queue(struct io *io, const struct snapshot *s, struct tenant_queue *q)
{
	struct rte_mbuf *pkts[DP_BURST];
	uint16_t n = (uint16_t)rte_ring_sc_dequeue_burst(q->out, (void **)pkts, DP_BURST, NULL);

	for (uint16_t i = 0; i < n; i++)
		io_stage_out(io, s, pkts[i]);
	return n;
}

/*
 * All that waits at a port, where there are several tenants or packets may soon be lost. What a flood leaves in a link's ring would
 * cost every tenant there: its packets, and before that the time they wait behind the flood's. What is taken out and does not fit
 * its tenant's ring costs only that tenant.
 */
static uint32_t
receive_all(struct io *io, const struct snapshot *s, uint16_t index)
{
	const struct port *port = s->ports[index];
	uint32_t received = 0;
	uint16_t n;

	for (int bursts = 0; bursts < RING_BURSTS; bursts++) {
		n = receive_port(io, s, index);
		received += n;
		if (n < DP_BURST || (s->n_queues == 1 && !port->ops->is_crowded(port)))
			break;
	}
	return received;
}

/* Counts as nothing that moved: a pod that is only asked how it is stays idle. */
static void
stage_probes(struct io *io, const struct snapshot *s)
{
	struct rte_mbuf *m;

	while (rte_ring_sc_dequeue(io->shared->probes, (void **)&m) == 0)
		io_stage_out(io, s, m);
}

/* Where much came, at least as long as that took, lest a flood leave no time for anything but its own arrival. */
static uint32_t
work(struct io *io, const struct snapshot *s, uint32_t received, uint64_t drain_start)
{
	const uint64_t start = rte_rdtsc(), least = received < MUCH ? 0 : start - drain_start;
	uint32_t served = 0, n;

	do {
		n = rtc_round(io, s, several_are_busy(io));
		served += n;
	} while (n > 0 && rte_rdtsc() - start < least);
	return served;
}

struct round
io_run_once(struct io *io, const struct snapshot *s)
{
	struct round round = {.drained = true};
	const uint64_t start = rte_rdtsc();

	for (uint16_t i = 0; i < s->n_ports; i++)
		round.received += receive_all(io, s, s->port_indices[i]);
	flush_ports(io, s); /* what had credit does not wait for those whose turn comes now */
	round.sent = work(io, s, round.received, start);
	io->several -= io->several > 0;
	stage_probes(io, s);
	flush_ports(io, s);
	return round;
}

struct round
io_poll_once(struct io *io, const struct snapshot *s)
{
	struct round round = {.drained = true};

	for (uint16_t i = 0; i < s->n_ports; i++) {
		uint16_t n = receive_port(io, s, s->port_indices[i]);
		round.received += n;
		round.drained &= n < DP_BURST;
	}
	for (uint16_t i = 0; i < s->n_queues; i++)
		round.sent += collect_queue(io, s, s->list[(io->first_queue + i) % s->n_queues]);
	io->first_queue++;
	stage_probes(io, s);
	flush_ports(io, s);
	return round;
}
