/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of domain names: what matches, what is refused, and what a million of them cost. */
#include <rte_cycles.h>

#include "lib/test.h"
#include "web/domain_set.h"

#define MILLION 1000000
#define LOOKS 100000

static const struct dp_sip_key key = {{UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)}};
static const uint8_t digest[DP_DOMAIN_DIGEST];

static unsigned
match(const struct dp_domain_set *set, const char *text)
{
	struct dp_domain_hashes hashes;
	struct dp_domain_name name;

	CHECK(dp_domain_name_read(&name, (const uint8_t *)text, strlen(text)));
	dp_domain_hash(&set->key, &name, &hashes);
	return dp_domain_set_match(set, &hashes);
}

static struct dp_domain_set *
create(const char *names, size_t *line)
{
	return dp_domain_set_create(&key, digest, (const uint8_t *)names, strlen(names), line);
}

/* Appendix A of the paper: 00 01 02 .. 0e under the key 00 .. 0f. */
static void
siphash_is_that_of_its_paper(void)
{
	uint8_t message[15];

	for (uint8_t i = 0; i < sizeof(message); i++)
		message[i] = i;
	CHECK_EQUAL(dp_siphash(&key, message, sizeof(message)), UINT64_C(0xa129ca6149be45e5));
}

static void
names_match_themselves_and_wildcards_what_is_below(void)
{
	size_t line;
	struct dp_domain_set *set = create("example.com\n*.example.org\nDeep.A.b.C.example.net\n*.com.au\n*.shop.com.au", &line);

	CHECK(set != NULL);
	CHECK(match(set, "example.com") > 0 && match(set, "EXAMPLE.com.") > 0);
	CHECK_EQUAL(match(set, "www.example.com"), 0);
	CHECK_EQUAL(match(set, "example.org"), 0);
	CHECK(match(set, "www.example.org") > 0 && match(set, "a.b.c.d.example.org") > 0);
	CHECK_EQUAL(match(set, "notexample.org"), 0);
	CHECK(match(set, "deep.a.b.c.example.net") > 0);
	CHECK_EQUAL(match(set, "a.b.c.example.net"), 0);
	CHECK(match(set, "x.shop.com.au") > match(set, "x.com.au"));
	CHECK_EQUAL(match(set, "com"), 0);
	dp_domain_set_unref(set);
}

static void
exact_names_are_more_specific_than_any_wildcard(void)
{
	size_t line;
	struct dp_domain_set *wild = create("*.b.c\n*.c", &line), *exact = create("a.b.c", &line);

	CHECK(match(exact, "a.b.c") > match(wild, "a.b.c"));
	CHECK(match(wild, "a.b.c") > match(wild, "b.c"));
	dp_domain_set_unref(wild);
	dp_domain_set_unref(exact);
}

static void
bad_names_are_told_by_their_line(void)
{
	static const struct {
		const char *names;
		size_t line;
	} bad[] = {{"a.b\n\nc.d", 2}, {"a.b\n", 1}, {"a b", 1}, {"a.b\nc.d\n*.*.e", 3}, {"*", 1}, {"*.", 1}, {"a.*.b", 1},
		{"a.b\nb\xc3\xbc.de", 2}};
	size_t line;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK(create(bad[i].names, &line) == NULL);
		CHECK_EQUAL(line, bad[i].line);
	}
}

static void
empty_set_matches_nothing(void)
{
	size_t line;
	struct dp_domain_set *set = create("", &line);

	CHECK(set != NULL);
	CHECK_EQUAL(match(set, "a.b"), 0);
	dp_domain_set_unref(set);
}

/* Every tenth a wildcard. */
static struct dp_domain_set *
create_many(unsigned n)
{
	char *names = malloc((size_t)n * 32), *at = names;
	struct dp_domain_set *set;
	size_t line;

	CHECK(names != NULL);
	for (unsigned i = 0; i < n; i++)
		at += sprintf(at, "%s%ssite-%u.example-%u.com", i > 0 ? "\n" : "", i % 10 == 0 ? "*." : "", i, i % 1000);
	set = dp_domain_set_create(&key, digest, (const uint8_t *)names, (size_t)(at - names), &line);
	CHECK(set != NULL);
	CHECK_EQUAL(set->n_names, n);
	free(names);
	return set;
}

static double
cycles_per_look(const struct dp_domain_set *set, unsigned n, bool hit)
{
	uint64_t seed = 1, spent = 0;
	char text[64];

	for (unsigned i = 0; i < LOOKS; i++) {
		unsigned number = (unsigned)(test_random(&seed) % n);
		struct dp_domain_hashes hashes;
		struct dp_domain_name name;
		uint64_t start;
		bool found;

		sprintf(text, "%ssite-%u.example-%u.%s", number % 10 == 0 ? "www." : "", number, number % 1000, hit ? "com" : "net");
		start = rte_rdtsc();
		CHECK(dp_domain_name_read(&name, (const uint8_t *)text, strlen(text)));
		dp_domain_hash(&set->key, &name, &hashes);
		found = dp_domain_set_match(set, &hashes) > 0;
		spent += rte_rdtsc() - start;
		CHECK_EQUAL(found, hit);
	}
	return (double)spent / LOOKS;
}

static void
million_names_are_all_found_in_thirteen_bytes_each(void)
{
	struct dp_domain_set *many = create_many(MILLION), *few = create_many(1000);

	printf("  %.1f MB a million; cycles a look: %.0f hit, %.0f miss; of a thousand: %.0f hit, %.0f miss\n",
		(double)dp_domain_set_bytes(many) / 1e6, cycles_per_look(many, MILLION, true), cycles_per_look(many, MILLION, false),
		cycles_per_look(few, 1000, true), cycles_per_look(few, 1000, false));
	CHECK(dp_domain_set_bytes(many) <= 13 * (size_t)MILLION);
	dp_domain_set_unref(many);
	dp_domain_set_unref(few);
}

TEST_MAIN(TEST(siphash_is_that_of_its_paper), TEST(names_match_themselves_and_wildcards_what_is_below),
	TEST(exact_names_are_more_specific_than_any_wildcard), TEST(bad_names_are_told_by_their_line),
	TEST(empty_set_matches_nothing), TEST(million_names_are_all_found_in_thirteen_bytes_each))
