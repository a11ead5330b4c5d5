/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A flood in pulses, four kinds in turn: the first stream alone, of which nothing is told, since the flood before it is still
 * worked off; alone again; all streams at their rates, each at its share; all but the first at ten times that, the flood. So the
 * first one's times in each company are of the same seconds. Of each pulse the last quarter is measured: what the one before left in
 * rings is on its way by then.
 *
 * A machine stops a CPU for as long as dozens of packets take, for its own purposes and up to thousands of times a second. A pulse in
 * whose quarter this program itself was stopped is void. The other CPU's stops can't be seen from here; what can is a time longer than
 * the pod takes for anything, and a pulse with one is counted, `waited`, and left out of the times. Stops come to all kinds alike: a
 * flood that made the first one wait so long would show as more such pulses. Without a longest time nothing is void: waking a pod
 * that sleeps takes this program as long as a stop. Lengths are random, uniform in three to five
 * quarters of the mean, so that no kind keeps step with what comes at regular times.
 */
#ifndef NFAAS_TOOLS_PULSE_H
#define NFAAS_TOOLS_PULSE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "times.h"

#define PULSES_MAX 8192
#define PULSE_FLOOD_TIMES 10

enum pulse_kind { PULSE_REST, PULSE_ALONE, PULSE_SHARE, PULSE_FLOOD, PULSE_KINDS };

struct pulse_figures {
	unsigned n;      /* pulses */
	unsigned judged; /* not void */
	unsigned waited; /* of these */
	struct times times; /* of the first's packets in the rest */
	double kept[PULSES_MAX]; /* came back, of what was offered; what the link refused is offered too */
	double beside[PULSES_MAX]; /* packets of all others, offered for each of the first's */
};

struct pulses {
	uint64_t length;  /* TSC cycles, the mean; 0 = none */
	uint64_t longest; /* TSC cycles; a packet that takes longer has waited for what is not the pod's; 0 = no bound */
	uint64_t stop, before; /* TSC cycles, see pulse.c */
	uint64_t looked;  /* at the clock, last */
	uint64_t measured_from, ends; /* the present one */
	enum pulse_kind kind; /* of the present one */
	bool is_void, has_waited; /* the present one */
	struct times times; /* of the present one */
	uint64_t offered, received; /* the first's */
	uint64_t others_offered;
	struct pulse_figures figures[PULSE_KINDS];
};

/* In microseconds; longest: 0 = no bound, and no pulse is void. */
void pulses_start(struct pulses *pulses, unsigned length_us, unsigned longest_us, uint64_t now);
/* At every look at the clock. Begins the next pulse when its time has come. */
void pulses_tick(struct pulses *pulses, uint64_t now);
/* A packet of the first stream came back. */
void pulses_received(struct pulses *pulses, uint64_t sent_at, uint64_t now);
void pulses_offered(struct pulses *pulses, unsigned packets, bool of_the_first);
/* As a JSON member "pulses", with a comma before it. */
void pulses_print(struct pulses *pulses, FILE *file);

#endif
