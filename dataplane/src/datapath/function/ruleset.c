/* SPDX-License-Identifier: Apache-2.0 */
#include "ruleset.h"

#include <stdlib.h>
#include <string.h>

#include <rte_acl.h>

#include "ruleset_acl.h"

#define LINEAR_MAX 64 /* rules tried one by one; about where the trie is faster */

static void
destroy(struct dp_ruleset *set)
{
	rte_acl_free(set->acl);
	rte_acl_free(set->acl6);
	free(set->rules6);
	free(set);
}

struct dp_ruleset *
dp_ruleset_build(const struct dp_rule *rules, const struct dp_rule6 *rules6, uint32_t n, bool default_allow, uint32_t id)
{
	struct dp_ruleset *set = calloc(1, sizeof(*set) + n * sizeof(*rules));

	if (set == NULL)
		return NULL;
	set->references = 1;
	set->id = id;
	set->n = n;
	set->default_allow = default_allow;
	set->rules6 = calloc(n + 1u, sizeof(*rules6));
	if (set->rules6 == NULL) {
		destroy(set);
		return NULL;
	}
	if (n > 0) {
		memcpy(set->rules, rules, n * sizeof(*rules));
		memcpy(set->rules6, rules6, n * sizeof(*rules6));
	}
	if (n > LINEAR_MAX) {
		set->acl = dp_ruleset_acl_build(rules, n);
		set->acl6 = dp_ruleset_acl6_build(rules, rules6, n);
	}
	return set;
}

bool
dp_ruleset_equals(const struct dp_ruleset *set, const struct dp_rule *rules, const struct dp_rule6 *rules6, uint32_t n,
	bool default_allow)
{
	return set->n == n && set->default_allow == default_allow
		&& (n == 0 || (memcmp(set->rules, rules, n * sizeof(*rules)) == 0
			&& memcmp(set->rules6, rules6, n * sizeof(*rules6)) == 0));
}

struct dp_ruleset *
dp_ruleset_ref(struct dp_ruleset *set)
{
	set->references++;
	return set;
}

void
dp_ruleset_unref(struct dp_ruleset *set)
{
	if (set == NULL || --set->references > 0)
		return;
	destroy(set);
}

static bool
in_range(struct dp_port_range range, uint16_t port, bool known)
{
	if (range.first == 0 && range.last == UINT16_MAX)
		return true;
	return known && port >= range.first && port <= range.last;
}

static bool
ports_match(const struct dp_rule *rule, const struct dp_rule_key *key)
{
	return in_range(rule->source_ports, key->source_port, key->has_ports)
		&& in_range(rule->destination_ports, key->destination_port, key->has_ports);
}

static bool
rule_matches(const struct dp_rule *rule, const struct dp_rule_key *key)
{
	return rule->ipv4 && (rule->protocol == 0 || rule->protocol == key->protocol)
		&& dp_prefix_holds(rule->source, key->source) && dp_prefix_holds(rule->destination, key->destination)
		&& ports_match(rule, key);
}

static bool
rule_matches6(const struct dp_rule *rule, const struct dp_rule6 *rule6, const struct dp_rule_key *key)
{
	return rule->ipv6 && (rule->protocol == 0 || rule->protocol == key->protocol)
		&& dp_prefix6_holds(&rule6->source, key->source6) && dp_prefix6_holds(&rule6->destination, key->destination6)
		&& ports_match(rule, key);
}

static uint32_t
match_one_by_one(const struct dp_ruleset *set, const struct dp_rule_key *key)
{
	for (uint32_t i = 0; i < set->n; i++)
		if (rule_matches(&set->rules[i], key))
			return i;
	return set->n;
}

static uint32_t
match_one_by_one6(const struct dp_ruleset *set, const struct dp_rule_key *key)
{
	for (uint32_t i = 0; i < set->n; i++)
		if (rule_matches6(&set->rules[i], &set->rules6[i], key))
			return i;
	return set->n;
}

static uint32_t
match(const struct dp_ruleset *set, const struct dp_rule_key *key)
{
	if (key->ipv6)
		return set->acl6 != NULL ? dp_ruleset_acl6_match(set->acl6, key, set->n) : match_one_by_one6(set, key);
	return set->acl != NULL ? dp_ruleset_acl_match(set->acl, key, set->n) : match_one_by_one(set, key);
}

struct dp_verdict
dp_ruleset_match(const struct dp_ruleset *set, const struct dp_rule_key *key)
{
	uint32_t rule = match(set, key);

	return (struct dp_verdict){
		.allow = rule < set->n ? set->rules[rule].allow : set->default_allow,
		.rule = (uint16_t)rule,
	};
}
