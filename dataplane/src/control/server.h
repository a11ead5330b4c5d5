/* SPDX-License-Identifier: Apache-2.0 */
/* The control socket. What is said over it: client.h. */
#ifndef NFAAS_SERVER_H
#define NFAAS_SERVER_H

#include "control/process.h"

struct server;

/* Listens on `path`, replacing the socket of a process that is gone. NULL and errno on failure; EADDRINUSE when
 * another process answers there. */
struct server *server_start(struct process *process, const char *path);
void server_stop(struct server *server); /* closes every client, removes the socket */

#endif
