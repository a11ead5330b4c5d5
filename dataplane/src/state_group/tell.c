/* SPDX-License-Identifier: Apache-2.0 */
#include "state_group/group_internal.h"

/* Room that a batch, a mark and the end of a snapshot need at most. */
#define BATCH_ROOM (2 * GROUP_MESSAGE_MAX + 4 * (GROUP_HEADER_SIZE + GROUP_MAC_SIZE + 4))
#define BATCHES_MAX 64 /* per tenant and tick, so that what comes in is heard too */

static bool
listens(const struct subscriber *s)
{
	return s != NULL && s->state >= SUBSCRIBER_SNAPSHOT;
}

/* Whether all have room for another batch. Who has none holds up the others; for a short time only (subscriber_tick()). */
static bool
all_have_room(struct group *group, int64_t now_ms)
{
	bool all = true;

	for (unsigned i = 0; i < RTE_DIM(group->subscribers); i++) {
		struct subscriber *s = group->subscribers[i];

		if (!listens(s))
			continue;
		if (connection_body(&s->connection, BATCH_ROOM) != NULL) {
			s->full_since_ms = 0;
			continue;
		}
		if (s->full_since_ms == 0)
			s->full_since_ms = now_ms;
		all = false;
	}
	return all;
}

static void
send_flows(struct group *group, uint32_t tenant_id, const struct dp_flow_record *records, uint32_t n, bool only_snapshots)
{
	for (unsigned i = 0; n > 0 && i < RTE_DIM(group->subscribers); i++) {
		struct subscriber *s = group->subscribers[i];

		if (!listens(s) || (only_snapshots && s->state != SUBSCRIBER_SNAPSHOT))
			continue;
		connection_send(&s->connection, GROUP_FLOWS,
			group_flows_write(connection_body(&s->connection, GROUP_BODY_MAX), tenant_id, records, n));
		group->totals.told += n;
	}
}

static void
take_mark(struct flow_exchange *exchange, const struct dp_flow_record *mark)
{
	exchange->told_until = mark->position;
	if (mark->kind == EXCHANGE_SNAPSHOT_END)
		exchange->snapshot_told = mark->silence;
}

static uint32_t
tell_batch(struct group *group, struct flow_exchange *exchange)
{
	struct dp_flow_record records[GROUP_FLOWS_TOLD], sorted[2][GROUP_FLOWS_TOLD];
	uint32_t n = flow_exchange_collect(exchange, records, GROUP_FLOWS_TOLD), count[2] = {0};

	for (uint32_t i = 0; i < n; i++) {
		uint8_t kind = records[i].kind;

		if (kind >= DP_FLOW_RECORD_KINDS)
			take_mark(exchange, &records[i]);
		else
			sorted[kind][count[kind]++] = records[i];
	}
	send_flows(group, exchange->tenant_id, sorted[DP_FLOW_RECORD_NEWS], count[DP_FLOW_RECORD_NEWS], false);
	send_flows(group, exchange->tenant_id, sorted[DP_FLOW_RECORD_KNOWN], count[DP_FLOW_RECORD_KNOWN], true);
	return n;
}

static void
tell_tenant(struct group *group, struct flow_exchange *exchange, int64_t now_ms)
{
	for (unsigned i = 0; i < BATCHES_MAX && all_have_room(group, now_ms); i++)
		if (tell_batch(group, exchange) < GROUP_FLOWS_TOLD)
			break;
}

/* What all tenants' workers had told, by the oldest pass of any. */
static uint64_t
told_by_all(const struct snapshot *snapshot)
{
	uint64_t until = rte_rdtsc();

	for (unsigned i = 0; i < DP_MAX_TENANTS; i++)
		if (snapshot->exchanges[i] != NULL)
			until = RTE_MIN(until, snapshot->exchanges[i]->told_until);
	return until;
}

static bool
has_snapshot(const struct subscriber *s, const struct snapshot *snapshot)
{
	for (unsigned i = 0; i < DP_MAX_TENANTS; i++)
		if (snapshot->exchanges[i] != NULL && (int32_t)(snapshot->exchanges[i]->snapshot_told - s->snapshot) < 0)
			return false;
	return true;
}

static void
send_pass(struct subscriber *s, uint64_t told_until)
{
	uint64_t age_ms = (rte_rdtsc() - told_until) / (rte_get_tsc_hz() / 1000);

	connection_send(&s->connection, GROUP_PASS,
		group_pass_write(connection_body(&s->connection, 4), (uint32_t)RTE_MIN(age_ms, (uint64_t)UINT32_MAX)));
}

static void
tell_marks(struct group *group, const struct snapshot *snapshot, int64_t now_ms)
{
	uint64_t until = told_by_all(snapshot);
	bool is_news = until > group->passed && until - group->passed >= rte_get_tsc_hz() / 20;

	if (!all_have_room(group, now_ms))
		return;
	for (unsigned i = 0; i < RTE_DIM(group->subscribers); i++) {
		struct subscriber *s = group->subscribers[i];

		if (listens(s) && s->state == SUBSCRIBER_SNAPSHOT && has_snapshot(s, snapshot)) {
			connection_send(&s->connection, GROUP_SNAPSHOT_END, 0);
			s->state = SUBSCRIBER_LISTENING;
			send_pass(s, until);
		} else if (listens(s) && s->state == SUBSCRIBER_LISTENING && is_news) {
			send_pass(s, until);
		}
	}
	if (is_news)
		group->passed = until;
}

static bool
anybody_listens(const struct group *group)
{
	for (unsigned i = 0; i < RTE_DIM(group->subscribers); i++)
		if (listens(group->subscribers[i]))
			return true;
	return false;
}

void
group_tell(struct group *group, const struct snapshot *snapshot, int64_t now_ms)
{
	bool listened = anybody_listens(group);

	for (unsigned i = 0; i < DP_MAX_TENANTS; i++) {
		struct flow_exchange *exchange = snapshot->exchanges[i];

		if (exchange == NULL)
			continue;
		atomic_store_explicit(&exchange->interval_ms, group->config.interval_ms, memory_order_relaxed);
		atomic_store_explicit(&exchange->snapshot_wanted, group->snapshots, memory_order_relaxed);
		atomic_store_explicit(&exchange->listened, listened, memory_order_release);
		tell_tenant(group, exchange, now_ms);
	}
	if (listened)
		tell_marks(group, snapshot, now_ms);
}
