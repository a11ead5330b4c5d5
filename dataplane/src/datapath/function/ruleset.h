/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_RULESET_H
#define NFAAS_DP_RULESET_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/prefix.h"
#include "../packet/inner.h"

struct rte_acl_ctx;

struct dp_port_range {
	uint16_t first;
	uint16_t last;
};

/* One rule; host byte order. No padding: rulesets are compared as bytes. */
struct dp_rule {
	struct dp_prefix source;
	struct dp_prefix destination;
	struct dp_port_range source_ports;      /* 0..65535 = any, also of packets without ports */
	struct dp_port_range destination_ports;
	uint8_t protocol;                       /* 0 = any */
	uint8_t allow;
	uint8_t ipv4;                           /* 1: matches IPv4 packets; 0 with an IPv6 prefix or ICMPv6 */
	uint8_t ipv6;                           /* 1: matches IPv6 packets; 0 with an IPv4 prefix or ICMP */
};
_Static_assert(sizeof(struct dp_rule) == 28, "rules have no padding");

/* What else an IPv6 packet must be. In an array beside the rules, which IPv4 packets thus pass by more quickly. */
struct dp_rule6 {
	struct dp_prefix6 source;
	struct dp_prefix6 destination;
};

/* Immutable; equal ones are shared between states, so that an unchanged firewall's flows need no new judgement. */
struct dp_ruleset {
	unsigned references;
	uint32_t id;          /* unique in the process's life, from 1 */
	uint32_t n;
	bool default_allow;
	struct rte_acl_ctx *acl; /* NULL = few rules: tried one by one */
	struct rte_acl_ctx *acl6; /* the same, for IPv6 */
	struct dp_rule6 *rules6;
	struct dp_rule rules[];
};

struct dp_verdict {
	bool allow;
	uint16_t rule; /* index of the rule that decided; n = the default action */
};

/* What a rule looks at: a packet's own addresses and ports. */
struct dp_rule_key {
	uint32_t source;
	uint32_t destination;
	uint16_t source_port;
	uint16_t destination_port;
	uint8_t protocol;
	bool has_ports;
	bool ipv6;
	struct dp_ip6 source6;
	struct dp_ip6 destination6;
};

/* NULL when out of memory. One reference. */
struct dp_ruleset *dp_ruleset_build(const struct dp_rule *rules, const struct dp_rule6 *rules6, uint32_t n,
	bool default_allow, uint32_t id);
bool dp_ruleset_equals(const struct dp_ruleset *set, const struct dp_rule *rules, const struct dp_rule6 *rules6, uint32_t n,
	bool default_allow);
struct dp_ruleset *dp_ruleset_ref(struct dp_ruleset *set);
void dp_ruleset_unref(struct dp_ruleset *set);

/* The first matching rule decides. */
struct dp_verdict dp_ruleset_match(const struct dp_ruleset *set, const struct dp_rule_key *key);

#endif
