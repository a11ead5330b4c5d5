/* SPDX-License-Identifier: Apache-2.0 */
#include "generator.h"

#include <rte_cycles.h>

#define SPARSE_PPS 1000 /* below that, packets come one by one: a pod falls asleep between them */
#define APART_BURST 4   /* packets */
#define UNDER_WAY_US 50 /* a packet that has not come back by then may be lost */

static void
send_burst(struct generator *g, struct stream *s, uint16_t n)
{
	struct rte_mbuf *pkts[DP_BURST];
	enum tx_stop why;

	if (rte_pktmbuf_alloc_bulk(g->context.pool, pkts, n) != 0)
		return;
	stream_fill(s, pkts, n, rte_rdtsc());
	uint16_t sent = g->links[OUT]->ops->tx(g->links[OUT], pkts, n, &why);
	s->sent += sent;
	pulses_offered(&g->pulses, n, s == g->streams);
	g->under_way += sent;
	s->refused += n - sent;
	if (sent < n)
		rte_pktmbuf_free_bulk(pkts + sent, n - sent);
}

static bool
window_is_full(struct generator *g, uint64_t now, uint64_t hz)
{
	if (g->window == 0 || g->under_way + DP_BURST <= g->window)
		return false;
	if (now - g->last_received < hz / 200)
		return true;
	g->under_way = 0; /* nothing for 5 ms: what was under way is lost */
	return false;
}

static void
receive_from(struct generator *g, struct port *link, uint16_t most)
{
	struct rte_mbuf *pkts[DP_BURST];
	uint16_t n = link->ops->rx(link, g->context.pool, pkts, most);
	uint64_t now = rte_rdtsc();

	for (uint16_t i = 0; i < n; i++) {
		const struct frame *f = rte_pktmbuf_mtod(pkts[i], const struct frame *);
		uint32_t tenant_id = rte_be_to_cpu_32(f->outer.gre.key) >> 8;
		unsigned j = 0;
		while (j < g->n_streams && g->streams[j].tenant_id != tenant_id)
			j++;
		if (j == g->n_streams)
			g->foreign++;
		else
			stream_received(&g->streams[j], f, now);
		if (j == 0)
			pulses_received(&g->pulses, f->sent_at, now);
	}
	if (n == 0)
		return;
	rte_pktmbuf_free_bulk(pkts, n);
	g->under_way -= RTE_MIN(g->under_way, n);
	g->last_received = rte_rdtsc();
}

static bool
has_pulses(const struct generator *g)
{
	return g->pulses.length > 0;
}

static void
receive(struct generator *g, uint64_t hz)
{
	struct port *apart = g->links[APART];

	receive_from(g, g->links[BACK], DP_BURST);
	if (apart != NULL && !has_pulses(g))
		receive_from(g, apart, DP_BURST);
	else if (apart != NULL && !stream_is_under_way(&g->streams[0], rte_rdtsc(), UNDER_WAY_US * (hz / 1000000)))
		receive_from(g, apart, APART_BURST);
}

static bool
is_first_alone(const struct generator *g)
{
	return has_pulses(g) && g->pulses.kind <= PULSE_ALONE;
}

static uint32_t
rate_now(const struct generator *g, const struct stream *s)
{
	bool floods = has_pulses(g) && g->pulses.kind == PULSE_FLOOD && s != g->streams;

	return floods ? PULSE_FLOOD_TIMES * s->pps : s->pps;
}

/* Short bursts at low rates: what is measured is the pod's fairness, not the ring's depth. */
static uint16_t
burst_of(const struct generator *g, uint32_t pps)
{
	if (has_pulses(g) || (pps != 0 && pps < SPARSE_PPS))
		return 1;
	return pps == 0 || pps >= 1000000 ? DP_BURST : 4;
}

static void
send_due(struct generator *g, uint64_t now, uint64_t hz)
{
	/* What this program was late for it sends later, but not so that the first pulse of a flood is one of 10 ms. */
	const uint64_t catch_up = has_pulses(g) ? hz / 20000 : hz / 100;

	if (window_is_full(g, now, hz))
		return;
	pulses_tick(&g->pulses, now);
	for (unsigned i = 0; i < (is_first_alone(g) ? 1 : g->n_streams); i++) {
		struct stream *s = &g->streams[i];
		uint32_t pps = rate_now(g, s);
		uint16_t n = burst_of(g, pps);
		if (now < s->next)
			continue;
		send_burst(g, s, n);
		if (pps != 0)
			stream_schedule(s, hz * n / pps, has_pulses(g), now, catch_up);
	}
}

double
generator_run(struct generator *g)
{
	const uint64_t hz = rte_get_tsc_hz(), start = rte_rdtsc(), end = start + g->seconds * hz;
	uint64_t now = start;

	for (unsigned i = 0; i < g->n_streams; i++)
		g->streams[i].next = start;
	if (g->pulse_us > 0)
		pulses_start(&g->pulses, g->pulse_us, g->longest_us, start);
	for (; now < end; now = rte_rdtsc()) {
		send_due(g, now, hz);
		receive(g, hz);
	}
	for (uint64_t drain = now + hz / 10; rte_rdtsc() < drain;)
		receive(g, hz);
	return (double)(now - start) / (double)hz;
}

void
generator_report(struct generator *g, double seconds)
{
	printf("{\"seconds\": %.3f, \"tsc_hz\": %lu, \"foreign\": %lu, \"streams\": [", seconds, rte_get_tsc_hz(), g->foreign);
	for (unsigned i = 0; i < g->n_streams; i++) {
		const struct stream *s = &g->streams[i];
		printf("%s{\"tenant_id\": %u, \"sent\": %lu, \"refused\": %lu, \"received\": %lu, \"sent_pps\": %.0f, \"received_pps\": %.0f, "
			"\"us_p50\": %.1f, \"us_p99\": %.1f}",
			i ? ", " : "", s->tenant_id, s->sent, s->refused, s->received, (double)s->sent / seconds,
			(double)s->received / seconds, times_percentile(&s->times, 50), times_percentile(&s->times, 99));
	}
	printf("]");
	pulses_print(&g->pulses, stdout);
	printf("}\n");
}
