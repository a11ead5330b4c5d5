/* SPDX-License-Identifier: Apache-2.0 */
#include "port/memif_control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int
send_message(int fd, const struct memif_message *message, int passed_fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} ancillary = {0};
	struct iovec iov = {.iov_base = (void *)(uintptr_t)message, .iov_len = sizeof(*message)};
	struct msghdr header = {.msg_iov = &iov, .msg_iovlen = 1};

	if (passed_fd >= 0) {
		header.msg_control = ancillary.bytes;
		header.msg_controllen = sizeof(ancillary.bytes);
		struct cmsghdr *c = CMSG_FIRSTHDR(&header);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &passed_fd, sizeof(int));
	}
	return sendmsg(fd, &header, MSG_NOSIGNAL | MSG_DONTWAIT) == sizeof(*message) ? 0 : -1;
}

/* The first descriptor passed with a message; further ones are closed. -1 = none. */
static int
take_passed_fd(struct msghdr *header)
{
	int taken = -1;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c != NULL; c = CMSG_NXTHDR(header, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < n; i++) {
			int fd;
			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
			if (taken < 0)
				taken = fd;
			else
				close(fd);
		}
	}
	return taken;
}

static int
receive_message(int fd, struct memif_message *message, int *passed_fd)
{
	union {
		char bytes[CMSG_SPACE(4 * sizeof(int))];
		struct cmsghdr align;
	} ancillary;
	struct iovec iov = {.iov_base = message, .iov_len = sizeof(*message)};
	struct msghdr header = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = ancillary.bytes,
		.msg_controllen = sizeof(ancillary.bytes)};
	ssize_t n = recvmsg(fd, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	*passed_fd = take_passed_fd(&header);
	if (n == sizeof(*message))
		return 1;
	if (*passed_fd >= 0)
		close(*passed_fd);
	return -1;
}

static int
send_hello(int fd)
{
	struct memif_message m = {.type = MEMIF_HELLO};

	m.hello = (struct memif_hello){.name = "nfaas-dataplane", .min_version = MEMIF_VERSION,
		.max_version = MEMIF_VERSION, .max_region = MEMIF_MAX_REGIONS - 1,
		.max_log2_ring_size = MEMIF_MAX_LOG2_RING_SIZE}; /* highest ring index 0: one ring each way */
	return send_message(fd, &m, -1);
}

int
memif_session_start(struct memif_session *s, int fd, bool client)
{
	struct memif_connection *connection = calloc(1, sizeof(*connection));

	if (connection == NULL)
		return -ENOMEM;
	memif_connection_init(connection, client);
	if (!client && send_hello(fd) < 0) {
		free(connection);
		return -EPIPE;
	}
	*s = (struct memif_session){.fd = fd, .connection = connection};
	return 0;
}

static void
script_add(struct memif_session *s, const struct memif_message *message, int fd)
{
	s->script[s->script_size].message = *message;
	s->script[s->script_size++].fd = fd;
}

static void
script_add_ring(struct memif_session *s, const struct memif_queue *q, uint16_t flags)
{
	struct memif_message m = {.type = MEMIF_ADD_RING};

	m.add_ring = (struct memif_add_ring){.flags = flags, .log2_ring_size = MEMIF_LOG2_RING_SIZE,
		.offset = (uint32_t)((uint8_t *)q->ring - (uint8_t *)s->connection->regions[0].base)};
	script_add(s, &m, q->event_fd);
}

static void
write_script(struct memif_session *s)
{
	struct memif_connection *c = s->connection;
	struct memif_message init = {.type = MEMIF_INIT}, region = {.type = MEMIF_ADD_REGION},
		connect = {.type = MEMIF_CONNECT};

	init.init = (struct memif_init){.version = MEMIF_VERSION, .mode = MEMIF_MODE_ETHERNET,
		.name = "nfaas-dataplane"};
	region.add_region.size = c->regions[0].size;
	script_add(s, &init, -1);
	script_add(s, &region, c->regions[0].fd);
	script_add_ring(s, &c->tx, MEMIF_RING_TO_SERVER);
	script_add_ring(s, &c->rx, 0);
	script_add(s, &connect, -1);
}

static const char *
play_script(struct memif_session *s)
{
	if (s->script_next == s->script_size)
		return NULL; /* an ACK too many is harmless */
	unsigned i = s->script_next++;
	return send_message(s->fd, &s->script[i].message, s->script[i].fd) < 0 ? "peer went away" : NULL;
}

static const char *
on_hello(struct memif_session *s, const struct memif_hello *hello)
{
	if (!s->connection->client || s->script_size != 0)
		return "unexpected HELLO";
	if (hello->min_version > MEMIF_VERSION || hello->max_version < MEMIF_VERSION)
		return "incompatible memif version";
	if (hello->max_log2_ring_size < MEMIF_LOG2_RING_SIZE)
		return "peer takes only smaller rings";
	if (memif_connection_allocate(s->connection) < 0)
		return "no memory for the rings";
	write_script(s);
	return play_script(s);
}

static const char *
acknowledge(struct memif_session *s)
{
	struct memif_message ack = {.type = MEMIF_ACK};

	return send_message(s->fd, &ack, -1) < 0 ? "peer went away" : NULL;
}

static const char *
on_init(struct memif_session *s, const struct memif_init *init)
{
	if (init->version != MEMIF_VERSION)
		return "incompatible memif version";
	if (init->id != 0)
		return "no such interface id; use 0";
	if (init->mode != MEMIF_MODE_ETHERNET)
		return "only Ethernet mode is supported";
	return acknowledge(s);
}

static const char *
on_add_region(struct memif_session *s, const struct memif_add_region *add, int *fd)
{
	struct memif_connection *c = s->connection;

	if (*fd < 0 || add->index != c->n_regions || c->n_regions == MEMIF_MAX_REGIONS)
		return "invalid region";
	c->regions[c->n_regions++] = (struct memif_region){.fd = *fd, .size = add->size};
	*fd = -1;
	return acknowledge(s);
}

static const char *
on_add_ring(struct memif_session *s, const struct memif_add_ring *add, int *fd)
{
	bool to_server = add->flags & MEMIF_RING_TO_SERVER;
	struct memif_queue *q = to_server ? &s->connection->rx : &s->connection->tx;

	if (*fd < 0 || add->index != 0 || q->event_fd >= 0)
		return "invalid ring";
	q->event_fd = *fd;
	*fd = -1;
	*(to_server ? &s->to_server : &s->to_client) = *add;
	return acknowledge(s);
}

static const char *
on_connect(struct memif_session *s)
{
	struct memif_connection *c = s->connection;
	struct memif_message connected = {.type = MEMIF_CONNECTED};
	const char *wrong;

	if (c->rx.event_fd < 0 || c->tx.event_fd < 0)
		return "a ring is missing";
	if ((wrong = memif_connection_map(c)) != NULL ||
	    (wrong = memif_connection_place(c, &c->rx, &s->to_server)) != NULL ||
	    (wrong = memif_connection_place(c, &c->tx, &s->to_client)) != NULL)
		return wrong;
	return send_message(s->fd, &connected, -1) < 0 ? "peer went away" : NULL;
}

static const char *
answer(struct memif_session *s, const struct memif_message *m, int *fd, bool *established)
{
	bool server = !s->connection->client;

	switch (m->type) {
	case MEMIF_HELLO:
		return on_hello(s, &m->hello);
	case MEMIF_ACK:
		return server ? "unexpected ACK" : play_script(s);
	case MEMIF_INIT:
		return server ? on_init(s, &m->init) : "unexpected INIT";
	case MEMIF_ADD_REGION:
		return server ? on_add_region(s, &m->add_region, fd) : "unexpected ADD_REGION";
	case MEMIF_ADD_RING:
		return server ? on_add_ring(s, &m->add_ring, fd) : "unexpected ADD_RING";
	case MEMIF_CONNECT:
		*established = true;
		return server ? on_connect(s) : "unexpected CONNECT";
	case MEMIF_CONNECTED:
		if (server || s->script_next != MEMIF_SCRIPT_MAX)
			return "unexpected CONNECTED";
		*established = true;
		memif_connection_offer(s->connection);
		return NULL;
	default:
		return "unknown message";
	}
}

enum memif_progress
memif_session_receive(struct memif_session *s)
{
	struct memif_message message;
	bool established = false;
	int fd = -1, n = receive_message(s->fd, &message, &fd);

	if (n == 0)
		return MEMIF_PENDING;
	if (n < 0 || message.type == MEMIF_DISCONNECT || s->connection == NULL)
		s->wrong = "peer went away"; /* an established session has nothing more to say but this */
	else
		s->wrong = answer(s, &message, &fd, &established);
	if (n > 0 && fd >= 0)
		close(fd);
	if (s->wrong != NULL)
		return MEMIF_BROKEN;
	return established ? MEMIF_ESTABLISHED : MEMIF_PENDING;
}

void
memif_session_end(struct memif_session *s, const char *reason)
{
	struct memif_message m = {.type = MEMIF_DISCONNECT};

	if (reason != NULL) {
		snprintf(m.disconnect.reason, sizeof(m.disconnect.reason), "%s", reason);
		(void)send_message(s->fd, &m, -1); /* a courtesy: the close says the same */
	}
	close(s->fd);
	s->fd = -1;
	if (s->connection != NULL) {
		memif_connection_release(s->connection);
		free(s->connection);
		s->connection = NULL;
	}
}
