/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long packets are in this pod: from the moment the I/O thread has received them until they are ready to be sent, by the
 * last position of theirs that this pod ran. Buckets are powers of two; one writer, the tenant's worker.
 */
#ifndef NFAAS_DP_LATENCY_H
#define NFAAS_DP_LATENCY_H

#include "../dp.h"
#include "view_counters.h"

#define DP_STAMP_SHIFT 6
#define DP_LATENCY_MIN_NS 256

/* A TSC reading as meta.received holds it: units of 64 cycles, so that 32 bits last for a minute and more. Never 0, which is
 * a packet that this pod made itself. */
static inline uint32_t
dp_latency_stamp(uint64_t tsc)
{
	return (uint32_t)(tsc >> DP_STAMP_SHIFT) | 1;
}

/* The bucket of a time: bucket i is below DP_LATENCY_MIN_NS << i, the last one holds all that is longer. */
static inline unsigned
dp_latency_bucket(uint64_t ns)
{
	uint64_t units = ns / DP_LATENCY_MIN_NS;

	return units == 0 ? 0 : RTE_MIN(64u - (unsigned)__builtin_clzll(units), DP_LATENCY_BUCKETS - 1u);
}

/* From a packet's stamp to another. Another CPU's TSC may be a little behind. */
static inline uint64_t
dp_latency_ns(const struct dp *dp, uint32_t received, uint32_t now)
{
	int32_t stamps = (int32_t)(now - received);

	return stamps < 0 ? 0 : ((uint64_t)stamps * dp->ns_per_stamp) >> 16;
}

#endif
