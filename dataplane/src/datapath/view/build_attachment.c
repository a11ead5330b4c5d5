/* SPDX-License-Identifier: Apache-2.0 */
/* Attachments of a tenant: their ports, addresses, prefixes, servers and taps. */
#include <string.h>

#include <rte_byteorder.h>

#include "../packet/plain_gre.h"
#include "build.h"

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

static bool
is_on_link(const attachment_message_t *message, struct dp_prefix subnet, const struct dp_attachment *attachment,
	const struct dp_backend *server)
{
	struct dp_prefix6 subnet6;

	if (!dp_ip6_is_set(server->address6))
		return dp_prefix_holds(subnet, server->address) && server->address != attachment->address;
	if (!attachment->ipv6)
		return false;
	subnet6 = dp_build_prefix6(message->address6);
	return dp_prefix6_holds(&subnet6, server->address6) && !dp_ip6_equals(server->address6, attachment->address6);
}

/* Servers are hosts on the attachment's own link, found by ARP or neighbour discovery. What may leave has room for the largest of
 * their headers, since an answer to what is too big says one size. */
static bool
build_servers(struct dp_build *build, const attachment_message_t *message, struct dp_prefix subnet,
	struct dp_attachment *attachment)
{
	bool ipv6 = false;

	attachment->leave_mtu = attachment->mtu;
	if (message->direct_return[0] == '\0')
		return true;
	attachment->servers = dp_state_find_pool(build->state, message->direct_return);
	if (attachment->servers == NULL)
		return dp_build_fail(build, DP_CODE(UNKNOWN_REFERENCE), "direct_return", "there is no pool %.64s",
			message->direct_return);
	for (uint16_t i = 0; i < attachment->servers->n_named; i++) {
		const struct dp_backend *server = &attachment->servers->named[i];

		if (!is_on_link(message, subnet, attachment, server))
			return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "direct_return",
				"server %s is no host of the attachment's subnet", server->name);
		ipv6 = ipv6 || dp_ip6_is_set(server->address6);
	}
	attachment->leave_mtu -= dp_plain_gre_overhead(ipv6);
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

bool
dp_build_attachments(struct dp_build *build, const Nfaas__Dataplane__V1__Tenant *message,
	struct dp_state_tenant *tenant)
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
