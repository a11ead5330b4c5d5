/* SPDX-License-Identifier: Apache-2.0 */
/* Round trip times as a histogram whose slots are a 32nd of a power of two: told to 3 %. */
#ifndef NFAAS_TOOLS_TIMES_H
#define NFAAS_TOOLS_TIMES_H

#include <stdint.h>

#define TIMES_SLOTS 2048

struct times {
	uint64_t n;
	uint64_t slots[TIMES_SLOTS]; /* packets */
};

void times_add(struct times *times, uint64_t tsc_cycles);
/* Upper bound, in microseconds, of the times of so many of 100. */
double times_percentile(const struct times *times, unsigned percent);
/* Adds what `more` has. */
void times_merge(struct times *times, const struct times *more);
void times_clear(struct times *times);

#endif
