/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a network function is to the datapath. A function is one file pair with one `const struct dp_function`, and its
 * line in function.c; nothing else in the datapath knows it by name.
 */
#ifndef NFAAS_DP_FUNCTION_H
#define NFAAS_DP_FUNCTION_H

#include "../flow/flow_share.h"
#include "../forward/context.h"
#include "../view/build.h"

/* How the replica of a node is chosen. */
struct dp_steering {
	uint32_t hash; /* for Maglev; the flow's own unless the function sets another */
	bool settled;  /* what is looked for is already there: one that has just joined the pool takes its whole share */
};

struct dp_function {
	const char *name; /* of the NetworkFunction; what --role and HelloResponse.function say */
	Nfaas__Dataplane__V1__Node__KindCase kind;

	/*
	 * Control thread. Reads a node of this kind: in every pod of the view the names of outputs and rules, and
	 * node->config where node->local, or everywhere if steer needs it. False with the build's error set.
	 */
	bool (*build)(struct dp_build *build, const struct dp_state_tenant *tenant,
		const Nfaas__Dataplane__V1__Node *message, struct dp_node *node);
	/*
	 * Control thread, once all views are read: what a node that this pod runs refers to in others. As build; NULL = nothing.
	 */
	bool (*link)(struct dp_build *build, const struct dp_state_tenant *tenant,
		const Nfaas__Dataplane__V1__Node *message, const struct dp_view *view, struct dp_node *node);
	/* Control thread. Gives up node->config; NULL when the state owns all of it. */
	void (*release)(struct dp_node *node);

	/* Worker. DP_PASS, DP_HELD, or why the packet is dropped. Finds packet->entry, may set packet->output or packet->entrance,
	 * and may leave packets in context->made and context->again. */
	dp_drop_reason_t (*process)(struct dp_context *context, struct dp_packet *packet);
	/*
	 * Worker of any pod that sends to the node: which replica a flow without one goes to, from the packet as it comes to the
	 * node, in its direction. The same in every pod. NULL = by the flow, so that both directions meet.
	 */
	void (*steer)(const struct dp_node *node, const struct dp_packet *packet, struct dp_steering *steering);
	/* Control thread, once linked: whether the node asks for its flows' entries. NULL = always. */
	bool (*asks_entry)(const struct dp_node *node);
	/* Worker, every 10 ms or so; may leave packets in context->again. NULL = nothing to do. */
	void (*housekeep)(struct dp_context *context);
	/* What it knows of its flows means the same in another pod: they may be shared (flow/flow_share.h). */
	bool shares_flows;
	/*
	 * Worker, where they are more than that; NULL = they are not. Completes a record that is about to be told, false = it means
	 * nothing to others; and takes one in, as dp_flow_take() does, which it calls.
	 */
	bool (*tell)(const struct dp_state_tenant *tenant, struct dp_flow_record *record, uint32_t now);
	enum dp_flow_taken (*take)(const struct dp_state_tenant *tenant, const struct dp_flow_record *record, uint32_t now);
};

extern const struct dp_function dp_function_gateway;
extern const struct dp_function dp_function_firewall;
extern const struct dp_function dp_function_rate_limiter;
extern const struct dp_function dp_function_classifier;
extern const struct dp_function dp_function_web_gateway;
extern const struct dp_function dp_function_nat;
extern const struct dp_function dp_function_mirror;

const struct dp_function *dp_function_of_role(enum dp_role role);
/* NULL when no function has the kind. */
const struct dp_function *dp_function_of_kind(Nfaas__Dataplane__V1__Node__KindCase kind);

#endif
