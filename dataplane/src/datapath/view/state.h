/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the datapath knows. dp_state and all it owns is immutable once built; dp_tenant (tenant.h) is what outlives states,
 * written only by the tenant's worker (counters also by the I/O thread, each in a block of its own). References are counted
 * by the control thread alone.
 */
#ifndef NFAAS_DP_STATE_H
#define NFAAS_DP_STATE_H

#include "../dp.h"
#include "../function/ruleset.h"
#include "../lb/pool.h"
#include "../packet/outer.h"
#include "../web/domain_set.h"
#include "attachment.h"
#include "tenant.h"

#define DP_NODES_MAX 250
#define DP_NODE_NONE UINT8_MAX
#define DP_OUTPUT_UNNAMED UINT8_MAX
#define DP_OUTPUTS_MAX 64
#define DP_EDGES_MAX 1000
#define DP_RULES_MAX 10000
#define DP_VIEWS_PER_TENANT 256 /* view_id 1..255 */
#define DP_TENANT_ID_MAX 16777215
#define DP_TENANT_MAP_BITS 10
#define DP_TENANT_MAP_SIZE (1 << DP_TENANT_MAP_BITS) /* open addressing for at most DP_MAX_TENANTS */

struct dp_match {
	struct dp_prefixes sources;
	struct dp_prefixes destinations;
	struct dp_port_range ports; /* 0..65535 = any */
	uint8_t protocol;           /* 0 = any */
	bool all;                   /* matches everything */
};

/* Which packets: by their flow, as its initiator sent them, and by what they are themselves. */
struct dp_packet_match {
	struct dp_match flow;
	uint64_t dscps;      /* bit per code point */
	uint16_t min_length; /* of the IP packet, bytes */
	uint16_t max_length;
};

struct dp_node;

struct dp_edge {
	const struct dp_node *to;
	uint16_t counter; /* index in dp_view_counters.edges */
	uint8_t output;   /* of the node it leaves; DP_OUTPUT_UNNAMED */
	bool inside;      /* to a function of the node's own pool: who has the packet here goes on with it (view/build_inside.c) */
	struct dp_match match;
};

/* A pool as this state reaches it: where each backend is. With IPv4's headers all of it is in one cache line. */
struct dp_hop {
	uint16_t port; /* DP_PORT_NONE = no usable link */
	bool self;     /* this pod: no wire */
	bool joining;  /* new in the pool: gets its share of new flows step by step */
	uint32_t joined; /* tick */
	union dp_outer_prepared prepared;
} __attribute__((aligned(RTE_CACHE_LINE_SIZE)));
_Static_assert(offsetof(struct dp_hop, prepared) + sizeof(struct dp_outer_hdr) <= RTE_CACHE_LINE_SIZE, "one line");
struct dp_state_pool {
	char name[DP_NAME_SIZE];
	struct dp_backend *named; /* all that the message names, sorted; `pool` is without those that are dead */
	uint16_t n_named;
	struct dp_pool *pool;
	struct dp_hop *hops; /* [pool->n] */
	struct dp_pool *settled; /* the same without those joining; NULL = none is */
	uint32_t slow_start; /* ticks */
	bool self;           /* this pod is one of them */
};

struct dp_attachment;
struct dp_function;

/* What every packet asks for comes first. */
struct dp_node {
	struct dp_edge *edges[DP_DIRECTIONS];
	uint16_t n_edges[DP_DIRECTIONS];
	uint8_t si[DP_DIRECTIONS];
	bool local;        /* this pod runs it */
	bool untracked;    /* flows have no entry here: nothing asks for one (view/build_inside.c) */
	uint64_t key;      /* hash of the state_key */
	const struct dp_state_pool *pool;
	const struct dp_attachment *attachment; /* attachments that are local, else NULL */
	const struct dp_function *function;
	void *config;                           /* the function's own, where the node is local */
	const struct dp_edge *sole[DP_DIRECTIONS]; /* of the unnamed output: takes all; NULL = edges are to be matched */
	unsigned first_rule;                    /* index in dp_view_counters.rules; the default action is the last */
	unsigned n_rules;
	struct dp_admission_limit new_flows;
	uint32_t *log_one_in;                   /* decisions on new flows, by rule and for the default; NULL = no log */
	uint32_t former[DP_DIRECTIONS];         /* came_from of entries that flows would have here were it not for views in which the
						   node is untracked; 0 = there are none */
	char name[DP_NAME_SIZE];
	char attachment_name[DP_NAME_SIZE];     /* empty = a function */
	char (*rule_names)[DP_NAME_SIZE];
	char (*output_names)[DP_NAME_SIZE];
	uint8_t n_outputs;
	bool copies;                            /* what leaves by its outputs are copies: to attachments only */
	uint8_t n_entered_from;
	const struct dp_state_pool **entered_from; /* attachments: whose pods send packets of other views into this one here */
	struct dp_origin *origins;              /* nodes of this pod that do so; NULL = none */
} __attribute__((aligned(RTE_CACHE_LINE_SIZE)));

/* A node of this pod from which packets of other views enter one. */
struct dp_origin {
	struct dp_origin *next;
	const struct dp_view *view;
	const struct dp_node *node;
	bool replaced; /* answers go to another view that has the node, when there is one */
};

struct dp_view {
	uint32_t tenant_id;
	uint8_t view_id;
	unsigned n_nodes;
	struct dp_node *nodes;
	uint8_t by_si[DP_DIRECTIONS][256]; /* DP_NODE_NONE = no such position */
	struct dp_view_counters *counters;
};

struct dp_state_tenant {
	uint32_t tenant_id;
	uint16_t slot;
	uint32_t cpu_weight;
	char name[DP_NAME_SIZE];
	struct dp_tenant *tenant;
	bool keeps;  /* an attachment keeps flows in their views */
	bool copies; /* mirrors' copies are made or come here */
	unsigned n_attachments;
	struct dp_attachment *attachments;
	struct dp_view *views[DP_VIEWS_PER_TENANT];
};

/* An edge port, seen from the I/O thread. */
struct dp_state_port {
	struct dp_state_tenant *tenant; /* NULL = nobody's */
	const struct dp_attachment *attachment;
};

/* A flow whose backend was decided from outside. In a table by dp_flow_hash(), with linear probing. */
struct dp_pin {
	const struct dp_state_pool *pool; /* NULL = a free slot */
	struct dp_flow flow;
	uint32_t tenant_id;
	uint32_t since;    /* tick */
	uint32_t lifetime; /* ticks */
	uint32_t address;  /* of the backend */
	int32_t backend;   /* index in the pool; -1 = dead: the flow goes where it would without the pin */
};

/* Names of sites, as views' nodes refer to them. */
struct dp_domain_list {
	char name[DP_NAME_SIZE];
	struct dp_domain_set *set;
};

struct dp_allocation;

struct dp_state {
	struct dp_allocation *allocations; /* all that dp_state_alloc() gave */
	bool ipv6;        /* the fabric's family, the same for all pods */
	uint32_t address; /* this pod's, on the fabric: IPv4 in host order, or dp_outer_key() */
	struct dp_ip6 address6; /* with `ipv6`, the address itself; else 0 */
	uint16_t inner_mtu; /* largest IP packet of a tenant that the fabric carries, bytes */
	unsigned n_tenants;
	struct dp_state_tenant *tenants;
	struct dp_state_tenant *slots[DP_MAX_TENANTS];
	struct dp_state_tenant *tenant_map[DP_TENANT_MAP_SIZE];
	unsigned n_pools;
	struct dp_state_pool *pools;
	struct dp_pin *pins; /* NULL = none */
	uint32_t pins_mask;
	unsigned n_domain_lists;
	struct dp_domain_list *domain_lists;
	unsigned n_views;
	struct dp_view *views;
	struct dp_state_port ports[DP_MAX_PORTS];
	bool is_fabric[DP_MAX_PORTS];
};

/* Whether it is a link to that pod. */
static inline bool
dp_port_leads_to(const struct dp_port *port, const struct dp_backend *backend)
{
	return port->fabric && port->peer_address == backend->address && dp_ip6_equals(port->peer_address6, backend->address6);
}

/* The two ends of a link. */
static inline struct dp_outer_end
dp_state_end(const struct dp_state *state, const struct dp_port *port)
{
	return (struct dp_outer_end){.address = state->address, .address6 = state->address6, .mac = port->mac};
}

static inline struct dp_outer_end
dp_port_peer(const struct dp_port *port)
{
	return (struct dp_outer_end){.address = port->peer_address, .address6 = port->peer_address6, .mac = port->peer_mac};
}

/* Where a tenant is in tenant_map, or from where on: Fibonacci hashing. */
static inline uint32_t
dp_tenant_place(uint32_t tenant_id)
{
	return (tenant_id * UINT32_C(2654435761)) >> (32 - DP_TENANT_MAP_BITS);
}

static inline struct dp_state_tenant *
dp_state_find_tenant(const struct dp_state *state, uint32_t tenant_id)
{
	uint32_t at = dp_tenant_place(tenant_id);

	while (state->tenant_map[at] != NULL && state->tenant_map[at]->tenant_id != tenant_id)
		at = (at + 1) % DP_TENANT_MAP_SIZE;
	return state->tenant_map[at];
}

/* NULL when there is none of the name. */
static inline struct dp_domain_list *
dp_state_find_domain_list(const struct dp_state *state, const char *name)
{
	for (unsigned i = 0; i < state->n_domain_lists; i++)
		if (__builtin_strcmp(state->domain_lists[i].name, name) == 0)
			return &state->domain_lists[i];
	return NULL;
}

/* NULL when there is none of the name. */
static inline const struct dp_state_pool *
dp_state_find_pool(const struct dp_state *state, const char *name)
{
	for (unsigned i = 0; i < state->n_pools; i++)
		if (__builtin_strcmp(state->pools[i].name, name) == 0)
			return &state->pools[i];
	return NULL;
}

/* The slot of a flow's pin, or the free one where it would be; the table is never full. Needs pins. */
static inline struct dp_pin *
dp_state_find_pin(const struct dp_state *state, uint32_t tenant_id, const struct dp_state_pool *pool,
	const struct dp_flow *flow, uint32_t flow_hash)
{
	uint32_t at = flow_hash & state->pins_mask;

	while (state->pins[at].pool != NULL
		&& (state->pins[at].pool != pool || state->pins[at].tenant_id != tenant_id
			|| !dp_flow_equals(&state->pins[at].flow, flow)))
		at = (at + 1) & state->pins_mask;
	return &state->pins[at];
}

#endif
