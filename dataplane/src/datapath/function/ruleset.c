/* SPDX-License-Identifier: Apache-2.0 */
#include "ruleset.h"

#include <stdlib.h>
#include <string.h>

struct dp_ruleset *
dp_ruleset_build(const struct dp_rule *rules, uint32_t n, bool default_allow, uint32_t id)
{
	struct dp_ruleset *set = calloc(1, sizeof(*set) + n * sizeof(*rules));

	if (set == NULL)
		return NULL;
	set->references = 1;
	set->id = id;
	set->n = n;
	set->default_allow = default_allow;
	if (n > 0)
		memcpy(set->rules, rules, n * sizeof(*rules));
	return set;
}

bool
dp_ruleset_equals(const struct dp_ruleset *set, const struct dp_rule *rules, uint32_t n, bool default_allow)
{
	return set->n == n && set->default_allow == default_allow
		&& (n == 0 || memcmp(set->rules, rules, n * sizeof(*rules)) == 0);
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
	free(set);
}

static bool
in_range(struct dp_port_range range, uint16_t port, bool known)
{
	if (range.first == 0 && range.last == UINT16_MAX)
		return true;
	return known && port >= range.first && port <= range.last;
}

static bool
rule_matches(const struct dp_rule *rule, const struct dp_rule_key *key)
{
	return !rule->never && (rule->protocol == 0 || rule->protocol == key->protocol)
		&& dp_prefix_holds(rule->source, key->source) && dp_prefix_holds(rule->destination, key->destination)
		&& in_range(rule->source_ports, key->source_port, key->has_ports)
		&& in_range(rule->destination_ports, key->destination_port, key->has_ports);
}

struct dp_verdict
dp_ruleset_match(const struct dp_ruleset *set, const struct dp_rule_key *key)
{
	for (uint32_t i = 0; i < set->n; i++)
		if (rule_matches(&set->rules[i], key))
			return (struct dp_verdict){.allow = set->rules[i].allow, .rule = (uint16_t)i};
	return (struct dp_verdict){.allow = set->default_allow, .rule = (uint16_t)set->n};
}
