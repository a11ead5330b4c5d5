/* SPDX-License-Identifier: Apache-2.0 */
#include "control/client.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rte_byteorder.h>

#include "util/log.h"

#define HEADER 4
#define READ_STEP (64u << 10)
#define CLIENTS_MAX 64

typedef Nfaas__Dataplane__V1__Request request;
typedef Nfaas__Dataplane__V1__Response response;

struct buffer {
	uint8_t *bytes;
	size_t length, capacity, sent;
};

struct client {
	struct event_source source; /* first: sources are cast to clients */
	struct clients *clients;
	struct buffer in, out;
	bool closing; /* once `out` is sent */
	LIST_ENTRY(client) next;
};

static bool
reserve(struct buffer *b, size_t more)
{
	size_t needed = b->length + more, capacity = b->capacity;

	if (needed <= capacity)
		return true;
	while (capacity < needed)
		capacity = capacity == 0 ? READ_STEP : 2 * capacity;
	uint8_t *bytes = realloc(b->bytes, capacity);
	if (bytes == NULL)
		return false;
	b->bytes = bytes;
	b->capacity = capacity;
	return true;
}

static void
client_close(struct client *c)
{
	reactor_remove(c->clients->process->reactor, &c->source);
	close(c->source.fd);
	LIST_REMOVE(c, next);
	c->clients->n--;
	free(c->in.bytes);
	free(c->out.bytes);
	free(c);
}

static bool
queue_response(struct client *c, const response *r)
{
	size_t n = nfaas__dataplane__v1__response__get_packed_size(r);
	uint32_t header = rte_cpu_to_be_32((uint32_t)n);

	if (n > CONTROL_MESSAGE_MAX || !reserve(&c->out, HEADER + n))
		return false;
	memcpy(c->out.bytes + c->out.length, &header, HEADER);
	nfaas__dataplane__v1__response__pack(r, c->out.bytes + c->out.length + HEADER);
	c->out.length += HEADER + n;
	return true;
}

/* Queues the response and frees it. NULL (out of memory) loses the client, which may come again. */
static bool
respond(struct client *c, response *r)
{
	bool queued = r != NULL && queue_response(c, r);

	if (r != NULL)
		nfaas__dataplane__v1__response__free_unpacked(r, NULL);
	return queued;
}

/* After bytes that are no request nothing of the stream can be trusted: one typed error, then the end. */
static bool
refuse_malformed(struct client *c, const char *what)
{
	struct dp_error error = {.code = NFAAS__DATAPLANE__V1__ERROR_CODE__ERROR_CODE_MALFORMED};

	snprintf(error.message, sizeof(error.message), "%s; the connection is closed", what);
	log_warn("malformed control message", "reason=\"%s\"", what);
	c->closing = true;
	c->in.length = 0;
	return respond(c, error_response(0, &error));
}

static bool
answer_one(struct client *c, const uint8_t *bytes, size_t length)
{
	request *q = nfaas__dataplane__v1__request__unpack(NULL, length, bytes);

	if (q == NULL)
		return refuse_malformed(c, "the bytes are not a Request");
	response *r = process_answer(c->clients->process, q);
	nfaas__dataplane__v1__request__free_unpacked(q, NULL);
	return respond(c, r);
}

/* Answers every whole message in the buffer. False when the client is lost. */
static bool
answer_all(struct client *c)
{
	size_t done = 0;

	while (!c->closing && c->in.length - done >= HEADER) {
		uint32_t length;
		memcpy(&length, c->in.bytes + done, HEADER);
		length = rte_be_to_cpu_32(length);
		if (length > CONTROL_MESSAGE_MAX)
			return refuse_malformed(c, "the length is above 16 MiB");
		if (c->in.length - done < HEADER + (size_t)length)
			break;
		if (!answer_one(c, c->in.bytes + done + HEADER, length))
			return false;
		done += HEADER + length;
	}
	if (c->closing)
		return true;
	memmove(c->in.bytes, c->in.bytes + done, c->in.length - done);
	c->in.length -= done;
	return true;
}

/* False at end of file or error. */
static bool
read_some(struct client *c)
{
	if (!reserve(&c->in, READ_STEP))
		return false;
	ssize_t n = read(c->source.fd, c->in.bytes + c->in.length, c->in.capacity - c->in.length);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	c->in.length += (size_t)n;
	return n > 0;
}

static bool
write_some(struct client *c)
{
	struct buffer *b = &c->out;
	ssize_t n = send(c->source.fd, b->bytes + b->sent, b->length - b->sent, MSG_NOSIGNAL);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	b->sent += (size_t)n;
	if (b->sent == b->length)
		b->sent = b->length = 0;
	return true;
}

static void
on_client_event(struct event_source *source, uint32_t epoll_events)
{
	struct client *c = (struct client *)source;
	bool alive = true;

	/* While an answer waits to be read, no further request is. */
	if (c->out.length == 0 && (epoll_events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		alive = read_some(c) && answer_all(c);
	if (alive && c->out.length > 0)
		alive = write_some(c);
	if (alive && c->closing && c->out.length == 0)
		alive = false;
	if (alive)
		alive = reactor_change(c->clients->process->reactor, source, c->out.length > 0 ? EPOLLOUT : EPOLLIN) == 0;
	if (!alive)
		client_close(c);
}

void
clients_init(struct clients *clients, struct process *process)
{
	*clients = (struct clients){.process = process};
	LIST_INIT(&clients->list);
}

void
clients_add(struct clients *clients, int fd)
{
	struct client *c = clients->n == CLIENTS_MAX ? NULL : calloc(1, sizeof(*c));

	if (c == NULL) {
		close(fd);
		return;
	}
	c->source = (struct event_source){.fd = fd, .on_event = on_client_event};
	c->clients = clients;
	if (reactor_add(clients->process->reactor, &c->source, EPOLLIN) < 0) {
		close(fd);
		free(c);
		return;
	}
	LIST_INSERT_HEAD(&clients->list, c, next);
	clients->n++;
}

void
clients_close(struct clients *clients)
{
	struct client *c;

	while ((c = LIST_FIRST(&clients->list)) != NULL)
		client_close(c);
}
