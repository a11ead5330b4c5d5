/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A flood in pulses, four kinds in turn: the first stream alone, of which nothing is told, since the flood before it is still
 * worked off; alone again; all streams at their rates, each at its share; all but the first at ten times that, the flood. So the
 * first one's times in each company are of the same seconds. Each pulse has figures of its own; told are medians over the pulses,
 * and of times the lower quartile, of all kinds alike: the pulses that met least of what else the machine does.
 */
#ifndef NFAAS_TOOLS_PULSE_H
#define NFAAS_TOOLS_PULSE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "times.h"

#define PULSES_MAX 4096
#define PULSE_FLOOD_TIMES 10

enum pulse_kind { PULSE_REST, PULSE_ALONE, PULSE_SHARE, PULSE_FLOOD, PULSE_KINDS };

struct pulse_figures {
	unsigned n;
	double us_p50[PULSES_MAX], us_p99[PULSES_MAX];
	double kept[PULSES_MAX]; /* came back, of what was offered; what the link refused is offered too */
	double beside[PULSES_MAX]; /* packets of all others, offered for each of the first's */
};

struct pulses {
	uint64_t length;  /* TSC cycles; 0 = none */
	uint64_t started; /* the present one */
	enum pulse_kind kind; /* of the present one */
	struct times times; /* of the present one */
	uint64_t offered, received; /* the first's */
	uint64_t others_offered;
	struct pulse_figures figures[PULSE_KINDS];
};

void pulses_start(struct pulses *pulses, unsigned length_ms, uint64_t now);
/* Begins the next pulse when its time has come. */
void pulses_tick(struct pulses *pulses, uint64_t now);
/* A packet of the first stream came back. */
void pulses_received(struct pulses *pulses, uint64_t sent_at, uint64_t now);
void pulses_offered(struct pulses *pulses, unsigned packets, bool of_the_first);
/* As a JSON member "pulses", with a comma before it. */
void pulses_print(struct pulses *pulses, FILE *file);

#endif
