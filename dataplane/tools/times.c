/* SPDX-License-Identifier: Apache-2.0 */
#include "times.h"

#include <string.h>

#include <rte_common.h>
#include <rte_cycles.h>

#define PER_POWER 32
#define PER_POWER_BITS 5

void
times_add(struct times *times, uint64_t cycles)
{
	unsigned power = 63 - (unsigned)__builtin_clzll(cycles | PER_POWER);
	unsigned slot = power * PER_POWER + (unsigned)(cycles >> (power - PER_POWER_BITS) & (PER_POWER - 1));

	times->slots[RTE_MIN(slot, TIMES_SLOTS - 1u)]++;
	times->n++;
}

static double
slot_us(unsigned slot)
{
	unsigned power = slot / PER_POWER;

	return (double)(UINT64_C(1) << (power - PER_POWER_BITS)) * (PER_POWER + slot % PER_POWER + 1) * 1e6 / (double)rte_get_tsc_hz();
}

double
times_percentile(const struct times *times, unsigned percent)
{
	uint64_t rest = times->n * percent / 100;
	unsigned slot = PER_POWER * PER_POWER_BITS;

	while (slot < TIMES_SLOTS - 1 && rest > times->slots[slot])
		rest -= times->slots[slot++];
	return slot_us(slot);
}

void
times_clear(struct times *times)
{
	memset(times, 0, sizeof(*times));
}

void
times_merge(struct times *times, const struct times *more)
{
	for (unsigned i = 0; i < TIMES_SLOTS; i++)
		times->slots[i] += more->slots[i];
	times->n += more->n;
}
