/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Explain: what became of a few packets of a tenant, told by the packets themselves. A gateway marks the next ones that
 * a filter takes (NSH O bit and a trace id, packet/outer.h); each pod notes what it decides on a marked packet in a ring
 * of that tenant's, for the control thread to read.
 *
 * Nobody trusts the mark: a forged one costs a record, of which a ring holds a fixed number and takes a bounded number
 * in a tick. Without a filter and without marked packets there is a branch in the gateway and one per hop.
 */
#ifndef NFAAS_DP_EXPLAIN_H
#define NFAAS_DP_EXPLAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/ip6.h"
#include "../lb/pool.h"

#define DP_EXPLAIN_RECORDS 128     /* in a ring; a power of two */
#define DP_EXPLAIN_PER_TICK 128    /* records that a ring takes at most */
#define DP_EXPLAIN_PACKETS_MAX 32  /* of one filter */
#define DP_EXPLAIN_LIFETIME_MS 2000 /* when nothing is said */
#define DP_EXPLAIN_LIFETIME_MS_MAX 60000

/* An IPv6 prefix, or an IPv4 one among IPv6 addresses (dp_ip6_mapped()); mask 0 = everything of both. */
struct dp_explain_prefix {
	struct dp_ip6 address; /* already masked */
	struct dp_ip6 mask;
};

/* Which packets to mark, both directions of the flows it describes. Immutable but for `marked`, the worker's. */
struct dp_explain_filter {
	struct dp_explain_prefix source; /* of the initiator */
	struct dp_explain_prefix destination;
	uint16_t source_port;    /* 0 = any */
	uint16_t destination_port;
	uint8_t protocol;        /* 0 = any */
	uint8_t first_trace;     /* the id of the first packet; the others count on */
	uint8_t packets;
	uint8_t marked;
	uint64_t ends; /* TSC */
};

/* What a pod decided on a marked packet. Empty names = not known, or none. */
struct dp_explain_record {
	uint64_t tsc;
	uint32_t cycles;    /* spent on the packet at this node; 0 = not known */
	uint32_t waited_ns; /* from the link to the worker */
	uint8_t trace;
	uint8_t view_id;
	uint8_t direction; /* of the proto's enums, as the next three */
	uint8_t verdict;
	uint8_t choice;
	uint8_t reason;
	uint8_t ttl; /* as it came to the node */
	bool by_default; /* no rule matched */
	char view_uid[DP_NAME_SIZE];
	char node[DP_NAME_SIZE];
	char rule[DP_NAME_SIZE];
	char output[DP_NAME_SIZE];
	char next_node[DP_NAME_SIZE];
	char backend[DP_NAME_SIZE];
};

/* One writer; readers check afterwards whether what they copied was still there. */
struct dp_explain_ring {
	uint64_t written; /* records since the start */
	uint64_t missed;  /* not written, since too many came in one tick */
	uint32_t since;   /* stamp (counters/latency.h) at which the tick began */
	uint32_t in_tick; /* records in it */
	struct dp_explain_record records[DP_EXPLAIN_RECORDS];
};

/* A tenant's, outlives states. */
struct dp_explain {
	struct dp_explain_filter *filter; /* NULL = off; swapped by the control thread, see datapath.h */
	struct dp_explain_ring rings[2];  /* by enum dp_writer */
};

static inline struct dp_explain_filter *
dp_explain_filter_of(const struct dp_explain *explain)
{
	return __atomic_load_n(&explain->filter, __ATOMIC_ACQUIRE);
}

#endif
