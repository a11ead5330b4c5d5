/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nfaas-pktgen: plays a pod's neighbour on one memif link. Sends fabric packets of several tenants, each at a rate of
 * its own, and counts what comes back, by tenant. One thread; prints JSON.
 *
 *   nfaas-pktgen --socket PATH --seconds N --stream TENANT,PPS[,FLOWS[,BYTES]] [--stream ...] [--window N]
 *     [--back PATH] [--pmd QUEUES] [--pulse MS]
 *
 * FLOWS beyond 64512 go on at the next destination port; with more flows than packets each packet is a flow of its own. Each packet
 * carries the time it was sent, so that round trip times are told: half of them, and 99 of 100, are below.
 *
 * PPS 0 = as fast as it goes, or, with --window, as fast as packets come back: at most N are under way, so that what
 * is measured is the pod and not what it drops. BYTES is the length of the tenant's IP packet (default 50: a 64 byte Ethernet frame
 * without its checksum). --back PATH: packets come back by another link. --pmd: by DPDK's memif driver
 * (pmd_link.h). --pulse: all streams but the first send in pulses of so long, at the first one's rate and at their own (pulse.h). The addresses are those of tests/smoke/scenario.py: from `peer` to `fw1`.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ip.h>
#include <rte_udp.h>

#include "packet/outer.h"
#include "pmd_link.h"
#include "port/port.h"
#include "pulse.h"
#include "times.h"

#define STREAMS_MAX 8
#define BUFFERS 8191
#define LINK_WAIT_S 10
#define FABRIC_PEER RTE_IPV4(10, 200, 0, 9)
#define FABRIC_POD RTE_IPV4(10, 200, 0, 3)

#define SOURCE_PORTS 64512u
#define PIECE 8 /* packets */
#define SPARSE_PPS 1000 /* below that, packets come one by one: a pod falls asleep between them */

struct frame {
	struct dp_outer_hdr outer;
	struct rte_ipv4_hdr inner;
	struct rte_udp_hdr udp;
	uint64_t sent_at; /* TSC */
} __rte_packed __rte_aligned(2);

struct stream {
	uint32_t tenant_id, pps, flows, bytes;
	uint64_t sent, refused, received;
	struct times times;
	uint64_t next; /* TSC when the next burst is due */
	struct frame frame;
};

struct generator {
	struct stream streams[STREAMS_MAX];
	unsigned n_streams;
	const char *socket;
	const char *back_socket; /* NULL = the same link */
	unsigned seconds;
	bool server;
	uint16_t pmd_queues; /* 0 = our own driver */
	struct port *port;
	struct port *back;
	struct port_context context;
	uint64_t foreign; /* received packets of no stream */
	uint32_t window;  /* 0 = none */
	uint32_t under_way;
	uint64_t last_received; /* TSC */
	unsigned pulse_ms;      /* 0 = no pulses */
	struct pulses pulses;
};

static bool
add_stream(struct generator *g, const char *text)
{
	struct stream *s = &g->streams[g->n_streams];

	if (g->n_streams == STREAMS_MAX)
		return false;
	*s = (struct stream){.flows = 1, .bytes = 50};
	int n = sscanf(text, "%u,%u,%u,%u", &s->tenant_id, &s->pps, &s->flows, &s->bytes);
	if (n < 2 || s->flows == 0 || s->bytes < 36 || s->bytes > 1500)
		return false;
	g->n_streams++;
	return true;
}

/* A packet on its way to the firewall's position, forward. */
static void
fill_outer(struct frame *f, const struct stream *s)
{
	static const struct dp_outer_end peer = {.address = FABRIC_PEER, .mac = {{2, 0, 0, 0, 0, 9}}};
	static const struct dp_outer_end pod = {.address = FABRIC_POD, .mac = {{2, 0, 0, 0, 0, 3}}};
	const struct dp_outer outer = {.tenant_id = s->tenant_id, .view_id = 1, .spi = DP_SPI_FORWARD, .si = 254,
		.ttl = DP_NSH_TTL_MAX, .next_protocol = DP_NSH_NEXT_IPV4, .inner_length = (uint16_t)s->bytes};
	union dp_outer_prepared prepared;

	dp_outer_prepare(&prepared, false, &peer, &pod);
	dp_outer_write(&f->outer, &prepared, &outer);
}

static void
fill_inner(struct frame *f, const struct stream *s)
{
	f->inner = (struct rte_ipv4_hdr){.version_ihl = 0x45, .total_length = rte_cpu_to_be_16((uint16_t)s->bytes),
		.time_to_live = 64, .next_proto_id = IPPROTO_UDP, .src_addr = rte_cpu_to_be_32(RTE_IPV4(10, 1, 0, 2)),
		.dst_addr = rte_cpu_to_be_32(RTE_IPV4(10, 2, 0, 2))};
	f->inner.hdr_checksum = rte_ipv4_cksum(&f->inner);
	f->udp = (struct rte_udp_hdr){.dst_port = rte_cpu_to_be_16(9),
		.dgram_len = rte_cpu_to_be_16((uint16_t)(s->bytes - sizeof(f->inner)))};
}

static void
send_burst(struct generator *g, struct stream *s, uint16_t n)
{
	struct rte_mbuf *pkts[DP_BURST];
	const uint16_t length = (uint16_t)(sizeof(s->frame.outer) + s->bytes);
	const uint64_t now = rte_rdtsc();
	enum tx_stop why;

	if (rte_pktmbuf_alloc_bulk(g->context.pool, pkts, n) != 0)
		return;
	for (uint16_t i = 0; i < n; i++) {
		struct frame *f = rte_pktmbuf_mtod(pkts[i], struct frame *);
		memcpy(f, &s->frame, sizeof(*f));
		uint32_t flow = (uint32_t)((s->sent + i) % s->flows);
		f->udp.src_port = rte_cpu_to_be_16((uint16_t)(1024 + flow % SOURCE_PORTS));
		f->udp.dst_port = rte_cpu_to_be_16((uint16_t)(9 + flow / SOURCE_PORTS));
		f->sent_at = now;
		pkts[i]->data_len = length;
		pkts[i]->pkt_len = length;
	}
	uint16_t sent = g->port->ops->tx(g->port, pkts, n, &why);
	s->sent += sent;
	if (s == g->streams)
		pulses_offered(&g->pulses, n);
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
receive(struct generator *g)
{
	struct rte_mbuf *pkts[DP_BURST];
	uint16_t n = g->back->ops->rx(g->back, g->context.pool, pkts, DP_BURST);
	uint64_t now = rte_rdtsc();

	for (uint16_t i = 0; i < n; i++) {
		const struct frame *f = rte_pktmbuf_mtod(pkts[i], const struct frame *);
		uint32_t tenant_id = rte_be_to_cpu_32(f->outer.gre.key) >> 8;
		unsigned j = 0;
		while (j < g->n_streams && g->streams[j].tenant_id != tenant_id)
			j++;
		if (j < g->n_streams) {
			g->streams[j].received++;
			times_add(&g->streams[j].times, now - f->sent_at);
			if (j == 0)
				pulses_received(&g->pulses, f->sent_at, now);
		} else {
			g->foreign++;
		}
	}
	if (n == 0)
		return;
	rte_pktmbuf_free_bulk(pkts, n);
	g->under_way -= RTE_MIN(g->under_way, n);
	g->last_received = rte_rdtsc();
}

/* Where times are compared, packets that came back meanwhile do not wait for the whole of a flood's burst. */
static void
send_in_pieces(struct generator *g, struct stream *s, uint16_t n)
{
	const uint16_t piece = g->pulses.length > 0 ? PIECE : DP_BURST;

	for (uint16_t left = n; left > 0; left -= RTE_MIN(left, piece)) {
		if (left < n)
			receive(g);
		send_burst(g, s, RTE_MIN(left, piece));
	}
}

static bool
is_first_alone(const struct generator *g)
{
	return g->pulses.length > 0 && g->pulses.kind == PULSE_ALONE;
}

static uint32_t
rate_now(const struct generator *g, const struct stream *s)
{
	return g->pulses.length > 0 && g->pulses.kind == PULSE_SHARE ? g->streams[0].pps : s->pps;
}

static void
send_due(struct generator *g, uint64_t now, uint64_t hz)
{
	/* What this program was late for it sends later, but not so that the first pulse of a flood is one of 10 ms. */
	const uint64_t catch_up = g->pulses.length == 0 ? hz / 100 : hz / 20000;

	if (window_is_full(g, now, hz))
		return;
	pulses_tick(&g->pulses, now);
	for (unsigned i = 0; i < (is_first_alone(g) ? 1 : g->n_streams); i++) {
		struct stream *s = &g->streams[i];
		uint32_t pps = rate_now(g, s);
		if (now < s->next)
			continue;
		/* Short bursts at low rates: what is measured is the pod's fairness, not the ring's depth. */
		uint16_t n = pps == 0 || pps >= 1000000 ? DP_BURST : pps < SPARSE_PPS ? 1 : 4;
		send_in_pieces(g, s, n);
		if (pps != 0)
			s->next = RTE_MAX(s->next + hz * n / pps, now - catch_up);
	}
}

static double
run(struct generator *g)
{
	const uint64_t hz = rte_get_tsc_hz(), start = rte_rdtsc(), end = start + g->seconds * hz;
	uint64_t now = start;

	for (unsigned i = 0; i < g->n_streams; i++)
		g->streams[i].next = start;
	if (g->pulse_ms > 0)
		pulses_start(&g->pulses, g->pulse_ms, start);
	for (; now < end; now = rte_rdtsc()) {
		send_due(g, now, hz);
		receive(g);
	}
	for (uint64_t drain = now + hz / 10; rte_rdtsc() < drain;)
		receive(g);
	return (double)(now - start) / (double)hz;
}

static void
report(struct generator *g, double seconds)
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

static bool
is_up(const struct generator *g)
{
	return g->port->ops->is_up(g->port) && g->back->ops->is_up(g->back);
}

static void
on_tick(void *arg)
{
	struct generator *g = arg;
	static int ticks;

	g->port->ops->tick(g->port);
	if (g->back != g->port)
		g->back->ops->tick(g->back);
	if (is_up(g) || ++ticks > LINK_WAIT_S * 100)
		reactor_stop(g->context.reactor);
}

/* False with the error set, or when a link does not come up. */
static bool
open_links(struct generator *g, char error[PORT_ERROR_MAX])
{
	g->port = g->pmd_queues > 0 ? pmd_link_open(&g->context, g->socket, g->pmd_queues, error)
		: memif_link_open(&g->context, g->socket, g->server, error);
	if (g->port == NULL)
		return false;
	g->back = g->back_socket == NULL ? g->port : memif_link_open(&g->context, g->back_socket, g->server, error);
	if (g->back == NULL)
		return false;
	reactor_run(g->context.reactor, 10, on_tick, g);
	return is_up(g);
}

/* DPDK, buffers and the links. False with a line on stderr. */
static bool
prepare(struct generator *g, char *program)
{
	char *args[] = {program, "-l", "0", "-m", "128", "--no-huge", "--no-pci", "--no-telemetry", "--no-shconf",
		"--file-prefix", "nfaas-pktgen", "--log-level", "error"};
	char error[PORT_ERROR_MAX] = "the peer did not come";
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	if (sched_getaffinity(0, sizeof(cpus), &cpus) < 0 || rte_eal_init(RTE_DIM(args), args) < 0 || dp_meta_init() < 0)
		return false;
	sched_setaffinity(0, sizeof(cpus), &cpus); /* EAL binds this thread; `taskset` shall decide */
	g->context.pool = rte_pktmbuf_pool_create("pktgen", BUFFERS, 256, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	g->context.reactor = reactor_create();
	g->context.rcu = rcu_create();
	if (g->context.pool == NULL || g->context.reactor == NULL || g->context.rcu == NULL)
		return false;
	if (open_links(g, error))
		return true;
	fprintf(stderr, "nfaas-pktgen: %s: %s\n", g->socket, error);
	return false;
}

static bool
parse(struct generator *g, int argc, char **argv)
{
	static const struct option known[] = {{"socket", required_argument, NULL, 's'},
		{"seconds", required_argument, NULL, 'n'}, {"stream", required_argument, NULL, 't'},
		{"server", no_argument, NULL, 'S'}, {"back", required_argument, NULL, 'b'}, {"pmd", required_argument, NULL, 'p'},
		{"pulse", required_argument, NULL, 'P'}, {"window", required_argument, NULL, 'w'}, {NULL, 0, NULL, 0}};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == 's')
			g->socket = optarg;
		else if (option == 'n')
			g->seconds = (unsigned)atoi(optarg);
		else if (option == 'w')
			g->window = (unsigned)atoi(optarg);
		else if (option == 'b')
			g->back_socket = optarg;
		else if (option == 'p')
			g->pmd_queues = (uint16_t)atoi(optarg);
		else if (option == 'P')
			g->pulse_ms = (unsigned)atoi(optarg);
		else if (option == 'S')
			g->server = true;
		else if (option != 't' || !add_stream(g, optarg))
			return false;
	}
	return g->socket != NULL && g->seconds > 0 && g->n_streams > 0;
}

int
main(int argc, char **argv)
{
	static struct generator g;

	if (!parse(&g, argc, argv)) {
		fputs("usage: nfaas-pktgen --socket PATH --seconds N --stream TENANT,PPS[,FLOWS[,BYTES]] ... [--window N]\n"
			"  [--server] [--back PATH] [--pmd QUEUES] [--pulse MS]\n",
			stderr);
		return 2;
	}
	if (!prepare(&g, argv[0]))
		return 1;
	for (unsigned i = 0; i < g.n_streams; i++) {
		fill_outer(&g.streams[i].frame, &g.streams[i]);
		fill_inner(&g.streams[i].frame, &g.streams[i]);
	}
	report(&g, run(&g));
	g.port->ops->close(g.port);
	if (g.back != g.port)
		g.back->ops->close(g.back);
	const char *folder = strdupa(rte_eal_get_runtime_dir());
	rte_eal_cleanup();
	rmdir(folder); /* EAL leaves it, empty */
	return 0;
}
