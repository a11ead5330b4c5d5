/* SPDX-License-Identifier: Apache-2.0 */
#include "control/health_monitor.h"

#include <stdio.h>
#include <string.h>

#include "control/process.h"
#include "util/clock.h"
#include "util/log.h"

#define INTERVAL_MS_MIN 100 /* the main thread's tick */
#define INTERVAL_MS_MAX 10000
#define FAILURES_MAX 100
#define FROZEN 3 /* intervals without a look, after which this process was the one that stood still */

typedef Nfaas__Dataplane__V1__Health health_message;

static bool
refuse(struct dp_error *error, const char *field, uint32_t value, uint32_t min, uint32_t max)
{
	*error = (struct dp_error){.code = NFAAS__DATAPLANE__V1__ERROR_CODE__ERROR_CODE_INVALID_ARGUMENT};
	snprintf(error->field, sizeof(error->field), "fabric.health.%s", field);
	snprintf(error->message, sizeof(error->message), "%u is not in %u..%u", value, min, max);
	return false;
}

bool
health_check(const health_message *message, struct dp_error *error)
{
	if (message == NULL)
		return true;
	if (message->interval_ms < INTERVAL_MS_MIN || message->interval_ms > INTERVAL_MS_MAX)
		return refuse(error, "interval_ms", message->interval_ms, INTERVAL_MS_MIN, INTERVAL_MS_MAX);
	if (message->failures < 1 || message->failures > FAILURES_MAX)
		return refuse(error, "failures", message->failures, 1, FAILURES_MAX);
	return true;
}

void
health_mark(const struct health_monitor *monitor, struct port_plan *plan)
{
	for (unsigned i = 0; i < plan->n; i++) {
		struct dp_port *port = &plan->dp[i];

		port->dead = port->fabric && monitor->addresses[port->index] == port->peer_address
			&& monitor->peers[port->index].dead;
	}
}

static const health_message *
rhythm_of(const struct process *p)
{
	return p->applied == NULL || p->applied->fabric == NULL ? NULL : p->applied->fabric->health;
}

static void
ask(struct process *p, const struct dp_state *state, const struct port *port, uint32_t sequence)
{
	struct rte_mbuf *m = dp_probe_make(p->shared.dp, state, &port->dp, sequence);

	if (m != NULL && rte_ring_sp_enqueue(p->shared.probes, m) != 0)
		rte_pktmbuf_free(m);
}

/* Judges one neighbour and asks it again. True when it died or came back. */
static bool
look_at(struct process *p, const struct dp_state *state, const struct port *port, uint32_t failures)
{
	struct health_monitor *monitor = &p->health;
	struct health *health = &monitor->peers[port->dp.index];
	bool is_up = port->ops->is_up(port), changed;

	if (monitor->addresses[port->dp.index] != port->dp.peer_address) {
		*health = (struct health){0};
		monitor->addresses[port->dp.index] = port->dp.peer_address;
	}
	changed = health_step(health, dp_probe_answered(p->shared.dp, port->dp.index), is_up, failures);
	if (changed && health->dead)
		log_warn("neighbour is dead", "peer=%s unanswered=%u link=%s", port->dp.name, health->missed, is_up ? "up" : "down");
	else if (changed)
		log_info("neighbour is back", "peer=%s", port->dp.name);
	if (is_up)
		ask(p, state, port, health->asked);
	return changed;
}

static void
look_at_all(struct process *p, const struct snapshot *s, uint32_t failures)
{
	for (uint16_t i = 0; i < s->n_ports; i++) {
		const struct port *port = s->ports[s->port_indices[i]];

		if (port->dp.fabric && dp_state_probes(s->state, &port->dp))
			p->health.stale |= look_at(p, s->state, port, failures);
	}
	io_wake(&p->shared);
}

/* Without a rhythm nobody is judged: all are as good as alive. */
static void
forget_all(struct health_monitor *monitor)
{
	for (unsigned i = 0; i < DP_MAX_PORTS; i++)
		monitor->stale |= monitor->peers[i].dead;
	memset(monitor->peers, 0, sizeof(monitor->peers));
}

void
health_tick(struct process *p)
{
	const struct snapshot *s = current_snapshot(&p->shared);
	const health_message *rhythm = rhythm_of(p);
	struct health_monitor *monitor = &p->health;
	int64_t now = clock_ms(), since = now - monitor->last_ms;
	struct dp_error error;

	if (rhythm == NULL || s->state == NULL) {
		forget_all(monitor);
	} else if (since >= rhythm->interval_ms) {
		for (unsigned i = 0; since > FROZEN * (int64_t)rhythm->interval_ms && i < DP_MAX_PORTS; i++)
			health_forgive(&monitor->peers[i]);
		monitor->last_ms = now;
		look_at_all(p, s, rhythm->failures);
	}
	if (monitor->stale && p->applied != NULL) {
		monitor->stale = !process_apply_again(p, &error);
		if (monitor->stale)
			log_error("pools not changed", "error=\"%s\"", error.message);
	}
}
