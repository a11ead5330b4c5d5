/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TCP connection between two members: messages in and out, in buffers of fixed size. It never blocks, and it never grows:
 * who has no room to write asks first, and a peer whose message does not fit is cut off.
 */
#ifndef NFAAS_GROUP_CONNECTION_H
#define NFAAS_GROUP_CONNECTION_H

#include "state_group/config.h"
#include "util/reactor.h"

struct connection {
	struct event_source source; /* fd -1 = closed */
	struct reactor *reactor;
	uint32_t events; /* waited for */
	uint8_t *in, *out;
	size_t in_size, n_in;
	size_t out_size, out_start, out_end;
	struct group_key read_key, write_key;
	uint64_t read_sequence, write_sequence;
	size_t message_size; /* of the message being looked at */
	bool timed_out;      /* how it ended: the kernel gave up, since the peer took nothing any more */
};

/* Allocates the buffers; closed. False when out of memory. */
bool connection_init(struct connection *connection, struct reactor *reactor, size_t in_size, size_t out_size,
	void (*on_event)(struct event_source *source, uint32_t events));
void connection_fini(struct connection *connection);

/* Takes over a socket; both directions begin with `key`. 0 or -errno, with the socket closed. */
int connection_open(struct connection *connection, int fd, const struct group_key *key, uint32_t events);
void connection_close(struct connection *connection);
static inline bool
connection_is_open(const struct connection *connection)
{
	return connection->source.fd >= 0;
}

/* A socket that never blocks and listens there, or begins to connect to there. -1 and errno. */
int connection_listener(const struct group_endpoint *endpoint, int backlog);
int connection_begin(const struct group_endpoint *endpoint);

/* Reads what has come, as far as there is room. False when the peer has gone. */
bool connection_fill(struct connection *connection);
/* The next message; its body is valid until connection_next() is called, which goes on behind it. */
enum group_read connection_peek(struct connection *connection, struct group_message *message);
void connection_next(struct connection *connection);

/* Where to write the body of a message, NULL when there is no room for `length` bytes of it. */
uint8_t *connection_body(struct connection *connection, size_t length);
/* Sends the body that was written there. */
void connection_send(struct connection *connection, uint8_t type, uint32_t length);
/* Hands to the kernel what it takes. False when the peer has gone. */
bool connection_flush(struct connection *connection);

/* Stops or goes on listening to the peer: who has no room lets TCP tell it. */
void connection_listen(struct connection *connection, bool on);

#endif
