/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters with one writer and any number of readers. A relaxed load and store compile to a plain add; they only keep
 * the compiler from tearing or caching, so that a reader on another thread always sees a value that once was.
 */
#ifndef NFAAS_DP_COUNTER_H
#define NFAAS_DP_COUNTER_H

#include <stdint.h>

struct dp_counter {
	uint64_t packets;
	uint64_t bytes;
};

static inline void
dp_count(struct dp_counter *counter, uint64_t bytes)
{
	__atomic_store_n(&counter->packets, counter->packets + 1, __ATOMIC_RELAXED);
	__atomic_store_n(&counter->bytes, counter->bytes + bytes, __ATOMIC_RELAXED);
}

static inline void
dp_count_one(uint64_t *counter)
{
	__atomic_store_n(counter, *counter + 1, __ATOMIC_RELAXED);
}

static inline struct dp_counter
dp_counter_read(const struct dp_counter *counter)
{
	return (struct dp_counter){
		.packets = __atomic_load_n(&counter->packets, __ATOMIC_RELAXED),
		.bytes = __atomic_load_n(&counter->bytes, __ATOMIC_RELAXED),
	};
}

static inline struct dp_counter
dp_counter_sum(struct dp_counter a, struct dp_counter b)
{
	return (struct dp_counter){.packets = a.packets + b.packets, .bytes = a.bytes + b.bytes};
}

#endif
