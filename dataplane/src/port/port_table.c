/* SPDX-License-Identifier: Apache-2.0 */
#include "port/port_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <net/if.h>

#include "port/port_spec.h"
#include "util/log.h"

typedef Nfaas__Dataplane__V1__DesiredState desired_state;

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

static struct slot *
find_live(struct port_table *t, const struct port_spec *spec)
{
	for (unsigned i = 0; i < DP_MAX_PORTS; i++) {
		struct slot *s = &t->slots[i];
		if (s->port != NULL && !s->planned && port_spec_equals(&s->spec, spec) && !s->port->ops->is_stale(s->port))
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
			return port_refuse(error, PORT_CODE(INVALID_ARGUMENT), field, "port %s stands twice", spec->name);
	if (opened && (plan->n == DP_MAX_PORTS || (s = find_free(t)) == NULL))
		return port_refuse(error, PORT_CODE(LIMIT_EXCEEDED), field, "at most %d ports", DP_MAX_PORTS);
	if (opened) {
		struct port *port = open_port(t, spec, message);
		if (port == NULL)
			return port_refuse(error, PORT_CODE(PORT_FAILED), field, "%s", message);
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
		if (!port_spec_of_link(desired, i, &spec, &dp, error) || !plan_port(t, plan, &spec, &dp, field, error))
			return false;
	}
	for (unsigned i = 0; i < desired->n_edge_ports; i++) {
		snprintf(field, sizeof(field), "edge_ports[%u]", i);
		if (!port_spec_of_edge(desired, i, &spec, &dp, error) ||
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
