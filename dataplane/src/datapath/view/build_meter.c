/* SPDX-License-Identifier: Apache-2.0 */
/* A traffic class's meter. */
#include "../function/rate_limiter.h"

#define BITS_PER_BYTE 8

static bool
read_rate(struct dp_build *build, uint64_t bits, const char *field, uint64_t *rate)
{
	*rate = bits / BITS_PER_BYTE;
	if (*rate >= 1 && *rate <= DP_METER_RATE_MAX)
		return true;
	return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), field, "a rate is 8 bit/s to 400 Gbit/s, not %llu",
		(unsigned long long)bits);
}

static bool
read_burst(struct dp_build *build, uint64_t bytes, const char *field, uint64_t *burst)
{
	*burst = bytes;
	if (bytes <= DP_METER_BURST_MAX)
		return true;
	return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), field, "a burst has at most %llu bytes, not %llu",
		(unsigned long long)DP_METER_BURST_MAX, (unsigned long long)bytes);
}

static bool
read_single_rate(struct dp_build *build, const Nfaas__Dataplane__V1__Meter *message, struct dp_meter_profile *profile)
{
	if (!read_burst(build, message->excess_burst, "excess_burst", &profile->burst[1]))
		return false;
	return profile->burst[0] + profile->burst[1] > 0
		|| dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "committed_burst", "without any burst no packet can pass");
}

static bool
read_two_rate(struct dp_build *build, const Nfaas__Dataplane__V1__Meter *message, struct dp_meter_profile *profile)
{
	profile->two_rate = 1;
	if (!read_rate(build, message->peak_rate, "peak_rate", &profile->rate[1])
		|| !read_burst(build, message->peak_burst, "peak_burst", &profile->burst[1]))
		return false;
	if (profile->rate[1] < profile->rate[0])
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "peak_rate", "the peak rate is below the committed rate");
	return (profile->burst[0] > 0 && profile->burst[1] > 0)
		|| dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "peak_burst", "both bursts of a two-rate meter are above 0");
}

static bool
read_kind(struct dp_build *build, const Nfaas__Dataplane__V1__Meter *message, struct dp_meter_profile *profile)
{
	switch (message->kind) {
	case NFAAS__DATAPLANE__V1__METER_KIND__METER_KIND_SINGLE_RATE:
		return read_single_rate(build, message, profile);
	case NFAAS__DATAPLANE__V1__METER_KIND__METER_KIND_TWO_RATE:
		return read_two_rate(build, message, profile);
	default:
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "kind", "a meter has a single rate or two, not kind %d",
			(int)message->kind);
	}
}

bool
dp_build_meter(struct dp_build *build, const Nfaas__Dataplane__V1__Meter *message, struct dp_meter_profile *profile)
{
	size_t mark;

	if (message == NULL)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "meter", "a class needs a meter");
	mark = dp_path_enter(build, ".meter");
	*profile = (struct dp_meter_profile){.colour_aware = message->colour_aware};
	if (!read_rate(build, message->committed_rate, "committed_rate", &profile->rate[0])
		|| !read_burst(build, message->committed_burst, "committed_burst", &profile->burst[0])
		|| !read_kind(build, message, profile))
		return false;
	dp_meter_profile_finish(profile, build->dp->tsc_hz);
	dp_path_leave(build, mark);
	return true;
}
