/* SPDX-License-Identifier: Apache-2.0 */
#include "domain_set.h"

#include <stdlib.h>

#include <rte_prefetch.h>

#include "../base/pages.h"

#define NAMES_PER_BUCKET 5 /* a bucket is full once in 8 then, and a look goes on to the next */
#define WILDCARD UINT64_C(0x9ae16a3b2f90404f) /* tells "*.a.b" from "a.b" */

/* Each label with the hash of what is right of it. */
void
dp_domain_hash(const struct dp_sip_key *key, const struct dp_domain_name *name, struct dp_domain_hashes *hashes)
{
	uint8_t text[DP_DOMAIN_LABEL_MAX + sizeof(uint64_t)];
	uint64_t hash = 0;
	size_t end = name->length;

	hashes->n = 0;
	for (size_t at = end; at-- > 0;) {
		if (at > 0 && name->text[at - 1] != '.')
			continue;
		memcpy(text, &hash, sizeof(hash));
		memcpy(text + sizeof(hash), name->text + at, end - at);
		hash = dp_siphash(key, text, sizeof(hash) + end - at);
		hashes->suffix[hashes->n++] = hash;
		if (at > 0)
			end = --at;
	}
}

/* What a slot holds. */
static uint64_t
print_of(uint64_t hash, bool wildcard)
{
	uint64_t print = wildcard ? hash ^ WILDCARD : hash;

	return print != 0 ? print : 1;
}

static uint64_t
bucket_of(const struct dp_domain_set *set, uint64_t print)
{
	return (uint64_t)(((unsigned __int128)print * set->n_buckets) >> 64);
}

static bool
has(const struct dp_domain_set *set, uint64_t print)
{
	for (uint64_t b = bucket_of(set, print);; b = b + 1 == set->n_buckets ? 0 : b + 1) {
		uint64_t found = 0, vacant = 0;

		for (unsigned i = 0; i < DP_DOMAIN_BUCKET; i++) {
			found |= set->buckets[b][i] == print;
			vacant |= set->buckets[b][i] == 0;
		}
		if (found || vacant)
			return found != 0;
	}
}

unsigned
dp_domain_set_match(const struct dp_domain_set *set, const struct dp_domain_hashes *hashes)
{
	unsigned n = hashes->n, deepest = n - 1 < set->deepest ? n - 1 : set->deepest;

	if (n == 0)
		return 0;
	rte_prefetch0(&set->buckets[bucket_of(set, print_of(hashes->suffix[n - 1], false))]);
	for (unsigned k = deepest; k > 0; k--)
		rte_prefetch0(&set->buckets[bucket_of(set, print_of(hashes->suffix[k - 1], true))]);
	if (has(set, print_of(hashes->suffix[n - 1], false)))
		return 2 * n + 1;
	for (unsigned k = deepest; k > 0; k--)
		if (has(set, print_of(hashes->suffix[k - 1], true)))
			return 2 * k;
	return 0;
}

static void
insert(struct dp_domain_set *set, uint64_t print)
{
	for (uint64_t b = bucket_of(set, print);; b = b + 1 == set->n_buckets ? 0 : b + 1)
		for (unsigned i = 0; i < DP_DOMAIN_BUCKET; i++) {
			if (set->buckets[b][i] == print)
				return;
			if (set->buckets[b][i] == 0) {
				set->buckets[b][i] = print;
				set->n_names++;
				return;
			}
		}
}

static bool
add(struct dp_domain_set *set, const uint8_t *text, size_t length)
{
	bool wildcard = length > 2 && text[0] == '*' && text[1] == '.';
	struct dp_domain_hashes hashes;
	struct dp_domain_name name;

	if (wildcard) {
		text += 2;
		length -= 2;
	}
	if (!dp_domain_name_read(&name, text, length))
		return false;
	dp_domain_hash(&set->key, &name, &hashes);
	if (wildcard && hashes.n > set->deepest)
		set->deepest = hashes.n;
	insert(set, print_of(hashes.suffix[hashes.n - 1], wildcard));
	return true;
}

static size_t
count_lines(const uint8_t *names, size_t length)
{
	size_t n = length > 0;

	for (size_t i = 0; i < length; i++)
		n += names[i] == '\n';
	return n;
}

static bool
fill(struct dp_domain_set *set, const uint8_t *names, size_t length, size_t *line)
{
	for (*line = 1; length > 0; (*line)++) {
		const uint8_t *end = memchr(names, '\n', length);
		size_t n = end == NULL ? length : (size_t)(end - names);

		if (!add(set, names, n) || n + 1 == length)
			return false;
		names += end == NULL ? n : n + 1;
		length -= end == NULL ? n : n + 1;
	}
	return true;
}

size_t
dp_domain_set_bytes(const struct dp_domain_set *set)
{
	return set->n_buckets * sizeof(*set->buckets);
}

struct dp_domain_set *
dp_domain_set_create(const struct dp_sip_key *key, const uint8_t digest[DP_DOMAIN_DIGEST], const uint8_t *names,
	size_t length, size_t *line)
{
	struct dp_domain_set *set = calloc(1, sizeof(*set));

	*line = 0;
	if (set == NULL)
		return NULL;
	set->references = 1;
	set->key = *key;
	memcpy(set->digest, digest, sizeof(set->digest));
	set->n_buckets = count_lines(names, length) / NAMES_PER_BUCKET + 1;
	set->buckets = dp_pages_alloc(dp_domain_set_bytes(set));
	if (set->buckets != NULL && fill(set, names, length, line))
		return set;
	dp_domain_set_unref(set);
	return NULL;
}

struct dp_domain_set *
dp_domain_set_ref(struct dp_domain_set *set)
{
	set->references++;
	return set;
}

void
dp_domain_set_unref(struct dp_domain_set *set)
{
	if (set == NULL || --set->references > 0)
		return;
	dp_pages_free(set->buckets, dp_domain_set_bytes(set));
	free(set);
}
