/* SPDX-License-Identifier: Apache-2.0 */
/* Tenants with their worker slots, attachments, and the views attachments inject into. */
#include <string.h>

#include <rte_byteorder.h>

#include "../packet/plain_gre.h"
#include "build.h"
#include "tenant.h"

#define CPU_WEIGHT_DEFAULT 100
#define CPU_WEIGHT_MAX 10000
#define ATTACHMENTS_MAX DP_MAX_PORTS

typedef Nfaas__Dataplane__V1__Attachment attachment_message_t;

static const struct dp_port *
find_edge_port(const struct dp_build *build, const char *name)
{
	for (unsigned i = 0; i < build->n_ports; i++)
		if (!build->ports[i].fabric && strcmp(build->ports[i].name, name) == 0)
			return &build->ports[i];
	return NULL;
}

static bool
read_address(struct dp_build *build, const attachment_message_t *message, struct dp_attachment *attachment,
	struct dp_prefix *subnet)
{
	bool ipv4;

	if (message->address == NULL)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "address", "the gateway needs an address of its own");
	if (!dp_build_prefix(build, message->address, "address", subnet, &ipv4))
		return false;
	if (!ipv4)
		return dp_build_fail(build, DP_CODE(UNSUPPORTED), "address", "attachments speak IPv4 only");
	memcpy(&attachment->address, message->address->address.data, sizeof(attachment->address));
	attachment->address = rte_be_to_cpu_32(attachment->address);
	return true;
}

/* A tap has a host that everything goes to, and nothing comes from there. */
static bool
read_tap(struct dp_build *build, const attachment_message_t *message, const struct dp_prefix *subnet,
	struct dp_attachment *attachment)
{
	uint32_t collector;

	if (message->tap == NULL)
		return true;
	if (message->n_ingress > 0)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "ingress", "a tap only receives: it injects into no view");
	if (message->direct_return[0] != '\0')
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "direct_return", "a tap has a collector, and no servers");
	if (message->tap->collector.len != sizeof(collector))
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "tap.collector", "an IPv4 address has 4 bytes, not %zu",
			message->tap->collector.len);
	memcpy(&collector, message->tap->collector.data, sizeof(collector));
	attachment->collector = rte_be_to_cpu_32(collector);
	if (!dp_prefix_holds(*subnet, attachment->collector) || attachment->collector == attachment->address
		|| attachment->collector == 0)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "tap.collector",
			"the collector is a host in the subnet of `address`");
	return true;
}

static bool
read_address6(struct dp_build *build, const attachment_message_t *message, struct dp_attachment *attachment)
{
	struct dp_prefix prefix;
	bool ipv4;

	if (message->address6 == NULL)
		return true;
	if (!dp_build_prefix(build, message->address6, "address6", &prefix, &ipv4))
		return false;
	if (ipv4)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "address6", "an IPv6 address has 16 bytes");
	attachment->address6 = dp_ip6_read(message->address6->address.data);
	attachment->ipv6 = true;
	return dp_ip6_is_host(attachment->address6)
		|| dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "address6", "not an address of a host that is reached by routers");
}

/* A family of which no prefix is named has the gateway's subnet. */
static bool
add_subnets(struct dp_build *build, const attachment_message_t *message, struct dp_prefix subnet,
	struct dp_attachment *attachment)
{
	struct dp_prefixes *prefixes = &attachment->prefixes;

	prefixes->any = false;
	if (prefixes->n_ipv4 == 0) {
		prefixes->ipv4 = dp_build_alloc(build, 1, sizeof(*prefixes->ipv4));
		if (prefixes->ipv4 == NULL)
			return false;
		prefixes->ipv4[prefixes->n_ipv4++] = subnet;
	}
	if (prefixes->n_ipv6 == 0 && attachment->ipv6) {
		prefixes->ipv6 = dp_build_alloc(build, 1, sizeof(*prefixes->ipv6));
		if (prefixes->ipv6 == NULL)
			return false;
		prefixes->ipv6[prefixes->n_ipv6++] = dp_build_prefix6(message->address6);
	}
	return true;
}

static bool
bind_port(struct dp_build *build, const attachment_message_t *message, struct dp_state_tenant *tenant,
	struct dp_attachment *attachment)
{
	const struct dp_port *port = find_edge_port(build, message->edge_port);
	struct dp_state_port *bound;

	if (port == NULL || port->index >= DP_MAX_PORTS)
		return dp_build_fail(build, DP_CODE(UNKNOWN_REFERENCE), "edge_port", "there is no edge port %.64s",
			message->edge_port);
	if (message->vlan != 0)
		return dp_build_fail(build, DP_CODE(UNSUPPORTED), "vlan", "only untagged attachments (vlan 0) are carried");
	bound = &build->state->ports[port->index];
	if (bound->tenant != NULL)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "edge_port",
			"edge port %.64s is taken by tenant %u's attachment %s", message->edge_port,
			bound->tenant->tenant_id, bound->attachment->name);
	*bound = (struct dp_state_port){.tenant = tenant, .attachment = attachment};
	attachment->port = port->index;
	attachment->mac = port->mac;
	attachment->mtu = port->mtu != 0 ? port->mtu : RTE_ETHER_MTU;
	return true;
}

/* Servers are hosts on the attachment's own link, found by ARP. */
static bool
build_servers(struct dp_build *build, const attachment_message_t *message, struct dp_prefix subnet,
	struct dp_attachment *attachment)
{
	attachment->leave_mtu = attachment->mtu;
	if (message->direct_return[0] == '\0')
		return true;
	attachment->servers = dp_state_find_pool(build->state, message->direct_return);
	if (attachment->servers == NULL)
		return dp_build_fail(build, DP_CODE(UNKNOWN_REFERENCE), "direct_return", "there is no pool %.64s",
			message->direct_return);
	for (uint16_t i = 0; i < attachment->servers->n_named; i++) {
		const struct dp_backend *server = &attachment->servers->named[i];

		if (dp_ip6_is_set(server->address6))
			return dp_build_fail(build, DP_CODE(UNSUPPORTED), "direct_return", "server %s has an IPv6 address: the"
				" packets that go to servers are IPv4 outside", server->name);
		if (!dp_prefix_holds(subnet, server->address) || server->address == attachment->address)
			return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "direct_return",
				"server %s is no host of the attachment's subnet", server->name);
	}
	attachment->leave_mtu -= DP_PLAIN_GRE_OVERHEAD;
	return true;
}

static bool
build_attachment(struct dp_build *build, const attachment_message_t *message, struct dp_state_tenant *tenant,
	struct dp_attachment *attachment)
{
	struct dp_prefix subnet;

	if (!dp_build_name(build, attachment->name, message->name, "name"))
		return false;
	for (unsigned i = 0; &tenant->attachments[i] != attachment; i++)
		if (strcmp(tenant->attachments[i].name, attachment->name) == 0)
			return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "name", "attachment %s is there twice",
				attachment->name);
	if (!read_address(build, message, attachment, &subnet) || !read_address6(build, message, attachment)
		|| !read_tap(build, message, &subnet, attachment)
		|| !bind_port(build, message, tenant, attachment)
		|| !build_servers(build, message, subnet, attachment)
		|| !dp_build_prefixes(build, message->prefixes, message->n_prefixes, "prefixes", &attachment->prefixes)
		|| !add_subnets(build, message, subnet, attachment))
		return false;
	attachment->key = dp_hash_string(attachment->name,
		dp_hash_mix(attachment->address ^ DP_HASH_SEED_A, dp_hash_string(message->edge_port, 0)));
	return true;
}

static bool
is_slot_used(const struct dp_state *state, uint16_t slot)
{
	return state != NULL && state->slots[slot] != NULL;
}

/* A tenant keeps its slot. A new one takes, if it can, one that no tenant has just left: its thread may still run. */
static bool
assign_slot(struct dp_build *build, struct dp_state_tenant *tenant)
{
	const struct dp_state_tenant *before = build->previous == NULL ? NULL
		: dp_state_find_tenant(build->previous, tenant->tenant_id);
	int slot = before != NULL ? before->slot : -1;

	for (uint16_t i = 0; i < DP_MAX_TENANTS && slot < 0; i++)
		if (!is_slot_used(build->state, i) && !is_slot_used(build->previous, i))
			slot = i;
	if (slot < 0)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), NULL, "no worker is free; at most %d tenants",
			DP_MAX_TENANTS);
	tenant->slot = (uint16_t)slot;
	build->state->slots[slot] = tenant;
	return true;
}

static void
map_tenant(struct dp_state *state, struct dp_state_tenant *tenant)
{
	uint32_t at = dp_tenant_place(tenant->tenant_id);

	while (state->tenant_map[at] != NULL)
		at = (at + 1) % DP_TENANT_MAP_SIZE;
	state->tenant_map[at] = tenant;
}

static bool
lend_tenant(struct dp_build *build, struct dp_state_tenant *tenant)
{
	const struct dp_state_tenant *before = build->previous == NULL ? NULL
		: dp_state_find_tenant(build->previous, tenant->tenant_id);

	tenant->tenant = before != NULL ? dp_tenant_ref(before->tenant)
		: dp_tenant_create(build->dp, tenant->tenant_id);
	return tenant->tenant != NULL || dp_build_fail_memory(build);
}

static bool
build_attachments(struct dp_build *build, const Nfaas__Dataplane__V1__Tenant *message, struct dp_state_tenant *tenant)
{
	if (message->n_attachments > ATTACHMENTS_MAX)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), "attachments", "%zu attachments; at most %d",
			message->n_attachments, ATTACHMENTS_MAX);
	tenant->attachments = dp_build_alloc(build, message->n_attachments, sizeof(*tenant->attachments));
	if (tenant->attachments == NULL)
		return false;
	for (size_t i = 0; i < message->n_attachments; i++) {
		size_t mark = dp_path_enter(build, ".attachments[%zu]", i);

		if (!build_attachment(build, message->attachments[i], tenant, &tenant->attachments[i]))
			return false;
		tenant->copies |= tenant->attachments[i].collector != 0;
		tenant->n_attachments++;
		dp_path_leave(build, mark);
	}
	return true;
}

static bool
build_tenant(struct dp_build *build, const Nfaas__Dataplane__V1__Tenant *message, struct dp_state_tenant *tenant)
{
	if (message->tenant_id < 1 || message->tenant_id > DP_TENANT_ID_MAX)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "tenant_id", "%u is not in 1..%d", message->tenant_id,
			DP_TENANT_ID_MAX);
	if (dp_state_find_tenant(build->state, message->tenant_id) != NULL)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "tenant_id", "tenant %u is there twice",
			message->tenant_id);
	if (message->cpu_weight > CPU_WEIGHT_MAX)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "cpu_weight", "%u is not in 1..%d",
			message->cpu_weight, CPU_WEIGHT_MAX);
	tenant->tenant_id = message->tenant_id;
	tenant->cpu_weight = message->cpu_weight == 0 ? CPU_WEIGHT_DEFAULT : message->cpu_weight;
	if (!dp_build_name(build, tenant->name, message->name, "name") || !assign_slot(build, tenant))
		return false;
	map_tenant(build->state, tenant);
	return lend_tenant(build, tenant) && build_attachments(build, message, tenant);
}

bool
dp_build_tenants(struct dp_build *build)
{
	const Nfaas__Dataplane__V1__DesiredState *desired = build->desired;

	if (desired->n_tenants > DP_MAX_TENANTS)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), "tenants", "%zu tenants; at most %d", desired->n_tenants,
			DP_MAX_TENANTS);
	build->state->tenants = dp_build_alloc(build, desired->n_tenants, sizeof(*build->state->tenants));
	if (build->state->tenants == NULL)
		return false;
	for (size_t i = 0; i < desired->n_tenants; i++) {
		size_t mark = dp_path_enter(build, "tenants[%zu]", i);

		build->state->n_tenants++;
		if (!build_tenant(build, desired->tenants[i], &build->state->tenants[i]))
			return false;
		dp_path_leave(build, mark);
	}
	return true;
}

/* The node an attachment is in a view. A source of the graph injects forward, a sink reverse. */
static bool
find_injection(const struct dp_view *view, const char *attachment, struct dp_injection *injection)
{
	for (unsigned i = 0; i < view->n_nodes; i++) {
		const struct dp_node *node = &view->nodes[i];

		if (strcmp(node->attachment_name, attachment) != 0)
			continue;
		*injection = (struct dp_injection){
			.view = view,
			.node = (uint8_t)i,
			.direction = node->n_edges[DP_REVERSE] > 0 ? DP_REVERSE : DP_FORWARD,
		};
		return node->local;
	}
	return false;
}

static bool
build_share(struct dp_build *build, const struct dp_state_tenant *tenant, struct dp_attachment *attachment,
	const Nfaas__Dataplane__V1__ViewShare *message, struct dp_ingress *ingress, unsigned *used)
{
	struct dp_injection injection;

	if (message->share > DP_SHARES - *used)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "share", "shares sum to more than %d", DP_SHARES);
	if (message->view_id >= DP_VIEWS_PER_TENANT || tenant->views[message->view_id] == NULL)
		return dp_build_fail(build, DP_CODE(UNKNOWN_REFERENCE), "view_id", "tenant %u has no view %u",
			tenant->tenant_id, message->view_id);
	if (!find_injection(tenant->views[message->view_id], attachment->name, &injection))
		return dp_build_fail(build, DP_CODE(UNKNOWN_REFERENCE), "view_id",
			"view %u has no node for attachment %s that this pod runs", message->view_id, attachment->name);
	for (unsigned i = 0; i < message->share; i++)
		attachment->shares[(*used)++] = injection;
	*ingress = (struct dp_ingress){.injection = injection, .keep_flows = message->keep_flows};
	return true;
}

static bool
build_attachment_shares(struct dp_build *build, const attachment_message_t *message,
	struct dp_state_tenant *tenant, struct dp_attachment *attachment)
{
	struct dp_ingress *ingress = dp_build_alloc(build, message->n_ingress, sizeof(*ingress));
	bool keeps = false;
	unsigned used = 0;

	if (ingress == NULL)
		return false;
	if (message->n_ingress >= DP_VIEWS_PER_TENANT)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), "ingress", "%zu views; at most %d", message->n_ingress,
			DP_VIEWS_PER_TENANT - 1);
	for (size_t i = 0; i < message->n_ingress; i++) {
		size_t mark = dp_path_enter(build, ".ingress[%zu]", i);

		build->tenant_id = tenant->tenant_id;
		build->view_id = message->ingress[i]->view_id;
		if (!build_share(build, tenant, attachment, message->ingress[i], &ingress[i], &used))
			return false;
		keeps |= ingress[i].keep_flows;
		build->tenant_id = build->view_id = 0;
		dp_path_leave(build, mark);
	}
	if (message->n_ingress > 0 && used != DP_SHARES)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "ingress", "shares sum to %u, not %d", used, DP_SHARES);
	if (keeps) {
		attachment->ingress = ingress;
		attachment->n_ingress = (uint8_t)message->n_ingress;
		tenant->keeps = true;
	}
	return true;
}

bool
dp_build_shares(struct dp_build *build)
{
	for (unsigned t = 0; t < build->state->n_tenants; t++) {
		struct dp_state_tenant *tenant = &build->state->tenants[t];

		for (unsigned a = 0; a < tenant->n_attachments; a++) {
			size_t mark = dp_path_enter(build, "tenants[%u].attachments[%u]", t, a);

			if (!build_attachment_shares(build, build->desired->tenants[t]->attachments[a], tenant,
				&tenant->attachments[a]))
				return false;
			dp_path_leave(build, mark);
		}
	}
	return true;
}
