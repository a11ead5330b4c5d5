/* SPDX-License-Identifier: Apache-2.0 */
#include "state_group/group_internal.h"

#include <stdlib.h>

typedef Nfaas__Dataplane__V1__StateGroupCounters counters_message;
typedef Nfaas__Dataplane__V1__StateGroupMemberCounters member_message;

static bool
hears_of(const struct group *g, const char *pod)
{
	for (unsigned i = 0; i < RTE_DIM(g->subscribers); i++)
		if (g->subscribers[i] != NULL && g->subscribers[i]->state == SUBSCRIBER_LISTENING
			&& strcmp(g->subscribers[i]->pod, pod) == 0)
			return true;
	return false;
}

static void
report_source(const struct group *g, const struct source *s, struct group_report *report, int64_t now_ms)
{
	unsigned i = report->n_sources++;

	strcpy(report->sources[i].pod, s->member.pod);
	report->sources[i].connected = s->state == SOURCE_HEARING;
	report->sources[i].listens = hears_of(g, s->member.pod);
	report->sources[i].lag_ms = now_ms - s->as_of_ms;
	report->sources[i].snapshots = s->snapshots;
	report->sources[i].records = s->records;
	report->sources[i].refused = s->refused;
}

void
group_write_report(struct group *g, int64_t now_ms)
{
	pthread_mutex_lock(&g->lock);
	g->report.synced = g->synced;
	g->report.totals = g->totals;
	g->report.n_sources = 0;
	for (unsigned i = 0; i < g->n_sources; i++)
		report_source(g, g->sources[i], &g->report, now_ms);
	pthread_mutex_unlock(&g->lock);
}

bool
group_is_synced(struct group *g)
{
	bool synced;

	if (g == NULL)
		return true;
	pthread_mutex_lock(&g->lock);
	synced = !g->on || g->report.synced;
	pthread_mutex_unlock(&g->lock);
	return synced;
}

static member_message *
make_member(const struct group_report *report, unsigned i)
{
	member_message *m = malloc(sizeof(*m));

	if (m == NULL)
		return NULL;
	nfaas__dataplane__v1__state_group_member_counters__init(m);
	m->pod = strdup(report->sources[i].pod);
	m->connected = report->sources[i].connected;
	m->listens = report->sources[i].listens;
	m->lag_ms = (uint64_t)report->sources[i].lag_ms;
	m->snapshots = report->sources[i].snapshots;
	m->flows_heard = report->sources[i].records;
	m->refused = report->sources[i].refused;
	if (m->pod != NULL)
		return m;
	free(m);
	return NULL;
}

/* The workers' counts, of the tenants that are here. */
static void
add_taken(const struct snapshot *snapshot, counters_message *c)
{
	for (unsigned i = 0; i < DP_MAX_TENANTS; i++) {
		const struct flow_exchange *e = snapshot->exchanges[i];

		if (e == NULL)
			continue;
		c->flows_new += atomic_load_explicit(&e->taken[DP_FLOW_TAKEN_NEW], memory_order_relaxed);
		c->flows_changed += atomic_load_explicit(&e->taken[DP_FLOW_TAKEN_CHANGED], memory_order_relaxed);
		c->flows_known += atomic_load_explicit(&e->taken[DP_FLOW_TAKEN_KNOWN], memory_order_relaxed);
		c->flows_invalid += atomic_load_explicit(&e->taken[DP_FLOW_TAKEN_INVALID], memory_order_relaxed);
		c->flows_full += atomic_load_explicit(&e->taken[DP_FLOW_TAKEN_FULL], memory_order_relaxed);
	}
}

static bool
add_members(const struct group_report *report, counters_message *c)
{
	c->members = calloc(report->n_sources + 1u, sizeof(*c->members));
	for (unsigned i = 0; c->members != NULL && i < report->n_sources; i++) {
		c->members[c->n_members] = make_member(report, i);
		if (c->members[c->n_members] == NULL)
			return false;
		c->n_members++;
	}
	return c->members != NULL;
}

counters_message *
group_counters(struct group *g)
{
	counters_message *c = malloc(sizeof(*c));
	struct group_report report;

	if (c == NULL)
		return NULL;
	nfaas__dataplane__v1__state_group_counters__init(c);
	pthread_mutex_lock(&g->lock);
	report = g->report;
	c->name = strdup(g->config.name);
	pthread_mutex_unlock(&g->lock);
	c->synced = report.synced;
	c->flows_told = report.totals.told;
	c->flows_foreign = report.totals.foreign;
	c->strangers = report.totals.strangers;
	c->cut_off = report.totals.cut_off;
	add_taken(current_snapshot(g->shared), c);
	if (c->name != NULL && add_members(&report, c))
		return c;
	nfaas__dataplane__v1__state_group_counters__free_unpacked(c, NULL);
	return NULL;
}
