/* SPDX-License-Identifier: Apache-2.0 */
#include "meter.h"

#include <rte_common.h>

static uint64_t
ticks_to_fill(uint64_t bytes, uint64_t rate, uint64_t hz)
{
	return rate == 0 ? 0 : bytes * hz / rate + 1;
}

void
dp_meter_profile_finish(struct dp_meter_profile *profile, uint64_t hz)
{
	uint64_t first = profile->burst[0] + (profile->two_rate ? 0 : profile->burst[1]);

	profile->hz = hz;
	profile->fill[0] = ticks_to_fill(first, profile->rate[0], hz);
	profile->fill[1] = profile->two_rate ? ticks_to_fill(profile->burst[1], profile->rate[1], hz) : 0;
}

void
dp_meter_init(struct dp_meter *meter, const struct dp_meter_profile *profile)
{
	*meter = (struct dp_meter){.tokens = {profile->burst[0] * profile->hz, profile->burst[1] * profile->hz}};
}

/* Tokens of the time that has passed, never more than fill all there is. */
static uint64_t
earned(const struct dp_meter_profile *profile, unsigned bucket, uint64_t elapsed)
{
	return RTE_MIN(elapsed, profile->fill[bucket]) * profile->rate[bucket];
}

static void
refill(struct dp_meter *meter, const struct dp_meter_profile *profile, uint64_t now)
{
	uint64_t elapsed = now > meter->updated ? now - meter->updated : 0;
	uint64_t full[2] = {profile->burst[0] * profile->hz, profile->burst[1] * profile->hz};
	uint64_t tokens = meter->tokens[0] + earned(profile, 0, elapsed);
	uint64_t more = profile->two_rate ? earned(profile, 1, elapsed) : tokens > full[0] ? tokens - full[0] : 0;

	meter->tokens[0] = RTE_MIN(tokens, full[0]);
	meter->tokens[1] = RTE_MIN(meter->tokens[1] + more, full[1]);
	meter->updated = RTE_MAX(now, meter->updated);
}

/* RFC 2697 section 3. */
static enum dp_colour
judge_single_rate(struct dp_meter *meter, uint64_t cost, enum dp_colour before)
{
	if (before == DP_GREEN && meter->tokens[0] >= cost) {
		meter->tokens[0] -= cost;
		return DP_GREEN;
	}
	if (before != DP_RED && meter->tokens[1] >= cost) {
		meter->tokens[1] -= cost;
		return DP_YELLOW;
	}
	return DP_RED;
}

/* RFC 2698 section 3. */
static enum dp_colour
judge_two_rate(struct dp_meter *meter, uint64_t cost, enum dp_colour before)
{
	if (before == DP_RED || meter->tokens[1] < cost)
		return DP_RED;
	meter->tokens[1] -= cost;
	if (before == DP_YELLOW || meter->tokens[0] < cost)
		return DP_YELLOW;
	meter->tokens[0] -= cost;
	return DP_GREEN;
}

enum dp_colour
dp_meter_judge(struct dp_meter *meter, const struct dp_meter_profile *profile, uint64_t now, uint16_t bytes,
	enum dp_colour before)
{
	uint64_t cost = bytes * profile->hz;

	if (!profile->colour_aware)
		before = DP_GREEN;
	refill(meter, profile, now);
	return profile->two_rate ? judge_two_rate(meter, cost, before) : judge_single_rate(meter, cost, before);
}
