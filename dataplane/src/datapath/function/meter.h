/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Token buckets as in RFC 2697 (single rate, three colours) and RFC 2698 (two rates, three colours). Exact: tokens are
 * bytes times the clock's frequency, so that a tick adds a whole number of them and nothing is ever rounded.
 */
#ifndef NFAAS_DP_METER_H
#define NFAAS_DP_METER_H

#include <stdbool.h>
#include <stdint.h>

#define DP_METER_BURST_MAX (UINT64_C(1) << 29)             /* bytes: two of them times a clock of 8 GHz fit in 64 bits */
#define DP_METER_RATE_MAX (UINT64_C(400000000000) / 8)     /* bytes per second */

enum dp_colour { DP_GREEN, DP_YELLOW, DP_RED, DP_COLOURS };

/* What a meter is. No padding that is not zero: profiles are compared as bytes. */
struct dp_meter_profile {
	uint64_t rate[2];  /* bytes per second: committed, peak */
	uint64_t burst[2]; /* bytes: committed, then excess (single rate) or peak (two rate) */
	uint64_t hz;       /* of the clock */
	uint64_t fill[2];  /* ticks after which all is full */
	uint8_t two_rate;
	uint8_t colour_aware;
	uint8_t zero[6];
};

/* Where it stands. */
struct dp_meter {
	uint64_t tokens[2]; /* bytes * hz */
	uint64_t updated;   /* ticks of the clock */
};

/* Completes a profile whose rates, bursts and kind are set. */
void dp_meter_profile_finish(struct dp_meter_profile *profile, uint64_t hz);

/* Full buckets. */
void dp_meter_init(struct dp_meter *meter, const struct dp_meter_profile *profile);

/* The colour of a packet of `bytes` that had the colour `before`, at `now` ticks. A clock that steps back stands still. */
enum dp_colour dp_meter_judge(struct dp_meter *meter, const struct dp_meter_profile *profile, uint64_t now, uint16_t bytes,
	enum dp_colour before);

#endif
