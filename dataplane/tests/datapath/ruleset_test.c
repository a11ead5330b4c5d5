/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/frame.h"
#include "lib/test.h"
#include "function/ruleset.h"

#define MANY 300
#define PROBES 20000

static struct dp_rule
any_rule(bool allow)
{
	return (struct dp_rule){.source_ports = {0, UINT16_MAX}, .destination_ports = {0, UINT16_MAX}, .allow = allow,
		.ipv4 = 1, .ipv6 = 1};
}

/* Every prefix also among IPv6 addresses, of those that frame_ip6() makes. */
static struct dp_prefix6
prefix6(struct dp_prefix prefix)
{
	if (prefix.mask == 0)
		return (struct dp_prefix6){0};
	return dp_prefix6_make(frame_ip6(prefix.address), FRAME_IP6_LENGTH((unsigned)__builtin_popcount(prefix.mask)));
}

static struct dp_rule_key
as_ipv6(struct dp_rule_key key)
{
	key.ipv6 = true;
	key.source6 = frame_ip6(key.source);
	key.destination6 = frame_ip6(key.destination);
	key.source = key.destination = 0;
	return key;
}

/* Either family's rules give the same where they say the same. */
static struct dp_ruleset *
build(const struct dp_rule *rules, uint32_t n)
{
	struct dp_rule6 *rules6 = calloc(n, sizeof(*rules6));
	struct dp_ruleset *set;

	CHECK(rules6 != NULL);
	for (uint32_t i = 0; i < n; i++)
		rules6[i] = (struct dp_rule6){.source = prefix6(rules[i].source), .destination = prefix6(rules[i].destination)};
	set = dp_ruleset_build(rules, rules6, n, false, 1);
	free(rules6);

	CHECK(set != NULL);
	return set;
}

static void
first_matching_rule_decides_and_else_the_default(void)
{
	struct dp_rule rules[3] = {any_rule(false), any_rule(true), any_rule(false)};
	struct dp_rule_key key = {.source = IP(10, 0, 0, 1), .destination_port = 80, .protocol = IPPROTO_TCP,
		.has_ports = true}, key6;
	struct dp_ruleset *set;

	rules[0].source = dp_prefix_make(IP(10, 9, 0, 0), 16);
	rules[1].destination_ports = (struct dp_port_range){80, 90};
	rules[2].source = dp_prefix_make(IP(10, 0, 0, 0), 8);
	set = build(rules, 3);
	CHECK_EQUAL(dp_ruleset_match(set, &key).rule, 1);
	CHECK(dp_ruleset_match(set, &key).allow);
	key6 = as_ipv6(key);
	CHECK_EQUAL(dp_ruleset_match(set, &key6).rule, 1);
	key.destination_port = 91;
	CHECK_EQUAL(dp_ruleset_match(set, &key).rule, 2);
	key6 = as_ipv6(key);
	CHECK_EQUAL(dp_ruleset_match(set, &key6).rule, 2);
	key.source = IP(11, 0, 0, 1);
	CHECK_EQUAL(dp_ruleset_match(set, &key).rule, 3);
	key6 = as_ipv6(key);
	CHECK_EQUAL(dp_ruleset_match(set, &key6).rule, 3);
	CHECK(!dp_ruleset_match(set, &key).allow);
	dp_ruleset_unref(set);
}

static void
rule_with_ports_never_matches_a_packet_without(void)
{
	struct dp_rule rule = any_rule(true);
	struct dp_rule_key key = {.protocol = IPPROTO_ICMP};
	struct dp_ruleset *set;

	rule.destination_ports = (struct dp_port_range){0, 100};
	set = build(&rule, 1);
	CHECK_EQUAL(dp_ruleset_match(set, &key).rule, 1);
	dp_ruleset_unref(set);
}

static struct dp_rule
random_rule(uint64_t *seed)
{
	static const uint8_t protocols[] = {0, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP};
	static const unsigned lengths[] = {0, 8, 24, 28, 32};
	uint64_t random = test_random(seed);
	struct dp_rule rule = any_rule(random & 1);

	rule.protocol = protocols[(random >> 1) % 4];
	rule.source = dp_prefix_make(IP(10, 0, (random >> 8) % 4, (random >> 16) % 64), lengths[(random >> 24) % 5]);
	rule.destination = dp_prefix_make(IP(10, 0, (random >> 32) % 4, (random >> 40) % 64), lengths[(random >> 48) % 5]);
	if (rule.protocol != IPPROTO_ICMP && (random >> 52) % 2) {
		rule.destination_ports.first = (uint16_t)((random >> 53) % 64);
		rule.destination_ports.last = (uint16_t)(rule.destination_ports.first + (random >> 59));
	}
	rule.ipv4 = (random >> 56) % 16 != 0;
	rule.ipv6 = (random >> 60) % 16 != 0;
	return rule;
}

static struct dp_rule_key
random_key(uint64_t *seed)
{
	static const uint8_t protocols[] = {IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, 89};
	uint64_t random = test_random(seed);
	struct dp_rule_key key = {
		.source = IP(10, 0, random % 40, (random >> 8) % 70),
		.destination = IP(10, 0, (random >> 16) % 40, (random >> 24) % 70),
		.protocol = protocols[(random >> 32) % 4],
	};

	key.has_ports = key.protocol == IPPROTO_TCP || key.protocol == IPPROTO_UDP;
	if (key.has_ports) {
		key.source_port = (uint16_t)(random >> 48);
		key.destination_port = (uint16_t)((random >> 40) % 80);
	}
	return key;
}

/* The trie of a long list against the same rules in lists short enough to be tried one by one. */
static void
long_list_decides_as_its_rules_tried_one_by_one(void)
{
	static struct dp_rule rules[MANY];
	struct dp_ruleset *whole, *parts[MANY / 60];
	uint64_t seed = 7;
	unsigned matched = 0;

	for (unsigned i = 0; i < MANY; i++) {
		rules[i] = random_rule(&seed);
		if (rules[i].source.mask << 8 == 0 && rules[i].destination.mask << 8 == 0)
			rules[i].ipv4 = rules[i].ipv6 = 0; /* too wide: all would end there */
	}
	whole = build(rules, MANY);
	CHECK(whole->acl != NULL && whole->acl6 != NULL);
	for (unsigned i = 0; i < RTE_DIM(parts); i++)
		parts[i] = build(rules + 60 * i, 60);
	for (unsigned probe = 0; probe < PROBES; probe++) {
		struct dp_rule_key key = random_key(&seed);
		uint32_t expected = MANY;

		if (probe % 2 == 1)
			key = as_ipv6(key);

		for (unsigned i = 0; i < RTE_DIM(parts) && expected == MANY; i++)
			if (dp_ruleset_match(parts[i], &key).rule < 60)
				expected = 60 * i + dp_ruleset_match(parts[i], &key).rule;
		CHECK_EQUAL(dp_ruleset_match(whole, &key).rule, expected);
		matched += expected < MANY;
	}
	CHECK(matched > PROBES / 20 && matched < PROBES / 2);
	for (unsigned i = 0; i < RTE_DIM(parts); i++)
		dp_ruleset_unref(parts[i]);
	dp_ruleset_unref(whole);
}

static void
rule_of_one_family_never_matches_a_packet_of_the_other(void)
{
	struct dp_rule rules[2] = {any_rule(true), any_rule(true)};
	struct dp_rule_key key = {.source = IP(10, 0, 0, 1), .destination = IP(10, 0, 0, 2), .protocol = 89};
	struct dp_rule_key key6 = as_ipv6(key);
	struct dp_ruleset *set;

	rules[0].ipv6 = 0;
	rules[1].ipv4 = 0;
	set = build(rules, 2);
	CHECK_EQUAL(dp_ruleset_match(set, &key).rule, 0);
	CHECK_EQUAL(dp_ruleset_match(set, &key6).rule, 1);
	dp_ruleset_unref(set);
}

TEST_MAIN(TEST(first_matching_rule_decides_and_else_the_default), TEST(rule_of_one_family_never_matches_a_packet_of_the_other), TEST(rule_with_ports_never_matches_a_packet_without),
	TEST(long_list_decides_as_its_rules_tried_one_by_one))
