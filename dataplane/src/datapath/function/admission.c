/* SPDX-License-Identifier: Apache-2.0 */
#include "admission.h"

#include <rte_common.h>

/* The key's own; else one that is full again, as good as a fresh one, whoever had it; else the key shares one. */
static struct dp_admission *
find(struct dp_admission *buckets, uint64_t key, uint64_t tsc)
{
	struct dp_admission *full = NULL;

	for (unsigned i = 0; i < DP_ADMISSIONS; i++) {
		struct dp_admission *bucket = &buckets[(key + i) % DP_ADMISSIONS];

		if (bucket->key == key)
			return bucket;
		if (full == NULL && bucket->full_at <= tsc)
			full = bucket;
	}
	if (full == NULL)
		return &buckets[key % DP_ADMISSIONS];
	full->key = 0;
	return full;
}

bool
dp_admission_take(struct dp_admission *buckets, uint64_t key, const struct dp_admission_limit *limit, uint64_t tsc,
	uint64_t hz)
{
	struct dp_admission *bucket = find(buckets, key, tsc);
	uint64_t full = limit->burst * hz, elapsed = tsc - bucket->filled;

	if (bucket->key == 0)
		*bucket = (struct dp_admission){.key = key, .tokens = full};
	else if (elapsed > full / limit->per_second)
		bucket->tokens = full;
	else
		bucket->tokens = RTE_MIN(bucket->tokens + elapsed * limit->per_second, full);
	bucket->filled = tsc;
	if (bucket->tokens < hz)
		return false;
	bucket->tokens -= hz;
	bucket->full_at = tsc + (full - bucket->tokens) / limit->per_second + 1;
	return true;
}
