/* SPDX-License-Identifier: Apache-2.0 */
/* What the pods of the world are told. */
#include "world_internal.h"

static void
default_rules(struct desired *desired, node_t *firewall)
{
	rule_t *rule;

	desired_rule(desired, firewall, "ping", ALLOW, IPPROTO_ICMP);
	rule = desired_rule(desired, firewall, "web", ALLOW, IPPROTO_TCP);
	rule->destination_ports = desired_ports(desired, 80, 80);
	desired_rule(desired, firewall, "ping6", ALLOW, IPPROTO_ICMPV6);
}

static void
allow_all(struct desired *desired, node_t *firewall)
{
	desired_rule(desired, firewall, "everything", ALLOW, 0);
}

/* client - (TCP: web, else: rest) - server, both firewalls on one set of pods. */
static void
describe_branches(struct desired *desired, view_t *view)
{
	node_t *client = desired_attachment_node(desired, view, "client", 255, 252, "gateway-a");
	node_t *web = desired_firewall_node(desired, view, "web", 254, 254, "firewalls", DENY);
	node_t *rest = desired_firewall_node(desired, view, "rest", 253, 253, "firewalls", DENY);
	node_t *server = desired_attachment_node(desired, view, "server", 252, 255, "gateway-b");

	allow_all(desired, web);
	allow_all(desired, rest);
	desired_match(desired, desired_edge(desired, client, web))->protocol = IPPROTO_TCP;
	desired_edge(desired, client, rest);
	desired_edge(desired, web, server);
	desired_edge(desired, rest, server);
}

static void
describe_twice(struct desired *desired, view_t *view)
{
	node_t *client = desired_attachment_node(desired, view, "client", 255, 252, "gateway-a");
	node_t *first = desired_firewall_node(desired, view, "first", 254, 253, "firewalls", ALLOW);
	node_t *second = desired_firewall_node(desired, view, "second", 253, 254, "firewalls", ALLOW);
	node_t *server = desired_attachment_node(desired, view, "server", 252, 255, "gateway-b");

	desired_edge(desired, client, first);
	desired_edge(desired, first, second);
	desired_edge(desired, second, server);
}

static void
describe_view(struct desired *desired, const struct world_view *description, uint32_t tenant_id)
{
	view_t *view = desired_view(desired, tenant_id, description->id, description->uid);
	node_t *client, *last, *server;

	if (description->graph != NULL) {
		description->graph(desired, view);
		return;
	}
	if (description->twice) {
		describe_twice(desired, view);
		return;
	}
	if (description->branches) {
		describe_branches(desired, view);
		return;
	}
	last = client = desired_attachment_node(desired, view, "client", 255, 253, "gateway-a");
	if (!description->no_firewall) {
		last = desired_firewall_node(desired, view, "firewall", 254, 254, "firewalls", DENY);
		(description->rules != NULL ? description->rules : default_rules)(desired, last);
		desired_edge(desired, client, last);
	}
	server = desired_attachment_node(desired, view, "server", 253, 255, "gateway-b");
	desired_edge(desired, last, server);
}

static void
describe_attachment(const struct world *world, struct desired *desired, tenant_t *tenant, enum pod pod, unsigned t)
{
	char port[16];
	attachment_t *attachment;

	snprintf(port, sizeof(port), "edge-%u", t);
	attachment = desired_attachment(desired, tenant, pod == GATEWAY_A ? "client" : "server", port,
		pod == GATEWAY_A ? CLIENT_ROUTER : SERVER_ROUTER);
	if (world->ipv6)
		attachment->address6 = desired_prefix6(desired, pod == GATEWAY_A ? CLIENT_ROUTER : SERVER_ROUTER, 24);
	for (unsigned v = 0; v < RTE_DIM(world->views); v++)
		if (world->views[v].id != 0 && (world->views[v].share > 0 || world->views[v].keep_flows))
			desired_share(desired, attachment, world->views[v].id, world->views[v].share)->keep_flows =
				world->views[v].keep_flows;
}

struct desired *
world_desired(const struct world *world, enum pod pod)
{
	struct desired *desired = desired_new(world_address(pod));
	pool_t *firewalls;

	desired->state.fabric->mtu = world->fabric_mtu;
	desired_backend(desired, desired_pool(desired, "gateway-a"), "gateway-a", world_address(GATEWAY_A), 100);
	desired_backend(desired, desired_pool(desired, "gateway-b"), "gateway-b", world_address(GATEWAY_B), 100);
	firewalls = desired_pool(desired, "firewalls");
	firewalls->slow_start_ms = world->slow_start_ms;
	for (enum pod p = FIREWALL_1; p < PODS; p++)
		if (!world->absent[p])
			desired_backend(desired, firewalls, world_pod_names[p], world_address(p), world->weight[p]);
	for (unsigned t = 0; t < world->n_tenants; t++) {
		tenant_t *tenant = desired_tenant(desired, TENANT_ID(t));

		for (unsigned v = 0; v < RTE_DIM(world->views); v++)
			if (world->views[v].id != 0)
				describe_view(desired, &world->views[v], TENANT_ID(t));
		if (world_is_gateway(pod))
			describe_attachment(world, desired, tenant, pod, t);
	}
	return desired;
}
