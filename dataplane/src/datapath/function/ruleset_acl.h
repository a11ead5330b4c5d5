/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_RULESET_ACL_H
#define NFAAS_DP_RULESET_ACL_H

#include "ruleset.h"

/* Rules as a trie (rte_acl), for sets too long to be tried one by one. NULL when it can't be built or would take too
 * much of DPDK's memory: the set then works without. */
struct rte_acl_ctx *dp_ruleset_acl_build(const struct dp_rule *rules, uint32_t n);

/* Index of the first matching rule, n = none. */
uint32_t dp_ruleset_acl_match(const struct rte_acl_ctx *acl, const struct dp_rule_key *key, uint32_t n);

#endif
