/* SPDX-License-Identifier: Apache-2.0 */
#include "pulse.h"

#include <stdlib.h>

#include <rte_cycles.h>
#include <rte_random.h>

#define STOP_US 4     /* between two looks at the clock: this program was stopped */
#define BEFORE_US 100 /* the quarter, in which a stop still tells on it */

static void
begin(struct pulses *p, uint64_t now)
{
	uint64_t length = p->length * 3 / 4 + rte_rand_max(p->length / 2);

	p->measured_from = now + length * 3 / 4;
	p->ends = now + length;
	p->is_void = p->has_waited = false;
	p->offered = p->others_offered = p->received = 0;
	times_clear(&p->times);
}

void
pulses_start(struct pulses *p, unsigned length_us, unsigned longest_us, uint64_t now)
{
	const uint64_t us = rte_get_tsc_hz() / 1000000;

	p->length = length_us * us;
	p->longest = longest_us * us;
	p->stop = STOP_US * us;
	p->before = BEFORE_US * us;
	p->looked = now;
	begin(p, now);
}

static void
conclude(struct pulses *p)
{
	struct pulse_figures *k = &p->figures[p->kind];

	if (p->offered == 0 || k->n == PULSES_MAX)
		return;
	k->beside[k->n] = (double)p->others_offered / (double)p->offered;
	k->kept[k->n++] = (double)p->received / (double)p->offered;
	if (p->is_void)
		return;
	k->judged++;
	if (p->has_waited)
		k->waited++;
	else
		times_merge(&k->times, &p->times);
}

void
pulses_tick(struct pulses *p, uint64_t now)
{
	if (p->length == 0)
		return;
	if (p->longest != 0 && now - p->looked > p->stop && now + p->before >= p->measured_from)
		p->is_void = true;
	p->looked = now;
	if (now < p->ends)
		return;
	conclude(p);
	begin(p, now);
	p->kind = (p->kind + 1) % PULSE_KINDS;
}

void
pulses_received(struct pulses *p, uint64_t sent_at, uint64_t now)
{
	if (p->length == 0)
		return;
	p->received++;
	if (sent_at < p->measured_from)
		return;
	times_add(&p->times, now - sent_at);
	p->has_waited |= p->longest != 0 && now - sent_at > p->longest;
}

void
pulses_offered(struct pulses *p, unsigned packets, bool of_the_first)
{
	*(of_the_first ? &p->offered : &p->others_offered) += packets;
}

static int
compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double
median(double *values, unsigned n)
{
	qsort(values, n, sizeof(*values), compare);
	return n == 0 ? 0 : values[n / 2];
}

static void
print_figures(struct pulse_figures *k, const char *name, FILE *file)
{
	fprintf(file, "\"%s\": {\"n\": %u, \"judged\": %u, \"waited\": %u, \"kept\": %.4f, \"us_p50\": %.2f, \"us_p99\": %.2f, \"beside\": %.2f}",
		name, k->n, k->judged, k->waited, median(k->kept, k->n), times_percentile(&k->times, 50),
		times_percentile(&k->times, 99), median(k->beside, k->n));
}

void
pulses_print(struct pulses *p, FILE *file)
{
	static const char *const names[PULSE_KINDS] = {[PULSE_ALONE] = "alone", [PULSE_SHARE] = "share", [PULSE_FLOOD] = "flood"};

	if (p->length == 0)
		return;
	fprintf(file, ", \"pulses\": {");
	for (unsigned i = PULSE_ALONE; i < PULSE_KINDS; i++) {
		fprintf(file, i == PULSE_ALONE ? "" : ", ");
		print_figures(&p->figures[i], names[i], file);
	}
	fprintf(file, "}");
}
