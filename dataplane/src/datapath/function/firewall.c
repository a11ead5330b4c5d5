/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stateful packet filter.
 *
 * The first packet of a flow is judged by the rules on its own addresses, whichever way it goes; later packets of an
 * allowed flow pass both ways. When the rules change, a flow is judged once more, on the direction it began in. A TCP
 * segment of an unknown flow may begin one if a rule allows it: that is how flows converge after a restart of the pod.
 * ICMP errors pass if the flow they are about does. Every packet is counted for the rule that decided its flow.
 *
 * Fragments: the first one, which has ports, is judged as any packet; later ones pass with its flow (forward/reunite.c
 * tells which that is).
 */
#include <netinet/in.h>

#include <rte_tcp.h>

#include "../flow/flow_track.h"
#include "firewall_log.h"
#include "function.h"

static const struct dp_ruleset *
rules_of(const struct dp_packet *packet)
{
	return packet->node->config;
}

static struct dp_rule_key
key_of(const struct dp_flow *flow, uint8_t from)
{
	return (struct dp_rule_key){
		.source = flow->address[from],
		.destination = flow->address[!from],
		.ipv6 = flow->ipv6,
		.source6 = flow->ipv6 ? flow->ends[from] : (struct dp_ip6){0},
		.destination6 = flow->ipv6 ? flow->ends[!from] : (struct dp_ip6){0},
		.source_port = flow->port[from],
		.destination_port = flow->port[!from],
		.protocol = flow->protocol,
		.has_ports = dp_protocol_has_ports(flow->protocol),
	};
}

/* A packet that can only be the answer to something we should know of. */
static bool
is_answer(const struct dp_inner *inner)
{
	if (inner->protocol == IPPROTO_TCP)
		return (inner->tcp_flags & RTE_TCP_SYN_FLAG) == 0 || (inner->tcp_flags & RTE_TCP_ACK_FLAG) != 0;
	return dp_inner_is_echo_reply(inner);
}

/* The rules have changed since the flow was judged: judge its first direction again. */
static bool
still_allowed(struct dp_context *context, struct dp_packet *packet, struct dp_flow_entry *entry)
{
	const struct dp_ruleset *rules = rules_of(packet);
	struct dp_rule_key key;
	struct dp_verdict verdict;
	struct dp_flow flow;

	if (entry->ruleset == rules->id)
		return true;
	flow = dp_flow_of_entry(context->flows, entry);
	key = key_of(&flow, entry->initiator);
	verdict = dp_ruleset_match(rules, &key);
	if (verdict.allow) {
		entry->ruleset = rules->id;
		entry->rule = verdict.rule;
		return true;
	}
	dp_packet_count_rule(packet, verdict.rule);
	dp_flow_table_remove(context->flows, entry);
	return false;
}

struct flow_at {
	const struct dp_flow *flow;
	uint64_t hash;
	uint8_t side;
};

static bool
may_begin(const struct dp_context *context, const struct dp_node *node)
{
	return node->new_flows.per_second == 0
		|| dp_admission_take(context->tenant->tenant->admissions, node->key, &node->new_flows, context->tsc,
			context->dp->tsc_hz);
}

/* What the rules say of a new flow, if it can be made. */
static dp_drop_reason_t
judge_by_rules(struct dp_context *context, struct dp_packet *packet, const struct flow_at *at,
	struct dp_verdict verdict, struct dp_flow_entry **entry)
{
	const struct dp_ruleset *rules = rules_of(packet);
	bool by_default = verdict.rule == rules->n;

	if (is_answer(&packet->inner) && ((!verdict.allow && by_default) || packet->inner.protocol != IPPROTO_TCP))
		return DP_REASON(INVALID_STATE);
	if (verdict.allow) {
		if (!may_begin(context, packet->node))
			return DP_REASON(NEW_FLOW_LIMITED);
		*entry = dp_flow_table_add(context->flows, at->hash, packet->node->key, at->flow,
			dp_flow_first_class(&packet->inner), context->now);
		if (*entry == NULL)
			return DP_REASON(TABLE_FULL);
		(*entry)->initiator = at->side;
		(*entry)->ruleset = rules->id;
		(*entry)->rule = verdict.rule;
	}
	dp_packet_count_rule(packet, verdict.rule);
	return verdict.allow ? DP_PASS : DP_REASON(DENIED);
}

static dp_drop_reason_t
judge_new(struct dp_context *context, struct dp_packet *packet, const struct flow_at *at,
	struct dp_flow_entry **entry)
{
	struct dp_rule_key key = key_of(at->flow, at->side);
	struct dp_verdict verdict = dp_ruleset_match(rules_of(packet), &key);
	dp_drop_reason_t reason = judge_by_rules(context, packet, at, verdict, entry);

	if (unlikely(packet->node->log_one_in != NULL) && reason != DP_REASON(INVALID_STATE))
		dp_firewall_log(context, packet, at->flow, at->side, verdict.rule, reason);
	return reason;
}

static dp_drop_reason_t
judge_flow(struct dp_context *context, struct dp_packet *packet, const struct flow_at *at,
	struct dp_flow_entry **entry)
{
	*entry = dp_flow_table_find(context->flows, at->hash, packet->node->key, at->flow, context->now);
	if (*entry != NULL && dp_flow_opens(&packet->inner)
		&& *dp_flow_class(context->flows, *entry) == DP_FLOW_TCP_CLOSING) {
		dp_flow_table_remove(context->flows, *entry); /* the port is in use again: a new flow */
		*entry = NULL;
	}
	if (*entry == NULL)
		return judge_new(context, packet, at, entry);
	if (!still_allowed(context, packet, *entry)) {
		*entry = NULL;
		return DP_REASON(DENIED);
	}
	dp_flow_track(context->flows, *entry, &packet->inner, at->side, context->now);
	dp_packet_count_rule(packet, (*entry)->rule);
	return DP_PASS;
}

/* A later fragment or an ICMP error: it passes with its flow, and opens none. */
static dp_drop_reason_t
judge_related(struct dp_context *context, struct dp_packet *packet)
{
	dp_packet_find_entry(context, packet);
	if (packet->entry == NULL)
		return DP_REASON(INVALID_STATE);
	if (!still_allowed(context, packet, packet->entry)) {
		packet->entry = NULL;
		return DP_REASON(DENIED);
	}
	if (packet->inner.kind == DP_INNER_LATER_FRAGMENT)
		dp_flow_touch(context->flows, packet->entry, context->now);
	dp_packet_count_rule(packet, packet->entry->rule);
	return DP_PASS;
}

static dp_drop_reason_t
judge(struct dp_context *context, struct dp_packet *packet)
{
	struct flow_at at = {.flow = &packet->inner.flow, .hash = packet->hash, .side = packet->inner.side};

	switch (packet->inner.kind) {
	case DP_INNER_LATER_FRAGMENT:
	case DP_INNER_RELATED:
		return judge_related(context, packet);
	default:
		return judge_flow(context, packet, &at, &packet->entry);
	}
}

static void
release(struct dp_node *node)
{
	dp_ruleset_unref(node->config);
}

const struct dp_function dp_function_firewall = {
	.name = "firewall",
	.kind = NFAAS__DATAPLANE__V1__NODE__KIND_FIREWALL,
	.build = dp_build_firewall,
	.release = release,
	.process = judge,
	.shares_flows = true,
};
