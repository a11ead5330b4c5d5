/* SPDX-License-Identifier: Apache-2.0 */
/* A firewall node's rules. */
#include <netinet/in.h>
#include <string.h>

#include "../function/function.h"
#include "build.h"

#define NEW_FLOWS_MAX 10000000

typedef Nfaas__Dataplane__V1__FirewallRule rule_message_t;

static bool
read_action(struct dp_build *build, Nfaas__Dataplane__V1__Action action, const char *field, bool *allow)
{
	*allow = action == NFAAS__DATAPLANE__V1__ACTION__ACTION_ALLOW;
	if (*allow || action == NFAAS__DATAPLANE__V1__ACTION__ACTION_DENY)
		return true;
	return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), field, "an action is allow or deny, not %d", (int)action);
}

static bool
has_range(struct dp_port_range range)
{
	return range.first != 0 || range.last != UINT16_MAX;
}

/* Ports mean something for TCP, UDP and their like; a rule for another protocol with ports would never match, which
 * nobody can have meant. */
static bool
check_ports(struct dp_build *build, const struct dp_rule *rule)
{
	switch (rule->protocol) {
	case 0:
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
	case IPPROTO_UDPLITE:
		return true;
	default:
		break;
	}
	if (!has_range(rule->source_ports) && !has_range(rule->destination_ports))
		return true;
	return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "protocol", "protocol %u has no ports", rule->protocol);
}

/* Prefixes and ICMP are of one family; what names neither is of both. */
static bool
read_families(struct dp_build *build, const rule_message_t *message, struct dp_rule *rule, struct dp_rule6 *rule6)
{
	bool source_ipv4, destination_ipv4, ipv4, ipv6;

	if (!dp_build_prefix(build, message->source, "source", &rule->source, &source_ipv4)
		|| !dp_build_prefix(build, message->destination, "destination", &rule->destination, &destination_ipv4))
		return false;
	ipv4 = rule->protocol == IPPROTO_ICMP || (message->source != NULL && source_ipv4)
		|| (message->destination != NULL && destination_ipv4);
	ipv6 = rule->protocol == IPPROTO_ICMPV6 || !source_ipv4 || !destination_ipv4;
	rule->ipv4 = !ipv6;
	rule->ipv6 = !ipv4;
	if (!source_ipv4)
		rule6->source = dp_build_prefix6(message->source);
	if (!destination_ipv4)
		rule6->destination = dp_build_prefix6(message->destination);
	return true;
}

static bool
read_rule(struct dp_build *build, const rule_message_t *message, struct dp_rule *rule, struct dp_rule6 *rule6)
{
	bool allow;

	if (!read_action(build, message->action, "action", &allow)
		|| !dp_build_protocol(build, message->protocol, &rule->protocol)
		|| !read_families(build, message, rule, rule6)
		|| !dp_build_port_range(build, message->source_ports, "source_ports", &rule->source_ports)
		|| !dp_build_port_range(build, message->destination_ports, "destination_ports", &rule->destination_ports))
		return false;
	rule->allow = allow;
	return check_ports(build, rule);
}

static struct dp_ruleset *
find_equal(const struct dp_state *state, const struct dp_rule *rules, const struct dp_rule6 *rules6, uint32_t n,
	bool default_allow)
{
	for (unsigned v = 0; state != NULL && v < state->n_views; v++)
		for (unsigned i = 0; state->views[v].nodes != NULL && i < state->views[v].n_nodes; i++) {
			const struct dp_node *node = &state->views[v].nodes[i];
			struct dp_ruleset *set = node->function == &dp_function_firewall ? node->config : NULL;

			if (set != NULL && dp_ruleset_equals(set, rules, rules6, n, default_allow))
				return set;
		}
	return NULL;
}

static bool
share_or_build(struct dp_build *build, struct dp_node *node, const struct dp_rule *rules, const struct dp_rule6 *rules6,
	bool default_allow)
{
	struct dp_ruleset *set = find_equal(build->previous, rules, rules6, node->n_rules, default_allow);

	if (set == NULL)
		set = find_equal(build->state, rules, rules6, node->n_rules, default_allow);
	if (set != NULL) {
		node->config = dp_ruleset_ref(set);
		return true;
	}
	node->config = dp_ruleset_build(rules, rules6, node->n_rules, default_allow, ++build->dp->next_ruleset);
	return node->config != NULL || dp_build_fail_memory(build);
}

static bool
read_rules(struct dp_build *build, struct dp_node *node, const Nfaas__Dataplane__V1__Firewall *firewall,
	struct dp_rule *rules, struct dp_rule6 *rules6)
{
	for (size_t i = 0; i < firewall->n_rules; i++) {
		size_t mark = dp_path_enter(build, ".rules[%zu]", i);

		if (!dp_build_name(build, node->rule_names[i], firewall->rules[i]->name, "name")
			|| !read_rule(build, firewall->rules[i], &rules[i], &rules6[i]))
			return false;
		dp_path_leave(build, mark);
	}
	return true;
}

static bool
read_limit(struct dp_build *build, const Nfaas__Dataplane__V1__Firewall *firewall, struct dp_admission_limit *limit)
{
	uint32_t burst = firewall->new_flow_burst == 0 ? firewall->new_flows_per_second : firewall->new_flow_burst;

	if (firewall->new_flows_per_second > NEW_FLOWS_MAX)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "new_flows_per_second", "%u is above %d",
			firewall->new_flows_per_second, NEW_FLOWS_MAX);
	if (burst > NEW_FLOWS_MAX || (burst > 0 && firewall->new_flows_per_second == 0))
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "new_flow_burst", "%u: at most %d, and only with a limit",
			burst, NEW_FLOWS_MAX);
	*limit = (struct dp_admission_limit){.per_second = firewall->new_flows_per_second, .burst = burst};
	return true;
}

static bool
read_one_in(struct dp_build *build, uint32_t value, uint32_t otherwise, uint32_t *one_in)
{
	if (value > DP_FLOW_LOG_ONE_IN_MAX)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "log_one_in", "%u is above %d", value,
			DP_FLOW_LOG_ONE_IN_MAX);
	*one_in = value == 0 ? otherwise : value;
	return true;
}

static bool
has_log(const Nfaas__Dataplane__V1__Firewall *firewall)
{
	for (size_t i = 0; i < firewall->n_rules; i++)
		if (firewall->rules[i]->log_one_in != 0)
			return true;
	return firewall->log_one_in != 0;
}

/* A log costs memory and a look per new flow only where there is one. */
static bool
read_log(struct dp_build *build, const Nfaas__Dataplane__V1__Firewall *firewall, struct dp_node *node)
{
	if (!node->local || !has_log(firewall))
		return true;
	node->log_one_in = dp_build_alloc(build, firewall->n_rules + 1, sizeof(*node->log_one_in));
	if (node->log_one_in == NULL
		|| !read_one_in(build, firewall->log_one_in, 0, &node->log_one_in[firewall->n_rules]))
		return false;
	for (size_t i = 0; i < firewall->n_rules; i++) {
		size_t mark = dp_path_enter(build, ".rules[%zu]", i);

		if (!read_one_in(build, firewall->rules[i]->log_one_in, firewall->log_one_in, &node->log_one_in[i]))
			return false;
		dp_path_leave(build, mark);
	}
	return true;
}

bool
dp_build_firewall(struct dp_build *build, const struct dp_state_tenant *tenant,
	const Nfaas__Dataplane__V1__Node *message, struct dp_node *node)
{
	const Nfaas__Dataplane__V1__Firewall *firewall = message->firewall;
	size_t mark = dp_path_enter(build, ".firewall");
	struct dp_rule *rules;
	struct dp_rule6 *rules6;
	bool default_allow;

	(void)tenant;
	if (firewall->n_rules > DP_RULES_MAX)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), "rules", "%zu rules; at most %d", firewall->n_rules,
			DP_RULES_MAX);
	node->n_rules = (unsigned)firewall->n_rules;
	node->rule_names = dp_build_alloc(build, firewall->n_rules, sizeof(*node->rule_names));
	rules = dp_build_alloc(build, firewall->n_rules, sizeof(*rules));
	rules6 = dp_build_alloc(build, firewall->n_rules, sizeof(*rules6));
	if (node->rule_names == NULL || rules == NULL || rules6 == NULL || !read_rules(build, node, firewall, rules, rules6)
		|| !read_action(build, firewall->default_action, "default_action", &default_allow)
		|| !dp_build_unique_names(build, node->rule_names, node->n_rules, "rules")
		|| !read_limit(build, firewall, &node->new_flows) || !read_log(build, firewall, node))
		return false;
	if (node->local && !share_or_build(build, node, rules, rules6, default_allow))
		return false;
	dp_path_leave(build, mark);
	return true;
}
