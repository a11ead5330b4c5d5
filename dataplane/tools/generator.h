/* SPDX-License-Identifier: Apache-2.0 */
/* What nfaas-pktgen does once its links are up: sends what is due, takes what comes back, tells of it. One thread. */
#ifndef NFAAS_TOOLS_GENERATOR_H
#define NFAAS_TOOLS_GENERATOR_H

#include "port/port.h"
#include "pulse.h"
#include "stream.h"

#define STREAMS_MAX 8

enum { OUT, BACK, APART, LINKS_MAX };

struct generator {
	struct stream streams[STREAMS_MAX];
	unsigned n_streams;
	const char *sockets[LINKS_MAX];
	struct port *links[LINKS_MAX]; /* NULL = none; BACK may be OUT */
	unsigned seconds;
	bool server;
	uint16_t pmd_queues; /* 0 = our own driver */
	struct port_context context;
	uint64_t foreign; /* received packets of no stream */
	uint32_t window;  /* 0 = none */
	uint32_t under_way;
	uint64_t last_received; /* TSC */
	unsigned pulse_us;      /* 0 = no pulses */
	unsigned longest_us;    /* pulses_start() */
	struct pulses pulses;
};

/* Returns how many seconds it sent. */
double generator_run(struct generator *generator);

/* One line of JSON on standard output. */
void generator_report(struct generator *generator, double seconds);

#endif
