/* SPDX-License-Identifier: Apache-2.0 */
#include "state_group/connection.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEAD_AFTER_MS 5000 /* a peer that acknowledges nothing, or whose window stays shut */
#define SEND_BUFFER (256 * 1024) /* the kernel's part of what a peer may leave unread */

bool
connection_init(struct connection *c, struct reactor *reactor, size_t in_size, size_t out_size,
	void (*on_event)(struct event_source *source, uint32_t events))
{
	*c = (struct connection){.source = {.fd = -1, .on_event = on_event}, .reactor = reactor, .in_size = in_size,
		.out_size = out_size, .in = malloc(in_size), .out = malloc(out_size)};
	if (c->in != NULL && c->out != NULL)
		return true;
	connection_fini(c);
	return false;
}

void
connection_fini(struct connection *c)
{
	connection_close(c);
	free(c->in);
	free(c->out);
	*c = (struct connection){.source = {.fd = -1}};
}

int
connection_open(struct connection *c, int fd, const struct group_key *key, uint32_t events)
{
	int error;

	c->n_in = c->out_start = c->out_end = 0;
	c->read_sequence = c->write_sequence = 0;
	c->read_key = c->write_key = *key;
	c->message_size = 0;
	c->timed_out = false;
	c->events = events;
	c->source.fd = fd;
	error = reactor_add(c->reactor, &c->source, events);
	if (error != 0) {
		close(fd);
		c->source.fd = -1;
	}
	return error;
}

void
connection_close(struct connection *c)
{
	if (!connection_is_open(c))
		return;
	reactor_remove(c->reactor, &c->source);
	close(c->source.fd);
	c->source.fd = -1;
}

union address {
	struct sockaddr any;
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;
};

static socklen_t
make_address(union address *to, const struct group_endpoint *endpoint)
{
	*to = (union address){.ipv6 = {.sin6_family = AF_INET6, .sin6_port = htons(endpoint->port)}};
	if (endpoint->address_length == sizeof(to->ipv6.sin6_addr)) {
		memcpy(&to->ipv6.sin6_addr, endpoint->address, sizeof(to->ipv6.sin6_addr));
		return sizeof(to->ipv6);
	}
	*to = (union address){.ipv4 = {.sin_family = AF_INET, .sin_port = htons(endpoint->port)}};
	memcpy(&to->ipv4.sin_addr, endpoint->address, sizeof(to->ipv4.sin_addr));
	return sizeof(to->ipv4);
}

static int
make_socket(int family)
{
	const int on = 1, dead_after = DEAD_AFTER_MS, send_buffer = SEND_BUFFER;
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof(send_buffer)); /* an accepted socket has it from its listener */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &dead_after, sizeof(dead_after));
	return fd;
}

static int
close_and_fail(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
	return -1;
}

int
connection_listener(const struct group_endpoint *endpoint, int backlog)
{
	union address address;
	socklen_t size = make_address(&address, endpoint);
	int fd = make_socket(address.any.sa_family);

	if (fd < 0 || (bind(fd, &address.any, size) == 0 && listen(fd, backlog) == 0))
		return fd;
	return close_and_fail(fd);
}

int
connection_begin(const struct group_endpoint *endpoint)
{
	union address address;
	socklen_t size = make_address(&address, endpoint);
	int fd = make_socket(address.any.sa_family);

	if (fd < 0 || connect(fd, &address.any, size) == 0 || errno == EINPROGRESS)
		return fd;
	return close_and_fail(fd);
}

static void
wait_for(struct connection *c, uint32_t events)
{
	if (c->events == events || !connection_is_open(c))
		return;
	c->events = events;
	reactor_change(c->reactor, &c->source, events);
}

void
connection_listen(struct connection *c, bool on)
{
	wait_for(c, on ? c->events | EPOLLIN : c->events & ~(uint32_t)EPOLLIN);
}

bool
connection_fill(struct connection *c)
{
	while (c->n_in < c->in_size) {
		ssize_t n = recv(c->source.fd, c->in + c->n_in, c->in_size - c->n_in, 0);

		if (n > 0)
			c->n_in += (size_t)n;
		else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
			c->timed_out = n < 0 && errno == ETIMEDOUT;
			return false;
		}
		else if (errno == EAGAIN)
			break;
	}
	return true;
}

enum group_read
connection_peek(struct connection *c, struct group_message *message)
{
	enum group_read read = group_message_read(c->in, c->n_in, &c->read_key, c->read_sequence, message, &c->message_size);

	return read == GROUP_READ_MORE && c->n_in == c->in_size ? GROUP_READ_TOO_LONG : read;
}

void
connection_next(struct connection *c)
{
	c->read_sequence++;
	c->n_in -= c->message_size;
	memmove(c->in, c->in + c->message_size, c->n_in);
}

uint8_t *
connection_body(struct connection *c, size_t length)
{
	size_t size = GROUP_HEADER_SIZE + length + GROUP_MAC_SIZE;

	if (c->out_size - c->out_end < size && c->out_start > 0) {
		memmove(c->out, c->out + c->out_start, c->out_end - c->out_start);
		c->out_end -= c->out_start;
		c->out_start = 0;
	}
	return c->out_size - c->out_end < size ? NULL : c->out + c->out_end + GROUP_HEADER_SIZE;
}

void
connection_send(struct connection *c, uint8_t type, uint32_t length)
{
	c->out_end += group_message_seal(c->out + c->out_end, &c->write_key, type, c->write_sequence++, length);
}

bool
connection_flush(struct connection *c)
{
	while (c->out_start < c->out_end) {
		ssize_t n = send(c->source.fd, c->out + c->out_start, c->out_end - c->out_start, MSG_NOSIGNAL);

		if (n >= 0)
			c->out_start += (size_t)n;
		else if (errno == EAGAIN)
			break;
		else if (errno != EINTR) {
			c->timed_out = errno == ETIMEDOUT;
			return false;
		}
	}
	wait_for(c, c->out_start < c->out_end ? c->events | EPOLLOUT : c->events & ~(uint32_t)EPOLLOUT);
	return true;
}
