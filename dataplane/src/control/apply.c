/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Apply as one transaction. Everything that can fail comes first and touches nothing that runs: open ports, build the
 * state, start workers. Then one pointer swap. Then, when no packet thread can hold the old one: stop workers, free
 * the state, close ports.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_cycles.h>

#include "control/process.h"
#include "util/log.h"

typedef Nfaas__Dataplane__V1__DesiredState desired_state;
typedef Nfaas__Dataplane__V1__View view;

#define CODE(name) NFAAS__DATAPLANE__V1__ERROR_CODE__ERROR_CODE_##name
#define DRAIN_STEPS 100 /* of 1 ms */

static bool
check_generation(const desired_state *applied, const desired_state *desired, struct dp_error *error)
{
	if (applied == NULL || desired->generation >= applied->generation)
		return true;
	*error = (struct dp_error){.code = CODE(STALE_GENERATION), .field = "generation"};
	snprintf(error->message, sizeof(error->message), "generation %" PRIu64 " is older than %" PRIu64 ", which is applied",
		desired->generation, applied->generation);
	return false;
}

static bool
has_view(const desired_state *state, const view *wanted)
{
	for (size_t i = 0; state != NULL && i < state->n_views; i++) {
		const view *v = state->views[i];
		if (v->tenant_id == wanted->tenant_id && v->view_id == wanted->view_id && strcmp(v->uid, wanted->uid) == 0)
			return true;
	}
	return false;
}

static bool
check_cordon(const desired_state *applied, const desired_state *desired, struct dp_error *error)
{
	for (size_t i = 0; desired->cordoned && i < desired->n_views; i++) {
		const view *v = desired->views[i];
		if (has_view(applied, v))
			continue;
		*error = (struct dp_error){.code = CODE(CORDONED), .tenant_id = v->tenant_id, .view_id = v->view_id};
		snprintf(error->field, sizeof(error->field), "views[%zu]", i);
		snprintf(error->message, sizeof(error->message),
			"the pod is cordoned: it carries the views it has and takes no new one");
		return false;
	}
	return true;
}

static bool
check_tenants(const struct options *options, const desired_state *desired, struct dp_error *error)
{
	if (desired->n_tenants <= options->max_tenants)
		return true;
	*error = (struct dp_error){.code = CODE(LIMIT_EXCEEDED), .field = "tenants"};
	snprintf(error->message, sizeof(error->message), "%zu tenants, but the pod was started for %u; raise --max-tenants",
		desired->n_tenants, options->max_tenants);
	return false;
}

static struct tenant_queue *
find_queue(const struct snapshot *s, const struct dp_tenant_info *tenant)
{
	struct tenant_queue *q = s->queues[tenant->slot];

	return q != NULL && q->tenant_id == tenant->tenant_id ? q : NULL;
}

/* Removes the queues that `of` has and `other` has not. */
static void
remove_missing_queues(struct process *p, const struct snapshot *of, const struct snapshot *other)
{
	for (uint16_t i = 0; i < of->n_queues; i++)
		if (other->queues[of->list[i]->slot] != of->list[i])
			placement_remove(&p->placement, of->list[i]);
}

/* First those that stay, so that placing the others knows them. */
static bool
add_queues(struct process *p, struct snapshot *next, struct dp_error *error)
{
	const struct snapshot *now = current_snapshot(&p->shared);
	struct dp_tenant_info tenant;

	for (unsigned i = 0; i < dp_state_n_tenants(next->state); i++) {
		dp_state_tenant(next->state, i, &tenant);
		struct tenant_queue *q = find_queue(now, &tenant);
		if (q != NULL)
			snapshot_add_queue(next, q);
	}
	for (unsigned i = 0; i < dp_state_n_tenants(next->state); i++) {
		dp_state_tenant(next->state, i, &tenant);
		if (find_queue(now, &tenant) != NULL)
			continue;
		struct tenant_queue *q = placement_add(&p->placement, next, &tenant, error);
		if (q == NULL)
			return false;
		snapshot_add_queue(next, q);
	}
	snapshot_group(next);
	return true;
}

static struct snapshot *
build_snapshot(struct process *p, const desired_state *desired, const struct port_plan *ports, struct dp_error *error)
{
	const struct snapshot *now = current_snapshot(&p->shared);
	struct dp_state *state = dp_state_build(p->shared.dp, desired, now->state, ports->dp, ports->n, rte_rdtsc(),
		error);
	struct snapshot *next;

	if (state == NULL)
		return NULL;
	next = snapshot_create(state, ports);
	bool has_exchanges = next != NULL && (desired->state_group == NULL || sharing_add_exchanges(next, now));
	if (has_exchanges && add_queues(p, next, error))
		return next;
	if (!has_exchanges)
		*error = (struct dp_error){.code = CODE(OUT_OF_MEMORY), .message = "no memory for the new state"};
	else
		sharing_end_missing(next, now);
	if (next != NULL)
		remove_missing_queues(p, next, now);
	dp_state_free(p->shared.dp, state, now->state);
	free(next);
	return NULL;
}

/* Waits until the I/O thread has sent what was queued for the ports of `old`, so that a removed port's index can be
 * given to another. Bounded: a worker that is kept from running only delays the reuse, see port_table.c. */
static void
wait_until_sent(const struct snapshot *old)
{
	const struct timespec step = {.tv_nsec = 1000000};

	for (uint16_t i = 0; i < old->n_queues; i++) {
		const struct rte_ring *ring = old->list[i]->out;
		uint32_t produced = __atomic_load_n(&ring->prod.tail, __ATOMIC_ACQUIRE);
		for (int n = 0; n < DRAIN_STEPS; n++) {
			if ((int32_t)(__atomic_load_n(&ring->cons.tail, __ATOMIC_ACQUIRE) - produced) >= 0)
				break;
			nanosleep(&step, NULL);
		}
	}
}

static void
publish(struct process *p, struct snapshot *next, struct port_plan *ports)
{
	struct snapshot *old = atomic_exchange_explicit(&p->shared.snapshot, next, memory_order_acq_rel);

	io_wake(&p->shared);
	rcu_synchronize(p->shared.rcu);
	remove_missing_queues(p, old, next);
	sharing_end_missing(old, next);
	if (ports->n_removed > 0)
		wait_until_sent(next);
	if (old->state != NULL)
		dp_state_free(p->shared.dp, old->state, next->state);
	free(old);
	port_table_close_removed(p->ports, ports);
}

static void
set_weights(const struct snapshot *s)
{
	struct dp_tenant_info tenant;

	for (unsigned i = 0; i < dp_state_n_tenants(s->state); i++) {
		dp_state_tenant(s->state, i, &tenant);
		s->queues[tenant.slot]->cpu_weight = tenant.cpu_weight;
	}
	placement_weigh(s);
}

/* Brings the process to `desired`. Everything that can fail comes before the swap. */
static bool
install(struct process *p, const desired_state *desired, struct dp_error *error)
{
	struct port_plan ports;

	if (!port_table_plan(p->ports, desired, &ports, error))
		return false;
	health_mark(&p->health, &ports);
	struct snapshot *next = build_snapshot(p, desired, &ports, error);
	if (next == NULL) {
		port_table_abort(p->ports, &ports);
		return false;
	}
	port_table_commit(p->ports, &ports);
	publish(p, next, &ports);
	set_weights(next);
	return true;
}

bool
process_apply(struct process *p, desired_state *desired, struct dp_error *error)
{
	const Nfaas__Dataplane__V1__Health *health = desired->fabric == NULL ? NULL : desired->fabric->health;

	struct sharing_plan sharing;

	if (!check_generation(p->applied, desired, error) || !check_cordon(p->applied, desired, error) ||
	    !check_tenants(p->options, desired, error) || !health_check(health, error) ||
	    !sharing_plan(p, desired, &sharing, error))
		return false;
	if (!install(p, desired, error)) {
		sharing_abort(&sharing);
		return false;
	}
	sharing_commit(p, &sharing);
	if (p->applied != NULL)
		nfaas__dataplane__v1__desired_state__free_unpacked(p->applied, NULL);
	p->applied = desired;
	return true;
}

bool
process_apply_again(struct process *p, struct dp_error *error)
{
	return install(p, p->applied, error);
}
