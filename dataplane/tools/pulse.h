/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A flood in pulses: in every other one all streams send, in the others the first alone, so that its times with and
 * without the flood are of the same seconds. Each pulse has figures of its own; told are the medians over the pulses,
 * so that what the machine does meanwhile counts as little as it can.
 */
#ifndef NFAAS_TOOLS_PULSE_H
#define NFAAS_TOOLS_PULSE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "times.h"

#define PULSES_MAX 4096

struct pulse_kind {
	unsigned n;
	double us_p50[PULSES_MAX], us_p99[PULSES_MAX];
	double kept[PULSES_MAX]; /* came back, of what was offered; what the link refused is offered too */
};

struct pulses {
	uint64_t length;  /* TSC cycles; 0 = none */
	uint64_t started; /* the present one */
	bool flood;       /* the present one is one of all streams */
	struct times times; /* of the present one */
	uint64_t offered, received;
	struct pulse_kind quiet, flooded;
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
