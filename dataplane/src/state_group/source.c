/* SPDX-License-Identifier: Apache-2.0 */
#include "state_group/group_internal.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "util/log.h"

#define OUT_SIZE 4096
#define CONNECT_MS 2000
#define BACKOFF_MIN_MS 100
#define BACKOFF_MAX_MS 2000
#define SILENCE_MIN_MS 5000 /* without a message for that long, and ten intervals, the member is gone */
#define UNREACHABLE 3       /* failures in a row */

void
source_enter(struct source *s, enum source_state state)
{
	s->state = state;
	if (state == SOURCE_HEARING) {
		s->failures = 0;
		s->backoff_ms = BACKOFF_MIN_MS;
	}
	s->since_ms = s->heard_ms = clock_ms();
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
	source_enter(s, SOURCE_IDLE);
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

	source_enter(s, SOURCE_CONNECTING);
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
	source_enter(s, SOURCE_GREETING);
	connection_listen(&s->connection, true);
	send_message(s, GROUP_HELLO, group_hello_write(body, &s->hello));
}

static void
hear(struct source *s)
{
	bool is_there = connection_fill(&s->connection);
	const struct snapshot *snapshot = group_enter(s->group);
	const char *fault = source_read_messages(s, snapshot);

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
		source_look_at_milestone(s, group_enter(s->group));
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
	s->as_of_ms = clock_ms();
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
