/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nfaas-wire: a cable between two pods that loses packets, so that a test knows how many were lost.
 *
 *   nfaas-wire --a PATH --b PATH --lose-every N
 *
 * Joins two memif links, each listened to by a pod, and carries frames both ways but every Nth of each direction (0 = none).
 * One thread, sleeps 50 us when nothing moves. On SIGTERM it ends and prints JSON: by direction what was carried and what was
 * lost by order; `refused` is what a link did not take, which is lost too.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <rte_eal.h>

#include "port/port.h"

#define BUFFERS 8191
#define LINK_WAIT_TICKS 1000 /* of 10 ms */

struct direction {
	struct port *from, *to;
	uint64_t seen, carried, lost, refused;
};

struct wire {
	const char *paths[2];
	uint64_t lose_every; /* 0 = never */
	struct port *ends[2];
	struct direction directions[2]; /* a to b, b to a */
	struct port_context context;
	unsigned ticks;
};

static volatile sig_atomic_t stopped;

static void
on_signal(int number)
{
	(void)number;
	stopped = 1;
}

/* Takes out what is to be lost; returns how many are left. */
static uint16_t
lose(const struct wire *wire, struct direction *direction, struct rte_mbuf **pkts, uint16_t n)
{
	uint16_t kept = 0;

	for (uint16_t i = 0; i < n; i++) {
		direction->seen++;
		if (wire->lose_every != 0 && direction->seen % wire->lose_every == 0) {
			direction->lost++;
			rte_pktmbuf_free(pkts[i]);
		} else {
			pkts[kept++] = pkts[i];
		}
	}
	return kept;
}

static uint16_t
carry(const struct wire *wire, struct direction *direction)
{
	struct rte_mbuf *pkts[DP_BURST];
	uint16_t n = direction->from->ops->rx(direction->from, wire->context.pool, pkts, DP_BURST);
	uint16_t kept = lose(wire, direction, pkts, n), sent = 0;
	enum tx_stop why;

	if (kept > 0)
		sent = direction->to->ops->tx(direction->to, pkts, kept, &why);
	direction->carried += sent;
	direction->refused += kept - sent;
	if (sent < kept)
		rte_pktmbuf_free_bulk(pkts + sent, kept - sent);
	return n;
}

static void
run(struct wire *wire)
{
	const struct timespec pause = {.tv_nsec = 50000};

	while (!stopped)
		if (carry(wire, &wire->directions[0]) + carry(wire, &wire->directions[1]) == 0)
			nanosleep(&pause, NULL);
}

static void
report(const struct wire *wire)
{
	printf("[");
	for (unsigned i = 0; i < 2; i++)
		printf("%s{\"carried\": %lu, \"lost\": %lu, \"refused\": %lu}", i > 0 ? ", " : "", wire->directions[i].carried,
			wire->directions[i].lost, wire->directions[i].refused);
	printf("]\n");
}

static bool
is_up(const struct wire *wire)
{
	return wire->ends[0]->ops->is_up(wire->ends[0]) && wire->ends[1]->ops->is_up(wire->ends[1]);
}

static void
on_tick(void *arg)
{
	struct wire *wire = arg;

	for (unsigned i = 0; i < 2; i++)
		wire->ends[i]->ops->tick(wire->ends[i]);
	if (is_up(wire) || stopped || ++wire->ticks > LINK_WAIT_TICKS)
		reactor_stop(wire->context.reactor);
}

static bool
open_ends(struct wire *wire)
{
	char error[PORT_ERROR_MAX] = "out of memory";

	for (unsigned i = 0; i < 2; i++) {
		wire->ends[i] = memif_link_open(&wire->context, wire->paths[i], false, error);
		if (wire->ends[i] == NULL) {
			fprintf(stderr, "nfaas-wire: %s: %s\n", wire->paths[i], error);
			return false;
		}
	}
	wire->directions[0] = (struct direction){.from = wire->ends[0], .to = wire->ends[1]};
	wire->directions[1] = (struct direction){.from = wire->ends[1], .to = wire->ends[0]};
	reactor_run(wire->context.reactor, 10, on_tick, wire);
	if (!is_up(wire))
		fprintf(stderr, "nfaas-wire: a pod did not come\n");
	return is_up(wire);
}

/* DPDK and buffers. */
static bool
prepare(struct wire *wire, char *program)
{
	char prefix[32];
	char *args[] = {program, "-l", "0", "-m", "64", "--no-huge", "--no-pci", "--no-telemetry", "--no-shconf",
		"--file-prefix", prefix, "--log-level", "error"};
	cpu_set_t cpus;

	snprintf(prefix, sizeof(prefix), "nfaas-wire-%d", getpid());
	CPU_ZERO(&cpus);
	if (sched_getaffinity(0, sizeof(cpus), &cpus) < 0 || rte_eal_init(RTE_DIM(args), args) < 0 || dp_meta_init() < 0)
		return false;
	sched_setaffinity(0, sizeof(cpus), &cpus); /* EAL binds this thread */
	wire->context.pool = rte_pktmbuf_pool_create("wire", BUFFERS, 256, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	wire->context.reactor = reactor_create();
	wire->context.rcu = rcu_create();
	return wire->context.pool != NULL && wire->context.reactor != NULL && wire->context.rcu != NULL;
}

static bool
parse(struct wire *wire, int argc, char **argv)
{
	static const struct option known[] = {{"a", required_argument, NULL, 'a'}, {"b", required_argument, NULL, 'b'},
		{"lose-every", required_argument, NULL, 'l'}, {NULL, 0, NULL, 0}};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == 'a' || option == 'b')
			wire->paths[option - 'a'] = optarg;
		else if (option == 'l')
			wire->lose_every = strtoull(optarg, NULL, 10);
		else
			return false;
	}
	return wire->paths[0] != NULL && wire->paths[1] != NULL;
}

int
main(int argc, char **argv)
{
	static struct wire wire;

	if (!parse(&wire, argc, argv)) {
		fputs("usage: nfaas-wire --a PATH --b PATH [--lose-every N]\n", stderr);
		return 2;
	}
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	if (!prepare(&wire, argv[0]) || !open_ends(&wire))
		return 1;
	run(&wire);
	report(&wire);
	for (unsigned i = 0; i < 2; i++)
		wire.ends[i]->ops->close(wire.ends[i]);
	const char *folder = strdupa(rte_eal_get_runtime_dir());
	rte_eal_cleanup();
	rmdir(folder); /* EAL leaves it, empty */
	return 0;
}
