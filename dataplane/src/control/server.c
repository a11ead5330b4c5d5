/* SPDX-License-Identifier: Apache-2.0 */
#include "control/server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "control/client.h"

struct server {
	struct event_source source; /* first: it is cast to the server */
	struct clients clients;
	struct sockaddr_un address;
};

static void
on_connect(struct event_source *source, uint32_t epoll_events)
{
	struct server *s = (struct server *)source;
	int fd = accept4(source->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)epoll_events;
	if (fd >= 0)
		clients_add(&s->clients, fd);
}

/* True when a live process listens at the address. */
static bool
is_answered(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool answered = fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0;

	if (fd >= 0)
		close(fd);
	return answered;
}

static int
listen_on(const struct sockaddr_un *address)
{
	struct stat st;
	int fd;

	if (is_answered(address)) {
		errno = EADDRINUSE;
		return -1;
	}
	if (lstat(address->sun_path, &st) == 0 && S_ISSOCK(st.st_mode))
		unlink(address->sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	mode_t old = umask(0077); /* whoever may connect rules the pod */
	if (fd >= 0 && (bind(fd, (const struct sockaddr *)address, sizeof(*address)) < 0 || listen(fd, 16) < 0)) {
		int error = errno;
		close(fd);
		errno = error;
		fd = -1;
	}
	umask(old);
	return fd;
}

struct server *
server_start(struct process *process, const char *path)
{
	struct server *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	clients_init(&s->clients, process);
	s->address.sun_family = AF_UNIX;
	snprintf(s->address.sun_path, sizeof(s->address.sun_path), "%s", path);
	s->source = (struct event_source){.fd = listen_on(&s->address), .on_event = on_connect};
	if (s->source.fd < 0 || reactor_add(process->reactor, &s->source, EPOLLIN) < 0) {
		free(s);
		return NULL;
	}
	return s;
}

void
server_stop(struct server *s)
{
	if (s == NULL)
		return;
	clients_close(&s->clients);
	reactor_remove(s->clients.process->reactor, &s->source);
	close(s->source.fd);
	unlink(s->address.sun_path);
	free(s);
}
