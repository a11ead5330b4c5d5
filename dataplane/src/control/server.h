/* SPDX-License-Identifier: Apache-2.0 */
/* The control socket: frames of a 4-byte big-endian length and a protobuf message, several clients. */
#ifndef NFAAS_SERVER_H
#define NFAAS_SERVER_H

#include "control/process.h"

#define CONTROL_MESSAGE_MAX (16u << 20)

struct server;

/* Listens on `path`, replacing the socket of a process that is gone. NULL and errno on failure; EADDRINUSE when
 * another process answers there. */
struct server *server_start(struct process *process, const char *path);
void server_stop(struct server *server); /* closes every client, removes the socket */

#endif
