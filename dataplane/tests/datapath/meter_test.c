/* SPDX-License-Identifier: Apache-2.0 */
/* Meters against the definitions of RFC 2697 and RFC 2698, on a clock of the test's own. */
#include "function/meter.h"
#include "lib/test.h"

#define HZ UINT64_C(1000000)

static struct dp_meter_profile
single_rate(uint64_t rate, uint64_t committed, uint64_t excess)
{
	struct dp_meter_profile profile = {.rate = {rate}, .burst = {committed, excess}};

	dp_meter_profile_finish(&profile, HZ);
	return profile;
}

static struct dp_meter_profile
two_rate(uint64_t committed_rate, uint64_t committed, uint64_t peak_rate, uint64_t peak)
{
	struct dp_meter_profile profile = {.rate = {committed_rate, peak_rate}, .burst = {committed, peak}, .two_rate = 1};

	dp_meter_profile_finish(&profile, HZ);
	return profile;
}

static struct dp_meter
full(const struct dp_meter_profile *profile)
{
	struct dp_meter meter;

	dp_meter_init(&meter, profile);
	return meter;
}

static void
single_rate_is_green_then_yellow_then_red(void)
{
	struct dp_meter_profile profile = single_rate(1000, 300, 200);
	struct dp_meter meter = full(&profile);

	for (unsigned i = 0; i < 3; i++)
		CHECK_EQUAL(dp_meter_judge(&meter, &profile, 0, 100, DP_GREEN), DP_GREEN);
	for (unsigned i = 0; i < 2; i++)
		CHECK_EQUAL(dp_meter_judge(&meter, &profile, 0, 100, DP_GREEN), DP_YELLOW);
	CHECK_EQUAL(dp_meter_judge(&meter, &profile, 0, 1, DP_GREEN), DP_RED);
}

static void
single_rate_fills_the_committed_bucket_before_the_excess_one(void)
{
	struct dp_meter_profile profile = single_rate(1000, 300, 200);
	struct dp_meter meter = full(&profile);

	dp_meter_judge(&meter, &profile, 0, 300, DP_GREEN);
	dp_meter_judge(&meter, &profile, 0, 200, DP_GREEN);
	CHECK_EQUAL(dp_meter_judge(&meter, &profile, HZ * 4 / 10, 300, DP_GREEN), DP_GREEN); /* 400 bytes: 300 and 100 */
	CHECK_EQUAL(dp_meter_judge(&meter, &profile, HZ * 4 / 10, 101, DP_GREEN), DP_RED);
	CHECK_EQUAL(dp_meter_judge(&meter, &profile, HZ * 4 / 10, 100, DP_GREEN), DP_YELLOW);
}

static void
two_rate_is_red_above_peak_and_yellow_above_committed(void)
{
	struct dp_meter_profile profile = two_rate(1000, 100, 2000, 300);
	struct dp_meter meter = full(&profile);

	CHECK_EQUAL(dp_meter_judge(&meter, &profile, 0, 100, DP_GREEN), DP_GREEN);
	CHECK_EQUAL(dp_meter_judge(&meter, &profile, 0, 100, DP_GREEN), DP_YELLOW);
	CHECK_EQUAL(dp_meter_judge(&meter, &profile, 0, 100, DP_GREEN), DP_YELLOW);
	CHECK_EQUAL(dp_meter_judge(&meter, &profile, 0, 1, DP_GREEN), DP_RED);
	/* In 50 ms 50 committed and 100 peak bytes. */
	CHECK_EQUAL(dp_meter_judge(&meter, &profile, HZ / 20, 50, DP_GREEN), DP_GREEN);
	CHECK_EQUAL(dp_meter_judge(&meter, &profile, HZ / 20, 50, DP_GREEN), DP_YELLOW);
	CHECK_EQUAL(dp_meter_judge(&meter, &profile, HZ / 20, 1, DP_GREEN), DP_RED);
}

static void
red_packet_takes_no_tokens(void)
{
	struct dp_meter_profile profile = two_rate(1000, 100, 2000, 300);
	struct dp_meter meter = full(&profile);

	CHECK_EQUAL(dp_meter_judge(&meter, &profile, 0, 301, DP_GREEN), DP_RED);
	CHECK_EQUAL(dp_meter_judge(&meter, &profile, 0, 100, DP_GREEN), DP_GREEN);
	CHECK_EQUAL(dp_meter_judge(&meter, &profile, 0, 200, DP_GREEN), DP_YELLOW);
}

static void
aware_meter_never_improves_a_colour(void)
{
	struct dp_meter_profile single = single_rate(1000, 300, 200), two = two_rate(1000, 300, 2000, 600);

	single.colour_aware = two.colour_aware = 1;
	for (enum dp_colour before = DP_GREEN; before < DP_COLOURS; before++) {
		struct dp_meter one = full(&single), other = full(&two);

		CHECK_EQUAL(dp_meter_judge(&one, &single, 0, 100, before), before);
		CHECK_EQUAL(dp_meter_judge(&other, &two, 0, 100, before), before);
	}
}

static void
blind_meter_heeds_no_colour(void)
{
	struct dp_meter_profile profile = single_rate(1000, 300, 200);
	struct dp_meter meter = full(&profile);

	CHECK_EQUAL(dp_meter_judge(&meter, &profile, 0, 100, DP_RED), DP_GREEN);
}

/* Packets of random sizes at random times, at three times the rate. */
static void
green_bytes_are_the_rate_times_the_time_and_one_burst(void)
{
	static const uint64_t rates[] = {125, 125000, 12500000, DP_METER_RATE_MAX};

	for (unsigned r = 0; r < RTE_DIM(rates); r++) {
		struct dp_meter_profile profile = single_rate(rates[r], 3000, 0);
		struct dp_meter meter = full(&profile);
		uint64_t random = 7, now = 0, green = 0, most;

		for (unsigned i = 0; i < 100000; i++) {
			uint16_t bytes = (uint16_t)(40 + test_random(&random) % 1461);

			now += test_random(&random) % (2 * bytes * HZ / rates[r] / 3 + 1);
			if (dp_meter_judge(&meter, &profile, now, bytes, DP_GREEN) == DP_GREEN)
				green += bytes;
		}
		most = 3000 + (uint64_t)((unsigned __int128)rates[r] * now / HZ);
		CHECK(green <= most);
		CHECK(green + 1500 >= most || rates[r] == DP_METER_RATE_MAX);
	}
}

static void
rate_holds_over_ticks_too_short_to_earn_a_byte(void)
{
	struct dp_meter_profile profile = single_rate(100, 1000, 0);
	struct dp_meter meter = full(&profile);
	uint64_t green = 0;

	for (uint64_t now = 1; now <= 20 * HZ; now += 10)
		green += dp_meter_judge(&meter, &profile, now, 1, DP_GREEN) == DP_GREEN;
	CHECK(green >= 1000 + 20 * 100 - 1 && green <= 1000 + 20 * 100);
}

static void
silence_however_long_fills_one_burst(void)
{
	struct dp_meter_profile profile = {.rate = {DP_METER_RATE_MAX}, .burst = {DP_METER_BURST_MAX, DP_METER_BURST_MAX}};
	struct dp_meter meter;

	dp_meter_profile_finish(&profile, UINT64_C(8000000000));
	dp_meter_init(&meter, &profile);
	for (unsigned i = 0; i < DP_METER_BURST_MAX / 32768 * 2; i++)
		CHECK(dp_meter_judge(&meter, &profile, 0, 32768, DP_GREEN) != DP_RED);
	CHECK_EQUAL(dp_meter_judge(&meter, &profile, 0, 1, DP_GREEN), DP_RED);
	for (unsigned i = 0; i < DP_METER_BURST_MAX / 32768; i++)
		CHECK_EQUAL(dp_meter_judge(&meter, &profile, UINT64_MAX / 2, 32768, DP_GREEN), DP_GREEN);
	CHECK_EQUAL(dp_meter_judge(&meter, &profile, UINT64_MAX / 2, 32768, DP_GREEN), DP_YELLOW);
}

static void
clock_that_steps_back_earns_nothing(void)
{
	struct dp_meter_profile profile = single_rate(1000, 100, 0);
	struct dp_meter meter = full(&profile);

	CHECK_EQUAL(dp_meter_judge(&meter, &profile, 10 * HZ, 100, DP_GREEN), DP_GREEN);
	CHECK_EQUAL(dp_meter_judge(&meter, &profile, 9 * HZ, 1, DP_GREEN), DP_RED);
	CHECK_EQUAL(dp_meter_judge(&meter, &profile, 10 * HZ, 1, DP_GREEN), DP_RED);
}

TEST_MAIN(TEST(single_rate_is_green_then_yellow_then_red), TEST(single_rate_fills_the_committed_bucket_before_the_excess_one),
	TEST(two_rate_is_red_above_peak_and_yellow_above_committed), TEST(red_packet_takes_no_tokens),
	TEST(aware_meter_never_improves_a_colour), TEST(blind_meter_heeds_no_colour),
	TEST(green_bytes_are_the_rate_times_the_time_and_one_burst), TEST(rate_holds_over_ticks_too_short_to_earn_a_byte),
	TEST(silence_however_long_fills_one_burst), TEST(clock_that_steps_back_earns_nothing))
