/* SPDX-License-Identifier: Apache-2.0 */
#include "ruleset_acl.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <rte_acl.h>
#include <rte_byteorder.h>
#include <rte_memory.h>

/* What rte_acl looks at: network byte order, one byte first and then groups of four. */
struct acl_key {
	uint8_t protocol;
	uint8_t zero[3];
	rte_be32_t source;
	rte_be32_t destination;
	rte_be16_t source_port;
	rte_be16_t destination_port;
	rte_be32_t has_ports;
};

enum acl_field { PROTOCOL, SOURCE, DESTINATION, SOURCE_PORT, DESTINATION_PORT, HAS_PORTS, FIELDS };

RTE_ACL_RULE_DEF(acl_rule, FIELDS);

#define FIELD(index, member, kind, group) \
	[index] = {.type = RTE_ACL_FIELD_TYPE_##kind, .size = sizeof(((struct acl_key *)0)->member), \
		.field_index = index, .input_index = group, .offset = offsetof(struct acl_key, member)}

static const struct rte_acl_field_def fields[FIELDS] = {
	FIELD(PROTOCOL, protocol, BITMASK, 0),
	FIELD(SOURCE, source, MASK, 1),
	FIELD(DESTINATION, destination, MASK, 2),
	FIELD(SOURCE_PORT, source_port, RANGE, 3),
	FIELD(DESTINATION_PORT, destination_port, RANGE, 3),
	FIELD(HAS_PORTS, has_ports, BITMASK, 4),
};

static struct rte_acl_field
prefix_field(struct dp_prefix prefix)
{
	return (struct rte_acl_field){
		.value.u32 = prefix.address,
		.mask_range.u32 = (uint32_t)__builtin_popcount(prefix.mask),
	};
}

static struct rte_acl_field
range_field(struct dp_port_range range)
{
	return (struct rte_acl_field){.value.u16 = range.first, .mask_range.u16 = range.last};
}

static bool
asks_for_ports(const struct dp_rule *rule)
{
	return rule->source_ports.first != 0 || rule->source_ports.last != UINT16_MAX
		|| rule->destination_ports.first != 0 || rule->destination_ports.last != UINT16_MAX;
}

/* The earlier a rule, the higher its priority; userdata 0 means "no match" to rte_acl. */
static struct acl_rule
translate(const struct dp_rule *rule, uint32_t index)
{
	bool ports = asks_for_ports(rule);

	return (struct acl_rule){
		.data = {.userdata = index + 1, .category_mask = 1, .priority = (int32_t)(RTE_ACL_MAX_PRIORITY - index)},
		.field = {
			[PROTOCOL] = {.value.u8 = rule->protocol, .mask_range.u8 = rule->protocol != 0 ? UINT8_MAX : 0},
			[SOURCE] = prefix_field(rule->source),
			[DESTINATION] = prefix_field(rule->destination),
			[SOURCE_PORT] = range_field(rule->source_ports),
			[DESTINATION_PORT] = range_field(rule->destination_ports),
			[HAS_PORTS] = {.value.u32 = ports, .mask_range.u32 = ports ? UINT32_MAX : 0},
		},
	};
}

struct rte_acl_ctx *
dp_ruleset_acl_create(uint32_t n, unsigned n_fields)
{
	static uint32_t created;
	char name[RTE_ACL_NAMESIZE];
	struct rte_acl_param param = {
		.name = name,
		.socket_id = SOCKET_ID_ANY,
		.rule_size = RTE_ACL_RULE_SZ(n_fields),
		.max_rule_num = n,
	};

	snprintf(name, sizeof(name), "ruleset-%u", __atomic_add_fetch(&created, 1, __ATOMIC_RELAXED));
	return rte_acl_create(&param);
}

static bool
add_rules(struct rte_acl_ctx *acl, const struct dp_rule *rules, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct acl_rule rule = translate(&rules[i], i);

		if (rules[i].ipv4 && rte_acl_add_rules(acl, (const struct rte_acl_rule *)&rule, 1) != 0)
			return false;
	}
	return true;
}

struct rte_acl_ctx *
dp_ruleset_acl_build(const struct dp_rule *rules, uint32_t n)
{
	struct rte_acl_config config = {.num_categories = 1, .num_fields = FIELDS, .max_size = DP_RULESET_ACL_MEMORY_MAX};
	struct rte_acl_ctx *acl = dp_ruleset_acl_create(n, FIELDS);

	if (acl == NULL)
		return NULL;
	memcpy(config.defs, fields, sizeof(fields));
	if (add_rules(acl, rules, n) && rte_acl_build(acl, &config) == 0)
		return acl;
	rte_acl_free(acl);
	return NULL;
}

uint32_t
dp_ruleset_acl_match(const struct rte_acl_ctx *acl, const struct dp_rule_key *key, uint32_t n)
{
	struct acl_key input = {
		.protocol = key->protocol,
		.source = rte_cpu_to_be_32(key->source),
		.destination = rte_cpu_to_be_32(key->destination),
		.source_port = rte_cpu_to_be_16(key->source_port),
		.destination_port = rte_cpu_to_be_16(key->destination_port),
		.has_ports = rte_cpu_to_be_32(key->has_ports),
	};
	const uint8_t *data = (const uint8_t *)&input;
	uint32_t result = 0;

	if (rte_acl_classify(acl, &data, &result, 1, 1) != 0 || result == 0)
		return n;
	return result - 1;
}
