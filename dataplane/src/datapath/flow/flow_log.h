/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sample of a firewall's decisions on new flows, for people: one in so many goes to a ring of the tenant's, which the
 * control thread reads. What comes too fast or is not read in time is lost, and counted.
 */
#ifndef NFAAS_DP_FLOW_LOG_H
#define NFAAS_DP_FLOW_LOG_H

#include "../lb/pool.h"
#include "../packet/inner.h"

#define DP_FLOW_LOG_ENTRIES 256    /* a power of two */
#define DP_FLOW_LOG_PER_TICK 128   /* entries at most */
#define DP_FLOW_LOG_ONE_IN_MAX 1000000

struct dp_flow_log_entry {
	uint64_t tsc;
	struct dp_flow flow;
	uint32_t one_in;
	uint8_t side;      /* the end of `flow` that began it */
	uint8_t direction; /* of the proto's enums, as the next */
	uint8_t reason;    /* 0 = allowed */
	uint8_t view_id;
	bool by_default;   /* no rule matched */
	char view_uid[DP_NAME_SIZE];
	char node[DP_NAME_SIZE];
	char rule[DP_NAME_SIZE];
};

/* One writer, the tenant's worker; readers check afterwards whether what they copied was still there. */
struct dp_flow_log {
	uint64_t written; /* entries since the start: the number of the last one */
	uint64_t missed;  /* drawn, but too many for one tick */
	uint32_t tick;
	uint32_t in_tick;
	struct dp_flow_log_entry entries[DP_FLOW_LOG_ENTRIES];
};

/* Whether a decision on a flow is one of those to be told. By the flow's hash and the moment: a flow that tries again and
 * again is not told always or never. `one_in` 0 = none. */
static inline bool
dp_flow_log_draws(uint64_t flow_hash, uint64_t tsc, uint32_t one_in)
{
	return one_in == 1
		|| (one_in != 0 && dp_hash_scale((uint32_t)(dp_hash_mix(flow_hash ^ tsc, DP_HASH_SEED_A) >> 32), one_in) == 0);
}

/* Room for the next entry, to be published when it is filled; NULL when the tick has had its share. `now` in ticks. */
struct dp_flow_log_entry *dp_flow_log_next(struct dp_flow_log *log, uint32_t now);
void dp_flow_log_publish(struct dp_flow_log *log);

#endif
