/* SPDX-License-Identifier: Apache-2.0 */
#include "pulse.h"

#include <stdlib.h>

#include <rte_cycles.h>

#define PACKETS_MIN 100 /* a pulse with fewer tells no percentile */

void
pulses_start(struct pulses *p, unsigned length_ms, uint64_t now)
{
	p->length = length_ms * (rte_get_tsc_hz() / 1000);
	p->started = now;
}

void
pulses_tick(struct pulses *p, uint64_t now)
{
	struct pulse_figures *k = &p->figures[p->kind];

	if (p->length == 0 || now - p->started < p->length)
		return;
	if (p->kind != PULSE_REST && p->times.n >= PACKETS_MIN && k->n < PULSES_MAX) {
		k->beside[k->n] = (double)p->others_offered / (double)p->offered;
		k->kept[k->n] = (double)p->received / (double)p->offered;
		k->us_p50[k->n] = times_percentile(&p->times, 50);
		k->us_p99[k->n++] = times_percentile(&p->times, 99);
	}
	times_clear(&p->times);
	p->offered = p->others_offered = p->received = 0;
	p->started = now;
	p->kind = (p->kind + 1) % PULSE_KINDS;
}

void
pulses_received(struct pulses *p, uint64_t sent_at, uint64_t now)
{
	if (p->length == 0)
		return;
	/* The first half is of neither: what the pulse before has left in rings is on its way. */
	if (sent_at >= p->started + p->length / 2)
		times_add(&p->times, now - sent_at);
	p->received++;
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

/* The value that one in `part` is below. */
static double
quantile(double *values, unsigned n, unsigned part)
{
	qsort(values, n, sizeof(*values), compare);
	return n == 0 ? 0 : values[n / part];
}

static void
print_figures(struct pulse_figures *k, const char *name, FILE *file)
{
	fprintf(file, "\"%s\": {\"n\": %u, \"kept\": %.4f, \"us_p50\": %.2f, \"us_p99\": %.2f, \"beside\": %.2f}", name, k->n,
		quantile(k->kept, k->n, 2), quantile(k->us_p50, k->n, 4), quantile(k->us_p99, k->n, 4), quantile(k->beside, k->n, 2));
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
