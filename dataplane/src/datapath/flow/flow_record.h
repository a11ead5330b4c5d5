/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What pods tell each other of a flow. Everything in it means the same in every pod: positions are hashes of state keys,
 * next hops are fabric addresses, times are how long ago. What depends on a process (the table's seed, the rule that
 * judged the flow, where in the pool a backend was) stays behind and is found anew.
 */
#ifndef NFAAS_DP_FLOW_RECORD_H
#define NFAAS_DP_FLOW_RECORD_H

#include "../packet/inner.h"

enum dp_flow_record_kind {
	DP_FLOW_RECORD_NEWS,
	DP_FLOW_RECORD_KNOWN, /* only for who takes a snapshot */
	DP_FLOW_RECORD_KINDS, /* what carries records may number its own from here */
};

/* The end that a NAT gave a flow in place of one of its own. */
struct dp_flow_outside {
	uint32_t address;
	uint16_t port;
	uint8_t side;  /* whose it is */
	uint8_t known; /* 0 or 1; 0 = there is none */
};

struct dp_flow_record {
	uint64_t position;
	struct dp_flow flow;
	uint32_t next_hop[2];  /* by direction; 0 = none */
	uint32_t came_from[2];
	uint32_t silence;      /* ticks since its last packet */
	uint8_t class;         /* enum dp_flow_class */
	uint8_t initiator;     /* side */
	uint8_t closed;        /* bit per side */
	uint8_t kind;          /* enum dp_flow_record_kind; not of the flow */
	struct dp_flow_outside outside;
};
_Static_assert(sizeof(struct dp_flow_record) == 88, "a record has no padding");

#endif
