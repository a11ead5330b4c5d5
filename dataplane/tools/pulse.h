/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A flood in pulses, three kinds in turn: the first stream alone; all streams at its rate, each at its share; all streams at
 * their own rates, the flood. So the first one's times in each company are of the same seconds. Each pulse has figures of its
 * own; told are the medians over the pulses, so that what the machine does meanwhile counts as little as it can.
 */
#ifndef NFAAS_TOOLS_PULSE_H
#define NFAAS_TOOLS_PULSE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "times.h"

#define PULSES_MAX 4096

enum pulse_kind { PULSE_ALONE, PULSE_SHARE, PULSE_FLOOD, PULSE_KINDS };

struct pulse_figures {
	unsigned n;
	double us_p50[PULSES_MAX], us_p99[PULSES_MAX];
	double kept[PULSES_MAX]; /* came back, of what was offered; what the link refused is offered too */
};

struct pulses {
	uint64_t length;  /* TSC cycles; 0 = none */
	uint64_t started; /* the present one */
	enum pulse_kind kind; /* of the present one */
	struct times times; /* of the present one */
	uint64_t offered, received;
	struct pulse_figures figures[PULSE_KINDS];
};

void pulses_start(struct pulses *pulses, unsigned length_ms, uint64_t now);
/* Begins the next pulse when its time has come. */
void pulses_tick(struct pulses *pulses, uint64_t now);
/* A packet of the first stream came back. */
void pulses_received(struct pulses *pulses, uint64_t sent_at, uint64_t now);
void pulses_offered(struct pulses *pulses, unsigned packets);
/* As a JSON member "pulses", with a comma before it. */
void pulses_print(struct pulses *pulses, FILE *file);

#endif
