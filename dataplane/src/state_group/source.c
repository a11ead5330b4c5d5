/* SPDX-License-Identifier: Apache-2.0 */
#include "state_group/group_internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "util/log.h"

#define OUT_SIZE 4096
#define CONNECT_MS 2000
#define BACKOFF_MIN_MS 100
#define BACKOFF_MAX_MS 2000
#define SILENCE_MIN_MS 5000 /* without a message for that long, and ten intervals, the member is gone */
#define UNREACHABLE 3       /* failures in a row */

static void
enter(struct source *s, enum source_state state)
{
	s->state = state;
	s->since_ms = s->heard_ms = group_now_ms();
}

static void
give_up(struct source *s, const char *why)
{
	if (s->state == SOURCE_HEARING)
		log_warn("state group: member lost", "member=%s why=\"%s\"", s->member.pod, why);
	connection_close(&s->connection);
	s->n_held = 0;
	s->snapshot_runs = false;
	s->milestone.waits = false;
	s->failures += s->state == SOURCE_CONNECTING;
	enter(s, SOURCE_IDLE);
	s->retry_ms = s->since_ms + s->backoff_ms;
	s->backoff_ms = RTE_MIN(2 * s->backoff_ms, (uint32_t)BACKOFF_MAX_MS);
}

static bool
send_message(struct source *s, uint8_t type, uint32_t length)
{
	connection_send(&s->connection, type, length);
	if (connection_flush(&s->connection))
		return true;
	give_up(s, "connection reset");
	return false;
}

void
source_ask_again(struct source *s)
{
	if (s->state == SOURCE_HEARING && connection_body(&s->connection, 0) != NULL)
		send_message(s, GROUP_SUBSCRIBE, 0);
}

static void
connect_to(struct source *s)
{
	int fd = connection_begin(&s->member.endpoint);

	enter(s, SOURCE_CONNECTING);
	if (fd < 0 || connection_open(&s->connection, fd, &s->group->config.key, EPOLLOUT) != 0)
		give_up(s, "no connection");
}

static void
greet(struct source *s)
{
	int error = 0;
	socklen_t size = sizeof(error);
	uint8_t *body;

	if (getsockopt(s->connection.source.fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0 || error != 0) {
		give_up(s, "no connection");
		return;
	}
	body = connection_body(&s->connection, sizeof(s->hello));
	if (body == NULL || !group_make_hello(s->group, &s->hello)) {
		give_up(s, "out of randomness");
		return;
	}
	enter(s, SOURCE_GREETING);
	connection_listen(&s->connection, true);
	send_message(s, GROUP_HELLO, group_hello_write(body, &s->hello));
}

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
	s->failures = 0;
	s->backoff_ms = BACKOFF_MIN_MS;
	enter(s, SOURCE_HEARING);
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

static void
look_at_milestone(struct source *s, const struct snapshot *snapshot)
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

	s->heard_ms = group_now_ms();
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

static const char *
read_messages(struct source *s, const struct snapshot *snapshot)
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

static void
hear(struct source *s)
{
	bool is_there = connection_fill(&s->connection);
	const struct snapshot *snapshot = group_enter(s->group);
	const char *fault = read_messages(s, snapshot);

	group_leave(s->group);
	if (fault != NULL)
		s->refused++;
	if (fault != NULL || !is_there)
		give_up(s, fault != NULL ? fault : "connection closed");
}

static void
on_event(struct event_source *source, uint32_t events)
{
	struct connection *connection = (void *)((uint8_t *)source - offsetof(struct connection, source));
	struct source *s = (void *)((uint8_t *)connection - offsetof(struct source, connection));

	if (s->state == SOURCE_CONNECTING)
		greet(s);
	else if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		hear(s);
	else if (!connection_flush(&s->connection))
		give_up(s, "connection reset");
}

void
source_tick(struct source *s, int64_t now_ms)
{
	int64_t silence_max = RTE_MAX((int64_t)SILENCE_MIN_MS, 10 * (int64_t)s->group->config.interval_ms);

	switch (s->state) {
	case SOURCE_IDLE:
		if (now_ms >= s->retry_ms)
			connect_to(s);
		break;
	case SOURCE_CONNECTING:
	case SOURCE_GREETING:
		if (now_ms - s->since_ms > (s->state == SOURCE_CONNECTING ? CONNECT_MS : GROUP_GREETING_MS))
			give_up(s, "no answer");
		break;
	case SOURCE_HEARING:
		look_at_milestone(s, group_enter(s->group));
		group_leave(s->group);
		if ((s->connection.events & EPOLLIN) == 0)
			hear(s); /* what had to wait */
		else if (now_ms - s->heard_ms > silence_max)
			give_up(s, "silent");
		break;
	}
}

bool
source_is_settled(const struct source *s)
{
	return s->snapshots > 0 || s->failures >= UNREACHABLE;
}

struct source *
source_create(struct group *group, const struct group_member *member)
{
	struct source *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->group = group;
	s->member = *member;
	s->backoff_ms = BACKOFF_MIN_MS;
	s->as_of_ms = group_now_ms();
	if (connection_init(&s->connection, group->reactor, 2 * GROUP_MESSAGE_MAX, OUT_SIZE, on_event))
		return s;
	free(s);
	return NULL;
}

void
source_destroy(struct source *s)
{
	if (s == NULL)
		return;
	connection_fini(&s->connection);
	free(s);
}
