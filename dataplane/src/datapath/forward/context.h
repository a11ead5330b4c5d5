/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_CONTEXT_H
#define NFAAS_DP_CONTEXT_H

#include "../counters/drop.h"
#include "../view/state.h"

/* A packet that a function makes about the one at hand: it begins at that one's node. */
struct dp_made {
	struct rte_mbuf *m; /* an IP packet at meta.inner_offset, with meta.inner_length and nothing else of the meta */
	enum dp_direction direction;
	uint8_t output;
};
#define DP_MADE_MAX 2

/* One burst of one tenant, on its worker. */
struct dp_context {
	struct dp *dp;
	const struct dp_state *state;
	const struct dp_state_tenant *tenant;
	struct dp_flow_table *flows;
	struct rte_mbuf **out;
	uint16_t n_out;
	uint16_t reserved_out; /* room in out[] kept for packets not yet processed */
	uint32_t now;          /* ticks */
	uint64_t tsc;          /* the same moment */
	bool explains;         /* the tenant has packets to be marked (explain/explain.h) */
	struct dp_made made[DP_MADE_MAX];            /* what a function wants sent once it has returned */
	struct rte_mbuf *again[DP_HELD_PACKETS];     /* packets it held back, to be taken to their node once more */
	uint8_t n_made;
	uint8_t n_again;
};

/* A packet on its way through the positions of this pod: what each of them asks for is in two cache lines. */
struct dp_packet {
	struct rte_mbuf *m;
	struct dp_meta *meta;
	const struct dp_view *view;
	const struct dp_node *node;
	struct dp_flow_entry *entry; /* of the flow at this node; NULL = not tracked */
	uint64_t hash;               /* of the flow at this node, for the flow table; 0 where it is untracked */
	const struct dp_injection *entrance; /* into another view, where its node sends it; NULL = over an edge */
	uint8_t direction;           /* enum dp_direction */
	bool entering;               /* injected here: at its attachment it has not left, it begins */
	bool answers;                /* its flow's initiator, by the entry at a node of this pod before; false = not known */
	uint8_t side;                /* of the entry's flow that it comes from: a NAT's packet has left that flow */
	uint8_t output;              /* of its node that it leaves by; DP_OUTPUT_UNNAMED */
	bool waited_for;             /* a first fragment: others may wait for it at `fragment` */
	uint16_t rule;               /* of its node that decided; n_rules = none matched; DP_RULE_NONE */
	struct dp_inner inner;
	struct dp_fragment *fragment; /* where it is noted; with waited_for */
	const struct dp_state_pool *hop_pool; /* that the backend of the next node is of; packets that are explained */
	uint8_t choice;              /* how that was found: DP_CHOICE(); the same */
	uint64_t started;            /* TSC; the same */
} __attribute__((aligned(RTE_CACHE_LINE_SIZE)));
_Static_assert(offsetof(struct dp_packet, inner) == RTE_CACHE_LINE_SIZE, "the first line");
_Static_assert(offsetof(struct dp_inner, flow.ends) <= RTE_CACHE_LINE_SIZE, "the second line, of IPv4");

#define DP_PASS DP_REASON(UNSPECIFIED)
#define DP_RULE_NONE UINT16_MAX
#define DP_CHOICE(name) NFAAS__DATAPLANE__V1__HOP_CHOICE__HOP_CHOICE_##name
/* The function keeps the packet: it is neither dropped nor sent, and not to be touched any more. */
#define DP_HELD ((dp_drop_reason_t)(DP_DROP_REASONS))

static inline void
dp_send(struct dp_context *context, struct rte_mbuf *m, uint16_t port)
{
	dp_meta(m)->out_port = port;
	context->out[context->n_out++] = m;
}

/* Drops a packet and counts why. False, for those that tell by it that the packet is gone. */
static inline bool
dp_refuse(struct dp_context *context, struct rte_mbuf *m, dp_drop_reason_t reason)
{
	dp_drop(context->dp, context->state, m, reason, DP_WRITER_WORKER);
	return false;
}

static inline bool
dp_has_spare_out(const struct dp_context *context)
{
	return context->n_out + context->reserved_out < DP_OUT_MAX;
}

/* Finds the packet's flow at its node, NULL if it has none. */
static inline void
dp_packet_find_entry(const struct dp_context *context, struct dp_packet *packet)
{
	packet->entry = dp_flow_table_find(context->flows, packet->hash, packet->node->key, &packet->inner.flow,
		context->now);
}

static inline void
dp_packet_enter_node(const struct dp_context *context, struct dp_packet *packet, const struct dp_node *node)
{
	packet->node = node;
	packet->output = DP_OUTPUT_UNNAMED;
	packet->entrance = NULL;
	packet->rule = DP_RULE_NONE;
	packet->side = packet->inner.side;
	packet->meta->si = node->si[packet->direction];
	packet->hash = node->untracked ? 0 : dp_flow_table_hash(context->flows, node->key, &packet->inner.flow);
}

/* Counts the packet for the rule of its node that decided; n_rules = none matched. */
static inline void
dp_packet_count_rule(struct dp_packet *packet, unsigned rule)
{
	packet->rule = (uint16_t)rule;
	dp_count(&packet->view->counters->rules[packet->node->first_rule + rule], packet->inner.length);
}

#endif
