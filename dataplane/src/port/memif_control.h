/* SPDX-License-Identifier: Apache-2.0 */
/* The handshake of one memif connection, driven by the messages of its socket. */
#ifndef NFAAS_MEMIF_CONTROL_H
#define NFAAS_MEMIF_CONTROL_H

#include "port/memif_ring.h"

enum memif_progress { MEMIF_PENDING, MEMIF_ESTABLISHED, MEMIF_BROKEN };

#define MEMIF_SCRIPT_MAX 5

/* The two sides differ: the client plays a script of messages, the server answers. */
struct memif_session {
	int fd;
	struct memif_connection *connection;
	struct memif_add_ring to_server, to_client; /* server: as announced, placed when all regions are here */
	unsigned script_next, script_size;
	struct {
		struct memif_message message;
		int fd;
	} script[MEMIF_SCRIPT_MAX];
	const char *wrong; /* when BROKEN: why; a static string */
};

/* Takes over fd (a connected SOCK_SEQPACKET) and sends HELLO if this is the server. 0 or -errno; fd and connection
 * belong to the session only on success. */
int memif_session_start(struct memif_session *session, int fd, bool client);

/* Reads and answers one message. When ESTABLISHED the caller takes session->connection (and sets it NULL). */
enum memif_progress memif_session_receive(struct memif_session *session);

/* Tells the peer why if `reason` is given, closes, and releases a connection that was not taken. */
void memif_session_end(struct memif_session *session, const char *reason);

#endif
