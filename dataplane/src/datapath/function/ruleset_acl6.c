/* SPDX-License-Identifier: Apache-2.0 */
#include "ruleset_acl.h"

#include <stddef.h>
#include <string.h>

#include <rte_acl.h>
#include <rte_byteorder.h>
#include <rte_common.h>

#define WORDS 4 /* of an address: rte_acl takes at most 32 bits at once */

/* What rte_acl looks at, as in ruleset_acl.c. */
struct acl_key {
	uint8_t protocol;
	uint8_t zero[3];
	rte_be32_t source[WORDS];
	rte_be32_t destination[WORDS];
	rte_be16_t source_port;
	rte_be16_t destination_port;
	rte_be32_t has_ports;
};

enum acl_field {
	PROTOCOL,
	SOURCE,
	DESTINATION = SOURCE + WORDS,
	SOURCE_PORT = DESTINATION + WORDS,
	DESTINATION_PORT,
	HAS_PORTS,
	FIELDS,
};

RTE_ACL_RULE_DEF(acl_rule, FIELDS);

static struct rte_acl_field_def
field(uint8_t type, size_t size, uint8_t index, uint8_t group, size_t offset)
{
	return (struct rte_acl_field_def){
		.type = type, .size = (uint8_t)size, .field_index = index, .input_index = group, .offset = (uint32_t)offset};
}

static void
define_fields(struct rte_acl_field_def *defs)
{
	defs[PROTOCOL] = field(RTE_ACL_FIELD_TYPE_BITMASK, 1, PROTOCOL, 0, offsetof(struct acl_key, protocol));
	for (uint8_t i = 0; i < WORDS; i++) {
		defs[SOURCE + i] = field(RTE_ACL_FIELD_TYPE_MASK, 4, SOURCE + i, 1 + i,
			offsetof(struct acl_key, source) + i * sizeof(rte_be32_t));
		defs[DESTINATION + i] = field(RTE_ACL_FIELD_TYPE_MASK, 4, DESTINATION + i, 1 + WORDS + i,
			offsetof(struct acl_key, destination) + i * sizeof(rte_be32_t));
	}
	defs[SOURCE_PORT] = field(RTE_ACL_FIELD_TYPE_RANGE, 2, SOURCE_PORT, 1 + 2 * WORDS,
		offsetof(struct acl_key, source_port));
	defs[DESTINATION_PORT] = field(RTE_ACL_FIELD_TYPE_RANGE, 2, DESTINATION_PORT, 1 + 2 * WORDS,
		offsetof(struct acl_key, destination_port));
	defs[HAS_PORTS] = field(RTE_ACL_FIELD_TYPE_BITMASK, 4, HAS_PORTS, 2 + 2 * WORDS, offsetof(struct acl_key, has_ports));
}

static uint32_t
word_of(struct dp_ip6 address, unsigned i)
{
	return (uint32_t)((i < 2 ? address.high : address.low) >> (i % 2 == 0 ? 32 : 0));
}

static struct rte_acl_field
prefix_field(const struct dp_prefix6 *prefix, unsigned i)
{
	return (struct rte_acl_field){
		.value.u32 = word_of(prefix->address, i),
		.mask_range.u32 = (uint32_t)__builtin_popcount(word_of(prefix->mask, i)),
	};
}

static struct rte_acl_field
range_field(struct dp_port_range range)
{
	return (struct rte_acl_field){.value.u16 = range.first, .mask_range.u16 = range.last};
}

static bool
is_any(struct dp_port_range range)
{
	return range.first == 0 && range.last == UINT16_MAX;
}

/* The earlier a rule, the higher its priority; userdata 0 means "no match" to rte_acl. */
static struct acl_rule
translate(const struct dp_rule *rule, const struct dp_rule6 *rule6, uint32_t index)
{
	bool ports = !is_any(rule->source_ports) || !is_any(rule->destination_ports);
	struct acl_rule translated = {
		.data = {.userdata = index + 1, .category_mask = 1, .priority = (int32_t)(RTE_ACL_MAX_PRIORITY - index)},
		.field = {
			[PROTOCOL] = {.value.u8 = rule->protocol, .mask_range.u8 = rule->protocol != 0 ? UINT8_MAX : 0},
			[SOURCE_PORT] = range_field(rule->source_ports),
			[DESTINATION_PORT] = range_field(rule->destination_ports),
			[HAS_PORTS] = {.value.u32 = ports, .mask_range.u32 = ports ? UINT32_MAX : 0},
		},
	};

	for (unsigned i = 0; i < WORDS; i++) {
		translated.field[SOURCE + i] = prefix_field(&rule6->source, i);
		translated.field[DESTINATION + i] = prefix_field(&rule6->destination, i);
	}
	return translated;
}

/* Also false when no rule is of IPv6: rte_acl makes no empty trie. */
static bool
add_rules(struct rte_acl_ctx *acl, const struct dp_rule *rules, const struct dp_rule6 *rules6, uint32_t n)
{
	bool some = false;

	for (uint32_t i = 0; i < n; i++) {
		struct acl_rule rule = translate(&rules[i], &rules6[i], i);

		if (!rules[i].ipv6)
			continue;
		if (rte_acl_add_rules(acl, (const struct rte_acl_rule *)&rule, 1) != 0)
			return false;
		some = true;
	}
	return some;
}

struct rte_acl_ctx *
dp_ruleset_acl6_build(const struct dp_rule *rules, const struct dp_rule6 *rules6, uint32_t n)
{
	struct rte_acl_config config = {
		.num_categories = 1, .num_fields = FIELDS, .max_size = DP_RULESET_ACL_MEMORY_MAX};
	struct rte_acl_ctx *acl = dp_ruleset_acl_create(n, FIELDS);

	if (acl == NULL)
		return NULL;
	define_fields(config.defs);
	if (add_rules(acl, rules, rules6, n) && rte_acl_build(acl, &config) == 0)
		return acl;
	rte_acl_free(acl);
	return NULL;
}

uint32_t
dp_ruleset_acl6_match(const struct rte_acl_ctx *acl, const struct dp_rule_key *key, uint32_t n)
{
	struct acl_key input = {
		.protocol = key->protocol,
		.source_port = rte_cpu_to_be_16(key->source_port),
		.destination_port = rte_cpu_to_be_16(key->destination_port),
		.has_ports = rte_cpu_to_be_32(key->has_ports),
	};
	const uint8_t *data = (const uint8_t *)&input;
	uint32_t result = 0;

	dp_ip6_write((uint8_t *)input.source, key->source6);
	dp_ip6_write((uint8_t *)input.destination, key->destination6);
	if (rte_acl_classify(acl, &data, &result, 1, 1) != 0 || result == 0)
		return n;
	return result - 1;
}
