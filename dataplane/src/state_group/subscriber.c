/* SPDX-License-Identifier: Apache-2.0 */
#include "state_group/group_internal.h"

#include <stdlib.h>
#include <unistd.h>

#include "util/log.h"

#define IN_SIZE 1024          /* more than a HELLO */
#define OUT_SIZE (1024 * 1024)
#define FULL_MS 2000          /* for so long a member may leave its messages unread */

void
subscriber_destroy(struct subscriber *s)
{
	struct group *group = s->group;

	for (unsigned i = 0; i < RTE_DIM(group->subscribers); i++)
		if (group->subscribers[i] == s)
			group->subscribers[i] = NULL;
	connection_fini(&s->connection);
	free(s);
}

static void
refuse(struct subscriber *s, const char *why)
{
	if (s->state >= SUBSCRIBER_SNAPSHOT) {
		/* The kernel was first: a slow machine takes longer to fill our buffer than it keeps a shut window. */
		s->group->totals.cut_off += s->connection.timed_out;
		log_warn("state group: listener lost", "member=%s why=\"%s\"", s->pod,
			s->connection.timed_out ? "does not read" : why);
	} else {
		s->group->totals.strangers++;
		log_warn("state group: connection refused", "claims_to_be=\"%s\" why=\"%s\"", s->pod, why);
	}
	subscriber_destroy(s);
}

static bool
answer_hello(struct subscriber *s, const struct group_message *message)
{
	struct group_session_keys keys;
	struct group_hello theirs, ours;
	uint8_t *body = connection_body(&s->connection, sizeof(ours));

	if (!group_hello_read(message, &theirs) || strcmp(theirs.group, s->group->config.name) != 0
		|| group_config_find(&s->group->config, theirs.pod) == NULL || body == NULL || !group_make_hello(s->group, &ours))
		return false;
	strcpy(s->pod, theirs.pod);
	connection_send(&s->connection, GROUP_HELLO, group_hello_write(body, &ours));
	keys = group_session_keys(&s->group->config.key, &theirs, &ours);
	s->connection.read_key = keys.client;
	s->connection.write_key = keys.server;
	s->connection.write_sequence = 0;
	s->state = SUBSCRIBER_PROVING;
	return true;
}

/* A member that comes anew does so because its old connection is dead. */
static void
take_the_place_of_others(const struct subscriber *s)
{
	for (unsigned i = 0; i < RTE_DIM(s->group->subscribers); i++) {
		struct subscriber *other = s->group->subscribers[i];

		if (other != NULL && other != s && other->state >= SUBSCRIBER_SNAPSHOT && strcmp(other->pod, s->pod) == 0)
			subscriber_destroy(other);
	}
}

static bool
subscribe(struct subscriber *s)
{
	if (connection_body(&s->connection, 0) == NULL)
		return false;
	if (s->state == SUBSCRIBER_PROVING)
		take_the_place_of_others(s);
	connection_send(&s->connection, GROUP_SNAPSHOT_BEGIN, 0);
	s->state = SUBSCRIBER_SNAPSHOT;
	s->since_ms = clock_ms();
	s->snapshot = ++s->group->snapshots;
	return true;
}

/* What ends the connection, NULL = nothing. */
static const char *
read_messages(struct subscriber *s)
{
	struct group_message message;
	enum group_read read;

	while ((read = connection_peek(&s->connection, &message)) == GROUP_READ_OK) {
		bool greets = s->state == SUBSCRIBER_GREETING;

		if (greets && !answer_hello(s, &message))
			return "no member of this group";
		if (!greets && message.type == GROUP_SUBSCRIBE && !subscribe(s))
			return "no room";
		connection_next(&s->connection);
		if (greets)
			s->connection.read_sequence = 0;
	}
	if (read == GROUP_READ_MORE)
		return NULL;
	return read == GROUP_READ_VERSION ? "speaks another version" : "message is not authentic";
}

static void
on_event(struct event_source *source, uint32_t events)
{
	struct connection *connection = (void *)((uint8_t *)source - offsetof(struct connection, source));
	struct subscriber *s = (void *)((uint8_t *)connection - offsetof(struct subscriber, connection));
	const char *fault = NULL;

	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
		bool is_there = connection_fill(connection);

		fault = read_messages(s);
		if (fault == NULL && !is_there)
			fault = "connection closed";
	}
	if (fault == NULL && !connection_flush(connection))
		fault = "connection reset";
	if (fault != NULL)
		refuse(s, fault);
}

void
subscriber_tick(struct subscriber *s, int64_t now_ms)
{
	if (s->state < SUBSCRIBER_SNAPSHOT) {
		if (now_ms - s->since_ms > GROUP_GREETING_MS)
			refuse(s, "did not prove itself in time");
	} else if (s->full_since_ms != 0 && now_ms - s->full_since_ms > FULL_MS) {
		s->group->totals.cut_off++;
		refuse(s, "does not read");
	} else if (!connection_flush(&s->connection)) {
		refuse(s, "connection reset");
	}
}

/* Where a new one may be. When all places are taken, that of the stranger who has been here longest; NULL = only members
 * are here. */
static struct subscriber **
find_place(struct group *group)
{
	struct subscriber *oldest = NULL;

	for (unsigned i = 0; i < RTE_DIM(group->subscribers); i++) {
		struct subscriber *s = group->subscribers[i];

		if (s == NULL)
			return &group->subscribers[i];
		if (s->state < SUBSCRIBER_SNAPSHOT && (oldest == NULL || s->since_ms < oldest->since_ms))
			oldest = s;
	}
	if (oldest == NULL)
		return NULL;
	refuse(oldest, "too many strangers");
	return find_place(group);
}

void
subscriber_accept(struct group *group, int fd)
{
	struct subscriber **place = find_place(group);
	struct subscriber *s = place == NULL ? NULL : calloc(1, sizeof(*s));

	if (s == NULL || !connection_init(&s->connection, group->reactor, IN_SIZE, OUT_SIZE, on_event)) {
		free(s);
		close(fd);
		return;
	}
	s->group = group;
	s->since_ms = clock_ms();
	if (connection_open(&s->connection, fd, &group->config.key, EPOLLIN) != 0) {
		connection_fini(&s->connection);
		free(s);
		return;
	}
	*place = s;
}
