/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_RULESET_ACL_H
#define NFAAS_DP_RULESET_ACL_H

#include "ruleset.h"

/* Rules as a trie (rte_acl), for sets too long to be tried one by one. NULL when it can't be built or would take too
 * much of DPDK's memory: the set then works without. */
struct rte_acl_ctx *dp_ruleset_acl_build(const struct dp_rule *rules, uint32_t n);

/* Index of the first matching rule, n = none. */
uint32_t dp_ruleset_acl_match(const struct rte_acl_ctx *acl, const struct dp_rule_key *key, uint32_t n);

/* The same for IPv6. */
struct rte_acl_ctx *dp_ruleset_acl6_build(const struct dp_rule *rules, const struct dp_rule6 *rules6, uint32_t n);
uint32_t dp_ruleset_acl6_match(const struct rte_acl_ctx *acl, const struct dp_rule_key *key, uint32_t n);

/* An empty trie for n rules of so many fields; NULL when out of memory. Under a name of its own, since rte_acl finds by
 * name and would give us another's. */
struct rte_acl_ctx *dp_ruleset_acl_create(uint32_t n, unsigned fields);
#define DP_RULESET_ACL_MEMORY_MAX (16u << 20)

#endif
