/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nfaas-pktgen: plays a pod's neighbour on one memif link. Sends fabric packets of several tenants, each at a rate of
 * its own, and counts what comes back, by tenant. One thread; prints JSON.
 *
 *   nfaas-pktgen --socket PATH --seconds N --stream TENANT,PPS[,FLOWS[,BYTES]] [--stream ...] [--window N]
 *     [--back PATH] [--pmd QUEUES] [--pulse US [--longest US] [--apart PATH]]
 *
 * FLOWS beyond 64512 go on at the next destination port; with more flows than packets each packet is a flow of its own. Each packet
 * carries the time it was sent, so that round trip times are told: half of them, and 99 of 100, are below.
 *
 * PPS 0 = as fast as it goes, or, with --window, as fast as packets come back: at most N are under way, so that what
 * is measured is the pod and not what it drops. BYTES is the length of the tenant's IP packet (default 50: a 64 byte Ethernet frame
 * without its checksum). --back PATH: packets come back by another link. --pmd: by DPDK's memif driver
 * (pmd_link.h). The addresses are those of tests/smoke/scenario.py: from `peer` to `fw1`.
 *
 * --pulse: all streams but the first send in pulses of so long, at their rates and at ten times that (pulse.h); packets are then sent
 * one by one, at random times. --longest US: longer than the pod takes for anything. --apart PATH: all streams but the first come back by that link, which is read only while
 * no packet of the first is under way. So the first one's times are the pod's, not those of what this program does besides.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>

#include "generator.h"
#include "pmd_link.h"

#define BUFFERS 8191
#define LINK_WAIT_S 10

static bool
add_stream(struct generator *g, const char *text)
{
	return g->n_streams < STREAMS_MAX && stream_parse(&g->streams[g->n_streams], text) && ++g->n_streams > 0;
}

static bool
is_up(const struct generator *g)
{
	for (unsigned i = 0; i < LINKS_MAX; i++)
		if (g->links[i] != NULL && !g->links[i]->ops->is_up(g->links[i]))
			return false;
	return true;
}

static void
on_tick(void *arg)
{
	struct generator *g = arg;
	static int ticks;

	for (unsigned i = 0; i < LINKS_MAX; i++)
		if (g->links[i] != NULL && (i == OUT || g->links[i] != g->links[OUT]))
			g->links[i]->ops->tick(g->links[i]);
	if (is_up(g) || ++ticks > LINK_WAIT_S * 100)
		reactor_stop(g->context.reactor);
}

/* False with the error set, or when a link does not come up. */
static bool
open_links(struct generator *g, char error[PORT_ERROR_MAX])
{
	for (unsigned i = 0; i < LINKS_MAX; i++) {
		if (g->sockets[i] == NULL)
			continue;
		g->links[i] = i == OUT && g->pmd_queues > 0 ? pmd_link_open(&g->context, g->sockets[i], g->pmd_queues, error)
			: memif_link_open(&g->context, g->sockets[i], g->server, error);
		if (g->links[i] == NULL)
			return false;
	}
	if (g->links[BACK] == NULL)
		g->links[BACK] = g->links[OUT];
	reactor_run(g->context.reactor, 10, on_tick, g);
	return is_up(g);
}

static void
close_links(struct generator *g)
{
	for (unsigned i = 0; i < LINKS_MAX; i++)
		if (g->links[i] != NULL && (i == OUT || g->links[i] != g->links[OUT]))
			g->links[i]->ops->close(g->links[i]);
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
	fprintf(stderr, "nfaas-pktgen: %s: %s\n", g->sockets[OUT], error);
	return false;
}

static bool
parse(struct generator *g, int argc, char **argv)
{
	static const struct option known[] = {{"socket", required_argument, NULL, 's'},
		{"seconds", required_argument, NULL, 'n'}, {"stream", required_argument, NULL, 't'},
		{"server", no_argument, NULL, 'S'}, {"back", required_argument, NULL, 'b'}, {"pmd", required_argument, NULL, 'p'},
		{"pulse", required_argument, NULL, 'P'}, {"longest", required_argument, NULL, 'L'}, {"apart", required_argument, NULL, 'a'},
		{"window", required_argument, NULL, 'w'}, {NULL, 0, NULL, 0}};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == 's')
			g->sockets[OUT] = optarg;
		else if (option == 'n')
			g->seconds = (unsigned)atoi(optarg);
		else if (option == 'w')
			g->window = (unsigned)atoi(optarg);
		else if (option == 'b')
			g->sockets[BACK] = optarg;
		else if (option == 'a')
			g->sockets[APART] = optarg;
		else if (option == 'p')
			g->pmd_queues = (uint16_t)atoi(optarg);
		else if (option == 'P')
			g->pulse_us = (unsigned)atoi(optarg);
		else if (option == 'L')
			g->longest_us = (unsigned)atoi(optarg);
		else if (option == 'S')
			g->server = true;
		else if (option != 't' || !add_stream(g, optarg))
			return false;
	}
	return g->sockets[OUT] != NULL && g->seconds > 0 && g->n_streams > 0;
}

int
main(int argc, char **argv)
{
	static struct generator g;

	if (!parse(&g, argc, argv)) {
		fputs("usage: nfaas-pktgen --socket PATH --seconds N --stream TENANT,PPS[,FLOWS[,BYTES]] ... [--window N]\n"
			"  [--server] [--back PATH] [--pmd QUEUES] [--pulse US [--longest US] [--apart PATH]]\n",
			stderr);
		return 2;
	}
	if (!prepare(&g, argv[0]))
		return 1;
	generator_report(&g, generator_run(&g));
	close_links(&g);
	const char *folder = strdupa(rte_eal_get_runtime_dir());
	rte_eal_cleanup();
	rmdir(folder); /* EAL leaves it, empty */
	return 0;
}
