/* SPDX-License-Identifier: Apache-2.0 */
/* What another member says, and when all of it is known here. */
#include "state_group/group_internal.h"

#include <inttypes.h>

#include "util/log.h"

/* The member's answer: from here on each direction has its own key, and starts to count anew. */
static bool
take_hello(struct source *s, const struct group_message *message)
{
	struct group_session_keys keys;
	struct group_hello theirs;

	if (!group_hello_read(message, &theirs) || strcmp(theirs.pod, s->member.pod) != 0
		|| strcmp(theirs.group, s->group->config.name) != 0)
		return false;
	keys = group_session_keys(&s->group->config.key, &s->hello, &theirs);
	s->connection.write_key = keys.client;
	s->connection.read_key = keys.server;
	s->connection.write_sequence = 0;
	source_enter(s, SOURCE_HEARING);
	connection_send(&s->connection, GROUP_SUBSCRIBE, 0);
	return true;
}

static void
set_milestone(struct source *s, const struct snapshot *snapshot, int64_t as_of_ms, bool is_snapshot)
{
	struct milestone *milestone = &s->milestone;

	if (milestone->waits && !is_snapshot)
		return; /* the one before is not reached yet: the next PASS will do */
	milestone->waits = true;
	milestone->n = 0;
	for (unsigned i = 0; i < DP_MAX_TENANTS; i++)
		if (snapshot->exchanges[i] != NULL) {
			milestone->parts[milestone->n].exchange = snapshot->exchanges[i]->id;
			milestone->parts[milestone->n++].offered = snapshot->exchanges[i]->offered;
		}
	s->milestone_as_of_ms = as_of_ms;
	s->milestone_is_snapshot |= is_snapshot;
}

static bool
is_reached(const struct milestone *milestone, const struct snapshot *snapshot)
{
	for (unsigned slot = 0; slot < DP_MAX_TENANTS; slot++) {
		const struct flow_exchange *e = snapshot->exchanges[slot];

		for (uint16_t i = 0; e != NULL && i < milestone->n; i++)
			if (milestone->parts[i].exchange == e->id
				&& (int32_t)(atomic_load_explicit(&e->consumed, memory_order_acquire) - milestone->parts[i].offered) < 0)
				return false;
	}
	return true;
}

void
source_look_at_milestone(struct source *s, const struct snapshot *snapshot)
{
	if (!s->milestone.waits || !is_reached(&s->milestone, snapshot))
		return;
	s->milestone.waits = false;
	s->as_of_ms = RTE_MAX(s->as_of_ms, s->milestone_as_of_ms);
	if (s->milestone_is_snapshot) {
		s->snapshots++;
		log_info("state group: snapshot taken in", "member=%s records=%" PRIu64, s->member.pod, s->records);
	}
	s->milestone_is_snapshot = false;
}

/* False when not all of it has room yet: the message stays at the head, and TCP tells the member to wait. */
static bool
take_flows(struct source *s, const struct snapshot *snapshot, const struct group_message *message)
{
	struct dp_flow_record records[GROUP_FLOWS_MAX];
	struct flow_exchange *exchange;
	uint32_t tenant_id, n;

	if (!group_flows_read(message, &tenant_id, records, &n)) {
		s->refused++;
		return true;
	}
	exchange = group_find_exchange(snapshot, tenant_id);
	if (exchange == NULL)
		s->group->totals.foreign += n;
	else
		s->n_held += flow_exchange_offer(exchange, records + s->n_held, n - s->n_held);
	if (exchange != NULL && s->n_held < n)
		return false;
	s->records += n;
	s->n_held = 0;
	return true;
}

/* False when it has to wait. */
static bool
take_message(struct source *s, const struct snapshot *snapshot, const struct group_message *message)
{
	uint32_t age_ms;

	s->heard_ms = clock_ms();
	switch (message->type) {
	case GROUP_FLOWS:
		return take_flows(s, snapshot, message);
	case GROUP_SNAPSHOT_BEGIN:
		s->snapshot_runs = true;
		return true;
	case GROUP_SNAPSHOT_END:
		s->snapshot_runs = false;
		set_milestone(s, snapshot, s->as_of_ms, true);
		return true;
	case GROUP_PASS:
		if (group_pass_read(message, &age_ms) && !s->snapshot_runs)
			set_milestone(s, snapshot, s->heard_ms - age_ms, false);
		return true;
	default:
		return true; /* a later version's */
	}
}

const char *
source_read_messages(struct source *s, const struct snapshot *snapshot)
{
	struct group_message message;
	enum group_read read = GROUP_READ_OK;
	bool hears = s->state == SOURCE_HEARING;

	while ((read = connection_peek(&s->connection, &message)) == GROUP_READ_OK) {
		if (!hears && !take_hello(s, &message))
			return "another pod answers";
		if (hears && !take_message(s, snapshot, &message)) {
			connection_listen(&s->connection, false);
			return NULL;
		}
		connection_next(&s->connection);
		if (!hears)
			s->connection.read_sequence = 0;
		hears = true;
	}
	connection_listen(&s->connection, true);
	if (read == GROUP_READ_MORE)
		return connection_flush(&s->connection) ? NULL : "connection reset";
	return read == GROUP_READ_VERSION ? "speaks another version" : "message is not authentic";
}
