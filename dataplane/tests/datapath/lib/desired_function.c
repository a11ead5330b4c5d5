/* SPDX-License-Identifier: Apache-2.0 */
#include "desired_internal.h"

node_t *
desired_firewall_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si,
	uint32_t reverse_si, const char *pool, Nfaas__Dataplane__V1__Action default_action)
{
	node_t *node = desired_node(desired, view, name, forward_si, reverse_si, pool);

	node->kind_case = NFAAS__DATAPLANE__V1__NODE__KIND_FIREWALL;
	node->firewall = desired_message(desired, &nfaas__dataplane__v1__firewall__descriptor);
	node->firewall->default_action = default_action;
	return node;
}

rule_t *
desired_rule(struct desired *desired, node_t *node, const char *name, Nfaas__Dataplane__V1__Action action,
	uint32_t protocol)
{
	rule_t *rule = desired_message(desired, &nfaas__dataplane__v1__firewall_rule__descriptor);

	rule->name = desired_text(desired, "%s", name);
	rule->action = action;
	rule->protocol = protocol;
	desired_push(desired, &node->firewall->rules, &node->firewall->n_rules, rule);
	return rule;
}

node_t *
desired_rate_limiter_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si,
	uint32_t reverse_si, const char *pool)
{
	node_t *node = desired_node(desired, view, name, forward_si, reverse_si, pool);

	node->kind_case = NFAAS__DATAPLANE__V1__NODE__KIND_RATE_LIMITER;
	node->rate_limiter = desired_message(desired, &nfaas__dataplane__v1__rate_limiter__descriptor);
	return node;
}

colour_action_t *
desired_mark(struct desired *desired, uint32_t dscp)
{
	colour_action_t *action = desired_message(desired, &nfaas__dataplane__v1__colour_action__descriptor);

	action->mark = true;
	action->dscp = dscp;
	return action;
}

traffic_class_t *
desired_traffic_class(struct desired *desired, node_t *node, const char *name, uint64_t bits_per_second,
	uint64_t committed_burst, uint64_t excess_burst)
{
	traffic_class_t *class = desired_message(desired, &nfaas__dataplane__v1__traffic_class__descriptor);

	class->name = desired_text(desired, "%s", name);
	class->meter = desired_message(desired, &nfaas__dataplane__v1__meter__descriptor);
	class->meter->kind = NFAAS__DATAPLANE__V1__METER_KIND__METER_KIND_SINGLE_RATE;
	class->meter->committed_rate = bits_per_second;
	class->meter->committed_burst = committed_burst;
	class->meter->excess_burst = excess_burst;
	class->red = desired_message(desired, &nfaas__dataplane__v1__colour_action__descriptor);
	class->red->drop = true;
	desired_push(desired, &node->rate_limiter->classes, &node->rate_limiter->n_classes, class);
	return class;
}

node_t *
desired_classifier_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si,
	uint32_t reverse_si, const char *pool)
{
	node_t *node = desired_node(desired, view, name, forward_si, reverse_si, pool);

	node->kind_case = NFAAS__DATAPLANE__V1__NODE__KIND_CLASSIFIER;
	node->classifier = desired_message(desired, &nfaas__dataplane__v1__classifier__descriptor);
	return node;
}

classifier_class_t *
desired_classifier_class(struct desired *desired, node_t *node, const char *output, uint32_t percent)
{
	classifier_class_t *class = desired_message(desired, &nfaas__dataplane__v1__classifier_class__descriptor);

	class->output = desired_text(desired, "%s", output);
	class->percent = percent;
	desired_push(desired, &node->classifier->classes, &node->classifier->n_classes, class);
	return class;
}

entrance_t *
desired_entrance(struct desired *desired, classifier_class_t *class, uint32_t view_id, const char *node, uint32_t share)
{
	entrance_t *entrance = desired_message(desired, &nfaas__dataplane__v1__entrance__descriptor);

	entrance->view_id = view_id;
	entrance->node = desired_text(desired, "%s", node);
	entrance->share = share;
	desired_push(desired, &class->enter, &class->n_enter, entrance);
	return entrance;
}

node_t *
desired_web_gateway_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si, uint32_t reverse_si,
	const char *pool)
{
	node_t *node = desired_node(desired, view, name, forward_si, reverse_si, pool);

	node->kind_case = NFAAS__DATAPLANE__V1__NODE__KIND_WEB_GATEWAY;
	node->web_gateway = desired_message(desired, &nfaas__dataplane__v1__web_gateway__descriptor);
	node->web_gateway->unlisted = node->web_gateway->hidden = ALLOW;
	desired_push(desired, &node->web_gateway->ports, &node->web_gateway->n_ports, desired_ports(desired, 80, 80));
	desired_push(desired, &node->web_gateway->ports, &node->web_gateway->n_ports, desired_ports(desired, 443, 443));
	return node;
}

void
desired_web_list(struct desired *desired, node_t *node, const char *name, Nfaas__Dataplane__V1__Action action)
{
	Nfaas__Dataplane__V1__WebGateway *gateway = node->web_gateway;

	if (action == ALLOW)
		desired_push(desired, &gateway->allow, &gateway->n_allow, desired_text(desired, "%s", name));
	else
		desired_push(desired, &gateway->deny, &gateway->n_deny, desired_text(desired, "%s", name));
}

node_t *
desired_nat_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si, uint32_t reverse_si,
	const char *pool, uint32_t public_address, uint32_t length)
{
	node_t *node = desired_node(desired, view, name, forward_si, reverse_si, pool);

	node->kind_case = NFAAS__DATAPLANE__V1__NODE__KIND_NAT;
	node->nat = desired_message(desired, &nfaas__dataplane__v1__nat__descriptor);
	desired_push(desired, &node->nat->public_prefixes, &node->nat->n_public_prefixes,
		desired_prefix(desired, public_address, length));
	return node;
}

static prefix_t *
whole_prefix6(struct desired *desired, struct dp_ip6 address, uint32_t length)
{
	prefix_t *prefix = desired_prefix6(desired, 0, 0);

	dp_ip6_write(prefix->address.data, address);
	prefix->length = length;
	return prefix;
}

prefix_translation_t *
desired_prefix_translation(struct desired *desired, node_t *nat, struct dp_ip6 internal, struct dp_ip6 external,
	uint32_t length)
{
	prefix_translation_t *translation = desired_message(desired, &nfaas__dataplane__v1__prefix_translation__descriptor);

	translation->internal = whole_prefix6(desired, internal, length);
	translation->external = whole_prefix6(desired, external, length);
	desired_push(desired, &nat->nat->prefix_translations, &nat->nat->n_prefix_translations, translation);
	return translation;
}

node_t *
desired_mirror_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si, uint32_t reverse_si,
	const char *pool)
{
	node_t *node = desired_node(desired, view, name, forward_si, reverse_si, pool);

	node->kind_case = NFAAS__DATAPLANE__V1__NODE__KIND_MIRROR;
	node->mirror = desired_message(desired, &nfaas__dataplane__v1__mirror__descriptor);
	node->mirror->percent = 100;
	return node;
}
