/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many new flows a second a node lets in: a token bucket per tenant and node, so that who floods with new flows spares
 * the table, and what stands behind. Buckets belong to the tenant and outlive views: a flip gives no fresh burst.
 */
#ifndef NFAAS_DP_ADMISSION_H
#define NFAAS_DP_ADMISSION_H

#include <stdbool.h>
#include <stdint.h>

#define DP_ADMISSIONS 16 /* buckets per tenant and pod; more limited nodes than that share some */

struct dp_admission_limit {
	uint32_t per_second; /* 0 = no limit */
	uint32_t burst;      /* flows, at least 1 */
};

struct dp_admission {
	uint64_t key;    /* of the node; 0 = a free bucket */
	uint64_t filled; /* TSC of the last look */
	uint64_t full_at; /* TSC when it will have all its tokens back */
	uint64_t tokens; /* in flows times tsc_hz, so that no look loses a part of one */
};

/* Takes a token for one new flow. False when there is none. `tsc` is a reading, `hz` its rate. */
bool dp_admission_take(struct dp_admission *buckets, uint64_t key, const struct dp_admission_limit *limit, uint64_t tsc,
	uint64_t hz);

#endif
