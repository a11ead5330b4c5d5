/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "control/process.h"
#include "runtime/buffers.h"
#include "runtime/worker.h"

typedef Nfaas__Dataplane__V1__CountersResponse counters_response;
typedef Nfaas__Dataplane__V1__TenantCounters tenant_counters;
typedef Nfaas__Dataplane__V1__PortCounters port_counters;

static bool
fill_tenant(tenant_counters *t, const struct tenant_queue *q)
{
	/* protobuf-c frees strings, unless they are its shared empty one */
	char *path = strdup(q->worker == NULL ? "" : cgroup_leaf_path(q->worker->cgroup));

	if (path == NULL)
		return false;
	t->cgroup = path;
	t->cpu_ns = tenant_queue_cpu_ns(q);
	t->cycles = counter_read(&q->cycles);
	t->charged_cycles = counter_read(&q->charged);
	t->shared_worker = q->worker != NULL && q->worker->is_shared;
	t->queue_depth = rte_ring_count(q->in);
	t->buffers = buffers_in_use(q);
	t->buffer_quota = q->buffer_quota;
	t->queue_capacity = rte_ring_get_capacity(q->in);
	return true;
}

static bool
fill_tenants(const struct snapshot *s, counters_response *response)
{
	for (uint16_t i = 0; i < s->n_queues; i++) {
		const struct tenant_queue *q = s->list[i];
		for (size_t j = 0; j < response->n_tenants; j++)
			if (response->tenants[j]->tenant_id == q->tenant_id && !fill_tenant(response->tenants[j], q))
				return false;
	}
	return true;
}

static port_counters *
new_port_counters(const struct process *p, const struct port *port)
{
	const struct health *health = &p->health.peers[port->dp.index];
	port_counters *c = malloc(sizeof(*c));

	if (c == NULL)
		return NULL;
	nfaas__dataplane__v1__port_counters__init(c);
	c->name = strdup(port->dp.name);
	if (c->name == NULL) {
		free(c);
		return NULL;
	}
	c->fabric = port->dp.fabric;
	c->up = port->ops->is_up(port);
	c->rx_packets = counter_read(&port->counters.rx_packets);
	c->rx_bytes = counter_read(&port->counters.rx_bytes);
	c->tx_packets = counter_read(&port->counters.tx_packets);
	c->tx_bytes = counter_read(&port->counters.tx_bytes);
	c->tx_dropped = counter_read(&port->counters.tx_dropped);
	c->dead = health->dead;
	c->probes_answered = health->answers;
	c->deaths = health->deaths;
	return c;
}

static bool
fill_ports(const struct process *p, const struct snapshot *s, counters_response *response)
{
	response->ports = calloc(s->n_ports + 1u, sizeof(*response->ports));
	if (response->ports == NULL)
		return false;
	for (uint16_t i = 0; i < s->n_ports; i++) {
		port_counters *c = new_port_counters(p, s->ports[s->port_indices[i]]);
		if (c == NULL)
			return false;
		response->ports[response->n_ports++] = c;
	}
	return true;
}

bool
process_counters(struct process *p, counters_response *response)
{
	const struct snapshot *s = current_snapshot(&p->shared);
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	response->epoch = strdup(p->epoch);
	response->time_ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	response->io_cycles = io_cycles(p->io);
	response->io_cpu_ns = io_cpu_ns(p->io);
	if (response->epoch == NULL || (s->state != NULL && !dp_counters_fill(p->shared.dp, s->state, response)))
		return false;
	if (p->sharing.on) {
		response->state_group = group_counters(p->sharing.group);
		if (response->state_group == NULL)
			return false;
	}
	return fill_tenants(s, response) && fill_ports(p, s, response);
}
