/* SPDX-License-Identifier: Apache-2.0 */
#include "port/port_table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include <net/if.h>

#include "util/log.h"

typedef Nfaas__Dataplane__V1__DesiredState desired_state;

#define CODE(name) NFAAS__DATAPLANE__V1__ERROR_CODE__ERROR_CODE_##name

/* What makes two ports the same; addresses may change while a port lives. */
struct port_spec {
	char name[sizeof(((struct dp_port *)0)->name)];
	bool fabric;
	bool server;
	char target[sizeof(((struct sockaddr_un *)0)->sun_path)]; /* socket path or interface */
	Nfaas__Dataplane__V1__EdgeDriver driver;
};

struct slot {
	struct port *port;
	struct port_spec spec;
	bool planned; /* opened by a plan that is neither committed nor aborted */
};

struct port_table {
	struct port_context context;
	struct slot slots[DP_MAX_PORTS];
	uint16_t last; /* indices are given round robin, so that one is reused as late as can be */
	unsigned vdevs; /* ever plugged: vdev names must not repeat */
};

struct port_table *
port_table_create(const struct port_context *context)
{
	struct port_table *t = calloc(1, sizeof(*t));

	if (t != NULL)
		t->context = *context;
	return t;
}

void
port_table_destroy(struct port_table *t)
{
	if (t == NULL)
		return;
	for (unsigned i = 0; i < DP_MAX_PORTS; i++)
		if (t->slots[i].port != NULL)
			t->slots[i].port->ops->close(t->slots[i].port);
	free(t);
}

static bool __attribute__((format(printf, 4, 5)))
refuse(struct dp_error *error, Nfaas__Dataplane__V1__ErrorCode code, const char *field, const char *format, ...)
{
	va_list args;

	memset(error, 0, sizeof(*error));
	error->code = code;
	snprintf(error->field, sizeof(error->field), "%s", field);
	va_start(args, format);
	vsnprintf(error->message, sizeof(error->message), format, args);
	va_end(args);
	return false;
}

static bool
read_mac(const ProtobufCBinaryData *bytes, struct rte_ether_addr *mac)
{
	if (bytes->len != RTE_ETHER_ADDR_LEN)
		return false;
	memcpy(mac->addr_bytes, bytes->data, RTE_ETHER_ADDR_LEN);
	return true;
}

static bool
read_text(const char *text, char *to, size_t size)
{
	if (text[0] == '\0' || strlen(text) >= size)
		return false;
	snprintf(to, size, "%s", text);
	return true;
}

static bool
read_link(const desired_state *desired, unsigned i, struct port_spec *spec, struct dp_port *dp,
	struct dp_error *error)
{
	const Nfaas__Dataplane__V1__FabricLink *link = desired->fabric->links[i];
	char field[64];
	const char *part = NULL;

	*spec = (struct port_spec){.fabric = true};
	*dp = (struct dp_port){.fabric = true};
	if (!read_text(link->peer, spec->name, sizeof(spec->name)))
		part = "peer";
	else if (!dp_fabric_address_read(&link->address, &dp->peer_address, &dp->peer_address6))
		part = "address";
	else if (!read_mac(&link->mac, &dp->peer_mac))
		part = "mac";
	else if (link->memif == NULL)
		part = "memif";
	else if (!read_text(link->memif->socket, spec->target, sizeof(spec->target)))
		part = "memif.socket";
	if (part == NULL && !read_mac(&desired->fabric->mac, &dp->mac))
		return refuse(error, CODE(INVALID_ARGUMENT), "fabric.mac", "give 6 bytes");
	snprintf(field, sizeof(field), "fabric.links[%u].%s", i, part == NULL ? "" : part);
	if (part != NULL)
		return refuse(error, CODE(INVALID_ARGUMENT), field,
			"missing or malformed: names have 1 to 63 bytes, socket paths at most 107, addresses 4 or 16, MACs 6");
	spec->server = link->memif->server;
	memcpy(dp->name, spec->name, sizeof(dp->name));
	return true;
}

static bool
read_edge_port(const desired_state *desired, unsigned i, struct port_spec *spec, struct dp_port *dp,
	struct dp_error *error)
{
	const Nfaas__Dataplane__V1__EdgePort *edge = desired->edge_ports[i];
	char field[64];

	*spec = (struct port_spec){.driver = edge->driver};
	*dp = (struct dp_port){0};
	snprintf(field, sizeof(field), "edge_ports[%u].", i);
	size_t n = strlen(field);
	if (!read_text(edge->name, spec->name, sizeof(spec->name))) {
		snprintf(field + n, sizeof(field) - n, "name");
		return refuse(error, CODE(INVALID_ARGUMENT), field, "give 1 to 63 bytes");
	}
	if (!read_text(edge->interface, spec->target, IF_NAMESIZE)) {
		snprintf(field + n, sizeof(field) - n, "interface");
		return refuse(error, CODE(INVALID_ARGUMENT), field, "give an interface name of 1 to 15 bytes");
	}
	if (edge->driver == NFAAS__DATAPLANE__V1__EDGE_DRIVER__EDGE_DRIVER_UNSPECIFIED) {
		spec->driver = NFAAS__DATAPLANE__V1__EDGE_DRIVER__EDGE_DRIVER_AF_PACKET;
	} else if (edge->driver > NFAAS__DATAPLANE__V1__EDGE_DRIVER__EDGE_DRIVER_AF_XDP) {
		snprintf(field + n, sizeof(field) - n, "driver");
		return refuse(error, CODE(UNSUPPORTED), field, "driver %d is not known", (int)edge->driver);
	}
	memcpy(dp->name, spec->name, sizeof(dp->name));
	return true;
}

static bool
same_spec(const struct port_spec *a, const struct port_spec *b)
{
	return a->fabric == b->fabric && a->server == b->server && a->driver == b->driver &&
		strcmp(a->name, b->name) == 0 && strcmp(a->target, b->target) == 0;
}

static struct slot *
find_live(struct port_table *t, const struct port_spec *spec)
{
	for (unsigned i = 0; i < DP_MAX_PORTS; i++) {
		struct slot *s = &t->slots[i];
		if (s->port != NULL && !s->planned && same_spec(&s->spec, spec) && !s->port->ops->is_stale(s->port))
			return s;
	}
	return NULL;
}

static struct slot *
find_free(struct port_table *t)
{
	for (unsigned i = 1; i <= DP_MAX_PORTS; i++) {
		struct slot *s = &t->slots[(t->last + i) % DP_MAX_PORTS];
		if (s->port == NULL) {
			t->last = (uint16_t)(s - t->slots);
			return s;
		}
	}
	return NULL;
}

static struct port *
open_port(struct port_table *t, const struct port_spec *spec, char error[PORT_ERROR_MAX])
{
	char devargs[IF_NAMESIZE + 16];

	if (spec->fabric)
		return memif_link_open(&t->context, spec->target, spec->server, error);
	if (spec->driver == NFAAS__DATAPLANE__V1__EDGE_DRIVER__EDGE_DRIVER_AF_PACKET)
		return af_packet_open(spec->target, error);
	snprintf(devargs, sizeof(devargs), "iface=%.15s", spec->target);
	return ethdev_port_open(&t->context, "net_af_xdp", t->vdevs++, devargs, error);
}

static bool
plan_port(struct port_table *t, struct port_plan *plan, const struct port_spec *spec, struct dp_port *dp,
	const char *field, struct dp_error *error)
{
	struct slot *s = find_live(t, spec);
	char message[PORT_ERROR_MAX];
	bool opened = s == NULL;

	for (unsigned i = 0; i < plan->n; i++)
		if (strcmp(plan->dp[i].name, spec->name) == 0 && plan->dp[i].fabric == spec->fabric)
			return refuse(error, CODE(INVALID_ARGUMENT), field, "port %s stands twice", spec->name);
	if (opened && (plan->n == DP_MAX_PORTS || (s = find_free(t)) == NULL))
		return refuse(error, CODE(LIMIT_EXCEEDED), field, "at most %d ports", DP_MAX_PORTS);
	if (opened) {
		struct port *port = open_port(t, spec, message);
		if (port == NULL)
			return refuse(error, CODE(PORT_FAILED), field, "%s", message);
		*s = (struct slot){.port = port, .spec = *spec, .planned = true};
		memcpy(port->dp.name, spec->name, sizeof(port->dp.name));
	}
	dp->index = (uint16_t)(s - t->slots);
	if (!spec->fabric) { /* the interface's own */
		dp->mac = s->port->dp.mac;
		dp->mtu = s->port->dp.mtu;
	}
	plan->dp[plan->n] = *dp;
	plan->ports[plan->n] = s->port;
	plan->opened[plan->n++] = opened;
	return true;
}

static bool
plan_all(struct port_table *t, const desired_state *desired, struct port_plan *plan, struct dp_error *error)
{
	struct port_spec spec;
	struct dp_port dp;
	char field[64];

	for (unsigned i = 0; desired->fabric != NULL && i < desired->fabric->n_links; i++) {
		snprintf(field, sizeof(field), "fabric.links[%u]", i);
		if (!read_link(desired, i, &spec, &dp, error) || !plan_port(t, plan, &spec, &dp, field, error))
			return false;
	}
	for (unsigned i = 0; i < desired->n_edge_ports; i++) {
		snprintf(field, sizeof(field), "edge_ports[%u]", i);
		if (!read_edge_port(desired, i, &spec, &dp, error) ||
		    !plan_port(t, plan, &spec, &dp, field, error))
			return false;
	}
	return true;
}

static bool
is_planned(const struct port_plan *plan, const struct port *port)
{
	for (unsigned i = 0; i < plan->n; i++)
		if (plan->ports[i] == port)
			return true;
	return false;
}

bool
port_table_plan(struct port_table *t, const desired_state *desired, struct port_plan *plan, struct dp_error *error)
{
	memset(plan, 0, sizeof(*plan));
	if (!plan_all(t, desired, plan, error)) {
		port_table_abort(t, plan);
		return false;
	}
	for (unsigned i = 0; i < DP_MAX_PORTS; i++)
		if (t->slots[i].port != NULL && !is_planned(plan, t->slots[i].port))
			plan->removed[plan->n_removed++] = t->slots[i].port;
	return true;
}

static void
close_slot(struct slot *s)
{
	s->port->ops->close(s->port);
	*s = (struct slot){0};
}

void
port_table_abort(struct port_table *t, struct port_plan *plan)
{
	for (unsigned i = 0; i < plan->n; i++)
		if (plan->opened[i])
			close_slot(&t->slots[plan->dp[i].index]);
	memset(plan, 0, sizeof(*plan));
}

void
port_table_commit(struct port_table *t, struct port_plan *plan)
{
	for (unsigned i = 0; i < plan->n; i++) {
		plan->ports[i]->dp = plan->dp[i];
		t->slots[plan->dp[i].index].planned = false;
		if (plan->opened[i])
			log_info("port opened", "port=%s driver=%s index=%u", plan->dp[i].name,
				plan->ports[i]->ops->driver, plan->dp[i].index);
	}
}

void
port_table_close_removed(struct port_table *t, struct port_plan *plan)
{
	for (unsigned i = 0; i < plan->n_removed; i++) {
		log_info("port closed", "port=%s", plan->removed[i]->dp.name);
		close_slot(&t->slots[plan->removed[i]->dp.index]);
	}
	plan->n_removed = 0;
}

void
port_table_tick(struct port_table *t)
{
	for (unsigned i = 0; i < DP_MAX_PORTS; i++)
		if (t->slots[i].port != NULL)
			t->slots[i].port->ops->tick(t->slots[i].port);
}

void
port_table_each(struct port_table *t, void (*visit)(struct port *port, void *arg), void *arg)
{
	for (unsigned i = 0; i < DP_MAX_PORTS; i++)
		if (t->slots[i].port != NULL)
			visit(t->slots[i].port, arg);
}
