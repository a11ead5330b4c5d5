/* SPDX-License-Identifier: Apache-2.0 */
/* What lives as long as the process. */
#ifndef NFAAS_DP_DP_H
#define NFAAS_DP_DP_H

#include "base/name.h"
#include "base/siphash.h"
#include "counters/view_counters.h"
#include "datapath.h"

struct dp_function;

struct dp {
	char pod[DP_NAME_SIZE];
	const struct dp_function *function;
	struct rte_mempool *pool;
	uint32_t max_flows;
	uint64_t tsc_hz;
	uint64_t tsc_per_tick;
	uint64_t ns_per_stamp;  /* of a meta.received, in 65536ths */
	uint64_t seed;          /* of flow tables: secret, so that nobody can aim at one bucket */
	uint32_t next_ruleset;  /* control thread */
	struct dp_sip_key domain_key; /* of sets of domain names: as secret */
	uint64_t malformed[DP_WRITERS];            /* dropped before a tenant was known */
	uint32_t answered[DP_MAX_PORTS];           /* I/O thread: sequence of the last answer to a probe, by port */
	bool filling[DP_MAX_PORTS];                /* I/O thread: dp_note_filling() */
};

static inline bool
dp_link_is_filling(const struct dp *dp, uint16_t port)
{
	return __atomic_load_n(&dp->filling[port], __ATOMIC_RELAXED);
}

/* Ticks of flow and neighbour ages. */
static inline uint32_t
dp_ticks(const struct dp *dp, uint64_t tsc)
{
	return (uint32_t)(tsc / dp->tsc_per_tick);
}

#endif
