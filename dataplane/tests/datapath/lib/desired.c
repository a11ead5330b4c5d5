/* SPDX-License-Identifier: Apache-2.0 */
#include "desired.h"

#include <stdarg.h>
#include <stddef.h>

#include <openssl/evp.h>
#include <rte_byteorder.h>

#include "frame.h"
#include "test.h"

struct desired_chunk {
	struct desired_chunk *next;
	max_align_t memory[];
};

static void *
take(struct desired *desired, size_t size)
{
	struct desired_chunk *chunk = calloc(1, sizeof(*chunk) + size);

	CHECK(chunk != NULL);
	chunk->next = desired->chunks;
	desired->chunks = chunk;
	return chunk->memory;
}

/* Appends to a repeated field, whose array doubles when full. */
static void
push(struct desired *desired, void *list, size_t *n, void *element)
{
	void **array, **grown;

	memcpy(&array, list, sizeof(array));
	if ((*n & (*n - 1)) == 0) {
		grown = take(desired, (*n == 0 ? 1 : 2 * *n) * sizeof(*grown));
		if (*n > 0)
			memcpy(grown, array, *n * sizeof(*grown));
		array = grown;
		memcpy(list, &array, sizeof(array));
	}
	array[(*n)++] = element;
}

char *
desired_text(struct desired *desired, const char *format, ...)
{
	char *text = take(desired, 256);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, 256, format, arguments);
	va_end(arguments);
	return text;
}

static ProtobufCBinaryData
address_of(struct desired *desired, uint32_t address)
{
	ProtobufCBinaryData data = {.len = 4, .data = take(desired, 4)};
	uint32_t wire = rte_cpu_to_be_32(address);

	memcpy(data.data, &wire, sizeof(wire));
	return data;
}

bool desired_fabric_ipv6;

/* Of a pod. Hosts of direct return are no pods: they keep theirs. */
static ProtobufCBinaryData
fabric_address_of(struct desired *desired, uint32_t address)
{
	ProtobufCBinaryData data = address_of(desired, address);

	if (desired_fabric_ipv6 && address >> 16 == DESIRED_FABRIC >> 16) {
		data = (ProtobufCBinaryData){.len = DP_IP6_SIZE, .data = take(desired, DP_IP6_SIZE)};
		dp_ip6_write(data.data, frame_ip6(address));
	}
	return data;
}

struct desired *
desired_new(uint32_t fabric_address)
{
	struct desired *desired = calloc(1, sizeof(*desired));

	CHECK(desired != NULL);
	nfaas__dataplane__v1__desired_state__init(&desired->state);
	desired->state.generation = 1;
	desired->state.fabric = take(desired, sizeof(*desired->state.fabric));
	nfaas__dataplane__v1__fabric__init(desired->state.fabric);
	if (fabric_address != 0)
		desired->state.fabric->address = fabric_address_of(desired, fabric_address);
	return desired;
}

void
desired_free(struct desired *desired)
{
	struct desired_chunk *chunk, *next;

	for (chunk = desired->chunks; chunk != NULL; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	free(desired);
}

prefix_t *
desired_prefix(struct desired *desired, uint32_t address, uint32_t length)
{
	prefix_t *prefix = take(desired, sizeof(*prefix));

	nfaas__dataplane__v1__prefix__init(prefix);
	prefix->address = address_of(desired, address);
	prefix->length = length;
	return prefix;
}

prefix_t *
desired_prefix6(struct desired *desired, uint32_t address, uint32_t length)
{
	prefix_t *prefix = desired_prefix(desired, address, FRAME_IP6_LENGTH(length));

	prefix->address.len = DP_IP6_SIZE;
	prefix->address.data = take(desired, DP_IP6_SIZE);
	dp_ip6_write(prefix->address.data, frame_ip6(address));
	return prefix;
}

port_range_t *
desired_ports(struct desired *desired, uint32_t first, uint32_t last)
{
	port_range_t *range = take(desired, sizeof(*range));

	nfaas__dataplane__v1__port_range__init(range);
	range->first = first;
	range->last = last;
	return range;
}

tenant_t *
desired_tenant(struct desired *desired, uint32_t tenant_id)
{
	tenant_t *tenant = take(desired, sizeof(*tenant));

	nfaas__dataplane__v1__tenant__init(tenant);
	tenant->tenant_id = tenant_id;
	tenant->name = desired_text(desired, "tenant-%u", tenant_id);
	push(desired, &desired->state.tenants, &desired->state.n_tenants, tenant);
	return tenant;
}

attachment_t *
desired_attachment(struct desired *desired, tenant_t *tenant, const char *name, const char *edge_port, uint32_t address)
{
	attachment_t *attachment = take(desired, sizeof(*attachment));

	nfaas__dataplane__v1__attachment__init(attachment);
	attachment->name = desired_text(desired, "%s", name);
	attachment->edge_port = desired_text(desired, "%s", edge_port);
	attachment->address = desired_prefix(desired, address, 24);
	push(desired, &tenant->attachments, &tenant->n_attachments, attachment);
	return attachment;
}

share_t *
desired_share(struct desired *desired, attachment_t *attachment, uint32_t view_id, uint32_t percent)
{
	share_t *share = take(desired, sizeof(*share));

	nfaas__dataplane__v1__view_share__init(share);
	share->view_id = view_id;
	share->share = percent;
	push(desired, &attachment->ingress, &attachment->n_ingress, share);
	return share;
}

pool_t *
desired_pool(struct desired *desired, const char *name)
{
	pool_t *pool = take(desired, sizeof(*pool));

	nfaas__dataplane__v1__pool__init(pool);
	pool->name = desired_text(desired, "%s", name);
	push(desired, &desired->state.pools, &desired->state.n_pools, pool);
	return pool;
}

backend_t *
desired_backend(struct desired *desired, pool_t *pool, const char *name, uint32_t address, uint32_t weight)
{
	backend_t *backend = take(desired, sizeof(*backend));

	nfaas__dataplane__v1__backend__init(backend);
	backend->name = desired_text(desired, "%s", name);
	backend->address = fabric_address_of(desired, address);
	backend->weight = weight;
	push(desired, &pool->backends, &pool->n_backends, backend);
	return backend;
}

pin_t *
desired_pin(struct desired *desired, uint32_t tenant_id, const char *pool, const char *backend, uint32_t source,
	uint32_t destination, uint16_t source_port, uint16_t destination_port)
{
	pin_t *pin = take(desired, sizeof(*pin));

	nfaas__dataplane__v1__pin__init(pin);
	pin->tenant_id = tenant_id;
	pin->pool = desired_text(desired, "%s", pool);
	pin->backend = desired_text(desired, "%s", backend);
	pin->source = address_of(desired, source);
	pin->destination = address_of(desired, destination);
	pin->protocol = 6;
	pin->source_port = source_port;
	pin->destination_port = destination_port;
	pin->lifetime_ms = 60000;
	push(desired, &desired->state.pins, &desired->state.n_pins, pin);
	return pin;
}

view_t *
desired_view(struct desired *desired, uint32_t tenant_id, uint32_t view_id, const char *uid)
{
	view_t *view = take(desired, sizeof(*view));

	nfaas__dataplane__v1__view__init(view);
	view->tenant_id = tenant_id;
	view->view_id = view_id;
	view->uid = desired_text(desired, "%s", uid);
	push(desired, &desired->state.views, &desired->state.n_views, view);
	return view;
}

static node_t *
add_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si, uint32_t reverse_si,
	const char *pool)
{
	node_t *node = take(desired, sizeof(*node));

	nfaas__dataplane__v1__node__init(node);
	node->name = desired_text(desired, "%s", name);
	node->state_key = desired_text(desired, "key-of-%s", name);
	node->forward_si = forward_si;
	node->reverse_si = reverse_si;
	node->pool = desired_text(desired, "%s", pool);
	push(desired, &view->nodes, &view->n_nodes, node);
	return node;
}

node_t *
desired_attachment_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si,
	uint32_t reverse_si, const char *pool)
{
	node_t *node = add_node(desired, view, name, forward_si, reverse_si, pool);

	node->kind_case = NFAAS__DATAPLANE__V1__NODE__KIND_ATTACHMENT;
	node->attachment = take(desired, sizeof(*node->attachment));
	nfaas__dataplane__v1__attachment_node__init(node->attachment);
	node->attachment->name = desired_text(desired, "%s", name);
	return node;
}

node_t *
desired_firewall_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si,
	uint32_t reverse_si, const char *pool, Nfaas__Dataplane__V1__Action default_action)
{
	node_t *node = add_node(desired, view, name, forward_si, reverse_si, pool);

	node->kind_case = NFAAS__DATAPLANE__V1__NODE__KIND_FIREWALL;
	node->firewall = take(desired, sizeof(*node->firewall));
	nfaas__dataplane__v1__firewall__init(node->firewall);
	node->firewall->default_action = default_action;
	return node;
}

rule_t *
desired_rule(struct desired *desired, node_t *node, const char *name, Nfaas__Dataplane__V1__Action action,
	uint32_t protocol)
{
	rule_t *rule = take(desired, sizeof(*rule));

	nfaas__dataplane__v1__firewall_rule__init(rule);
	rule->name = desired_text(desired, "%s", name);
	rule->action = action;
	rule->protocol = protocol;
	push(desired, &node->firewall->rules, &node->firewall->n_rules, rule);
	return rule;
}

node_t *
desired_rate_limiter_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si,
	uint32_t reverse_si, const char *pool)
{
	node_t *node = add_node(desired, view, name, forward_si, reverse_si, pool);

	node->kind_case = NFAAS__DATAPLANE__V1__NODE__KIND_RATE_LIMITER;
	node->rate_limiter = take(desired, sizeof(*node->rate_limiter));
	nfaas__dataplane__v1__rate_limiter__init(node->rate_limiter);
	return node;
}

static colour_action_t *
new_action(struct desired *desired)
{
	colour_action_t *action = take(desired, sizeof(*action));

	nfaas__dataplane__v1__colour_action__init(action);
	return action;
}

colour_action_t *
desired_mark(struct desired *desired, uint32_t dscp)
{
	colour_action_t *action = new_action(desired);

	action->mark = true;
	action->dscp = dscp;
	return action;
}

traffic_class_t *
desired_traffic_class(struct desired *desired, node_t *node, const char *name, uint64_t bits_per_second,
	uint64_t committed_burst, uint64_t excess_burst)
{
	traffic_class_t *class = take(desired, sizeof(*class));

	nfaas__dataplane__v1__traffic_class__init(class);
	class->name = desired_text(desired, "%s", name);
	class->meter = take(desired, sizeof(*class->meter));
	nfaas__dataplane__v1__meter__init(class->meter);
	class->meter->kind = NFAAS__DATAPLANE__V1__METER_KIND__METER_KIND_SINGLE_RATE;
	class->meter->committed_rate = bits_per_second;
	class->meter->committed_burst = committed_burst;
	class->meter->excess_burst = excess_burst;
	class->red = new_action(desired);
	class->red->drop = true;
	push(desired, &node->rate_limiter->classes, &node->rate_limiter->n_classes, class);
	return class;
}

node_t *
desired_classifier_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si,
	uint32_t reverse_si, const char *pool)
{
	node_t *node = add_node(desired, view, name, forward_si, reverse_si, pool);

	node->kind_case = NFAAS__DATAPLANE__V1__NODE__KIND_CLASSIFIER;
	node->classifier = take(desired, sizeof(*node->classifier));
	nfaas__dataplane__v1__classifier__init(node->classifier);
	return node;
}

classifier_class_t *
desired_classifier_class(struct desired *desired, node_t *node, const char *output, uint32_t percent)
{
	classifier_class_t *class = take(desired, sizeof(*class));

	nfaas__dataplane__v1__classifier_class__init(class);
	class->output = desired_text(desired, "%s", output);
	class->percent = percent;
	push(desired, &node->classifier->classes, &node->classifier->n_classes, class);
	return class;
}

entrance_t *
desired_entrance(struct desired *desired, classifier_class_t *class, uint32_t view_id, const char *node, uint32_t share)
{
	entrance_t *entrance = take(desired, sizeof(*entrance));

	nfaas__dataplane__v1__entrance__init(entrance);
	entrance->view_id = view_id;
	entrance->node = desired_text(desired, "%s", node);
	entrance->share = share;
	push(desired, &class->enter, &class->n_enter, entrance);
	return entrance;
}

void
desired_entered_from(struct desired *desired, node_t *attachment, const char *pool)
{
	push(desired, &attachment->attachment->entered_from, &attachment->attachment->n_entered_from,
		desired_text(desired, "%s", pool));
}

node_t *
desired_web_gateway_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si, uint32_t reverse_si,
	const char *pool)
{
	node_t *node = add_node(desired, view, name, forward_si, reverse_si, pool);

	node->kind_case = NFAAS__DATAPLANE__V1__NODE__KIND_WEB_GATEWAY;
	node->web_gateway = take(desired, sizeof(*node->web_gateway));
	nfaas__dataplane__v1__web_gateway__init(node->web_gateway);
	node->web_gateway->unlisted = node->web_gateway->hidden = ALLOW;
	push(desired, &node->web_gateway->ports, &node->web_gateway->n_ports, desired_ports(desired, 80, 80));
	push(desired, &node->web_gateway->ports, &node->web_gateway->n_ports, desired_ports(desired, 443, 443));
	return node;
}

domain_list_t *
desired_domain_list(struct desired *desired, const char *name, const char *names)
{
	domain_list_t *list = take(desired, sizeof(*list));

	nfaas__dataplane__v1__domain_list__init(list);
	list->name = desired_text(desired, "%s", name);
	list->names.len = strlen(names);
	list->names.data = take(desired, list->names.len + 1);
	memcpy(list->names.data, names, list->names.len);
	list->digest.len = 32;
	list->digest.data = take(desired, EVP_MAX_MD_SIZE);
	CHECK(EVP_Digest(names, list->names.len, list->digest.data, NULL, EVP_sha256(), NULL) == 1);
	push(desired, &desired->state.domain_lists, &desired->state.n_domain_lists, list);
	return list;
}

void
desired_web_list(struct desired *desired, node_t *node, const char *name, Nfaas__Dataplane__V1__Action action)
{
	Nfaas__Dataplane__V1__WebGateway *gateway = node->web_gateway;

	if (action == ALLOW)
		push(desired, &gateway->allow, &gateway->n_allow, desired_text(desired, "%s", name));
	else
		push(desired, &gateway->deny, &gateway->n_deny, desired_text(desired, "%s", name));
}

node_t *
desired_nat_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si, uint32_t reverse_si,
	const char *pool, uint32_t public_address, uint32_t length)
{
	node_t *node = add_node(desired, view, name, forward_si, reverse_si, pool);

	node->kind_case = NFAAS__DATAPLANE__V1__NODE__KIND_NAT;
	node->nat = take(desired, sizeof(*node->nat));
	nfaas__dataplane__v1__nat__init(node->nat);
	push(desired, &node->nat->public_prefixes, &node->nat->n_public_prefixes,
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
	prefix_translation_t *translation = take(desired, sizeof(*translation));

	nfaas__dataplane__v1__prefix_translation__init(translation);
	translation->internal = whole_prefix6(desired, internal, length);
	translation->external = whole_prefix6(desired, external, length);
	push(desired, &nat->nat->prefix_translations, &nat->nat->n_prefix_translations, translation);
	return translation;
}

node_t *
desired_mirror_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si, uint32_t reverse_si,
	const char *pool)
{
	node_t *node = add_node(desired, view, name, forward_si, reverse_si, pool);

	node->kind_case = NFAAS__DATAPLANE__V1__NODE__KIND_MIRROR;
	node->mirror = take(desired, sizeof(*node->mirror));
	nfaas__dataplane__v1__mirror__init(node->mirror);
	node->mirror->percent = 100;
	return node;
}

tap_t *
desired_tap(struct desired *desired, attachment_t *attachment, uint32_t collector)
{
	attachment->tap = take(desired, sizeof(*attachment->tap));
	nfaas__dataplane__v1__tap__init(attachment->tap);
	attachment->tap->collector = desired_prefix(desired, collector, 32)->address;
	return attachment->tap;
}

packet_match_t *
desired_packet_match(struct desired *desired)
{
	packet_match_t *match = take(desired, sizeof(*match));

	nfaas__dataplane__v1__packet_match__init(match);
	match->flow = take(desired, sizeof(*match->flow));
	nfaas__dataplane__v1__match__init(match->flow);
	return match;
}

void
desired_dscp(struct desired *desired, packet_match_t *match, uint32_t dscp)
{
	uint32_t *grown = take(desired, (match->n_dscps + 1) * sizeof(*grown));

	if (match->n_dscps > 0)
		memcpy(grown, match->dscps, match->n_dscps * sizeof(*grown));
	grown[match->n_dscps++] = dscp;
	match->dscps = grown;
}

static edge_t *
new_edge(struct desired *desired, const node_t *to)
{
	edge_t *edge = take(desired, sizeof(*edge));

	nfaas__dataplane__v1__edge__init(edge);
	edge->to = desired_text(desired, "%s", to->name);
	return edge;
}

edge_t *
desired_edge(struct desired *desired, node_t *from, node_t *to)
{
	edge_t *forward = new_edge(desired, to);

	push(desired, &from->forward, &from->n_forward, forward);
	push(desired, &to->reverse, &to->n_reverse, new_edge(desired, from));
	return forward;
}

match_t *
desired_match(struct desired *desired, edge_t *edge)
{
	edge->match = take(desired, sizeof(*edge->match));
	nfaas__dataplane__v1__match__init(edge->match);
	return edge->match;
}
