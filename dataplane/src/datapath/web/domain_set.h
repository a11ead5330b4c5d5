/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A set of domain names and wildcards in which a look costs the same whatever its size: 64-bit keyed hashes in buckets of a
 * cache line, 13 bytes a name. That a name which is not in a set of a million is taken for one that is: 1 in 10^13, and
 * nobody outside knows the key to look for one.
 */
#ifndef NFAAS_DP_DOMAIN_SET_H
#define NFAAS_DP_DOMAIN_SET_H

#include "../base/siphash.h"
#include "domain_name.h"

#define DP_DOMAIN_LABELS_MAX 127
#define DP_DOMAIN_DIGEST 32
#define DP_DOMAIN_BUCKET 8

/* Immutable; referenced by states, counted by the control thread. */
struct dp_domain_set {
	unsigned references;
	uint8_t digest[DP_DOMAIN_DIGEST];
	struct dp_sip_key key;
	uint64_t n_names;
	uint64_t n_buckets;
	uint64_t (*buckets)[DP_DOMAIN_BUCKET]; /* 0 = a free slot */
	unsigned deepest; /* labels of the longest wildcard's suffix */
};

/*
 * `names` as in the protocol's DomainList. NULL, with *line the number (from 1) of one that is not well formed, or 0 when out
 * of memory. `digest` is kept, not checked.
 */
struct dp_domain_set *dp_domain_set_create(const struct dp_sip_key *key, const uint8_t digest[DP_DOMAIN_DIGEST],
	const uint8_t *names, size_t length, size_t *line);
struct dp_domain_set *dp_domain_set_ref(struct dp_domain_set *set);
void dp_domain_set_unref(struct dp_domain_set *set);
size_t dp_domain_set_bytes(const struct dp_domain_set *set);

/* Hashes of a name's suffixes: [0] of its last label, [n - 1] of all of it. For any set of the key. */
struct dp_domain_hashes {
	unsigned n;
	uint64_t suffix[DP_DOMAIN_LABELS_MAX];
};
void dp_domain_hash(const struct dp_sip_key *key, const struct dp_domain_name *name, struct dp_domain_hashes *hashes);

/* How specific the most specific match is: 0 = none; the larger the more; an exact one beats any wildcard. */
unsigned dp_domain_set_match(const struct dp_domain_set *set, const struct dp_domain_hashes *hashes);

#endif
