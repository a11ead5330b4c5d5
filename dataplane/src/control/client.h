/* SPDX-License-Identifier: Apache-2.0 */
/* Who is connected to the control socket: frames of a 4-byte big-endian length and a protobuf message. Main thread. */
#ifndef NFAAS_CLIENT_H
#define NFAAS_CLIENT_H

#include <sys/queue.h>

#include "control/process.h"

#define CONTROL_MESSAGE_MAX (16u << 20)

struct client;

struct clients {
	struct process *process;
	LIST_HEAD(, client) list;
	unsigned n;
};

void clients_init(struct clients *clients, struct process *process);

/* Takes a connection; closes it when there are too many. */
void clients_add(struct clients *clients, int fd);

void clients_close(struct clients *clients);

#endif
