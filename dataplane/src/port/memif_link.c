/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fabric link over memif. Why not DPDK's net_memif: on a peer's death its interrupt thread unmaps the rings while
 * the polling thread may be reading them (seen in 22.11), so that killing one pod could fault its neighbours; it
 * also neither reconnects by itself nor mends a stale socket file.
 *
 * Either side may come, die and come again in any order: the server listens for as long as the port lives and takes
 * the newest client; the client tries again on every tick.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "port/memif_control.h"
#include "util/log.h"

struct memif_link {
	struct port port; /* first: ports are cast to links */
	struct port_context context;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	bool server;
	ino_t inode;                  /* of the socket file, so that only this link's own is removed */
	struct event_source listener; /* server only; fd -1 otherwise */
	struct event_source socket;   /* of the session; fd -1 = none */
	struct memif_session session;
	struct memif_connection *_Atomic active; /* what the I/O thread uses; NULL = down */
};

static struct memif_link *
link_of(const struct port *port)
{
	return (struct memif_link *)(uintptr_t)port;
}

static struct memif_connection *
active(const struct memif_link *link)
{
	return atomic_load_explicit(&link->active, memory_order_acquire);
}

static void
drop_session(struct memif_link *link, const char *reason)
{
	struct memif_connection *old = atomic_exchange(&link->active, NULL);

	if (link->socket.fd >= 0) {
		reactor_remove(link->context.reactor, &link->socket);
		memif_session_end(&link->session, reason);
		link->socket.fd = -1;
	}
	if (old == NULL)
		return;
	rcu_synchronize(link->context.rcu); /* the I/O thread may be inside the rings */
	memif_connection_release(old);
	free(old);
	log_info("fabric link down", "peer=%s", link->port.dp.name);
}

static void
on_session_event(struct event_source *source, uint32_t epoll_events)
{
	struct memif_link *link = (void *)((uint8_t *)source - offsetof(struct memif_link, socket));
	enum memif_progress progress = memif_session_receive(&link->session);

	(void)epoll_events; /* a hang-up reads as end of file */
	if (progress == MEMIF_BROKEN) {
		drop_session(link, link->session.wrong);
	} else if (progress == MEMIF_ESTABLISHED) {
		struct memif_connection *c = link->session.connection;
		link->session.connection = NULL;
		memif_interrupt_disable(c);
		atomic_store_explicit(&link->active, c, memory_order_release);
		log_info("fabric link up", "peer=%s", link->port.dp.name);
	}
}

/* Takes over fd, also on failure. */
static int
start_session(struct memif_link *link, int fd)
{
	int rc = memif_session_start(&link->session, fd, !link->server);

	if (rc < 0) {
		close(fd);
		return rc;
	}
	link->socket = (struct event_source){.fd = fd, .on_event = on_session_event};
	rc = reactor_add(link->context.reactor, &link->socket, EPOLLIN);
	if (rc < 0) {
		memif_session_end(&link->session, NULL);
		link->socket.fd = -1;
	}
	return rc;
}

static void
on_client(struct event_source *source, uint32_t epoll_events)
{
	struct memif_link *link = (void *)((uint8_t *)source - offsetof(struct memif_link, listener));
	int fd = accept4(source->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)epoll_events;
	if (fd < 0)
		return;
	drop_session(link, "a newer client connected");
	int rc = start_session(link, fd);
	if (rc < 0)
		log_warn("fabric link refused a client", "peer=%s error=\"%s\"", link->port.dp.name, strerror(-rc));
}

static struct sockaddr_un
address_of(const struct memif_link *link)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	memcpy(address.sun_path, link->path, sizeof(link->path));
	return address;
}

static void
try_connect(struct memif_link *link)
{
	struct sockaddr_un address = address_of(link);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	/* Refused or absent: the peer is not there yet. The next tick tries again. */
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		close(fd);
	else
		(void)start_session(link, fd);
}

static int
listen_on(struct memif_link *link)
{
	struct sockaddr_un address = address_of(link);
	struct stat st;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	/* A socket file of a process that was killed would make bind fail for ever. */
	if (lstat(link->path, &st) == 0 && S_ISSOCK(st.st_mode))
		unlink(link->path);
	mode_t old = umask(0077); /* whoever may connect may send as any tenant */
	int rc = bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 4) < 0 ? -errno : 0;
	umask(old);
	if (rc < 0) {
		close(fd);
		return rc;
	}
	link->inode = lstat(link->path, &st) == 0 ? st.st_ino : 0;
	link->listener = (struct event_source){.fd = fd, .on_event = on_client};
	return reactor_add(link->context.reactor, &link->listener, EPOLLIN);
}

static uint16_t
link_rx(struct port *port, struct rte_mempool *pool, struct rte_mbuf **pkts, uint16_t n)
{
	struct memif_connection *c = active(link_of(port));

	return c == NULL ? 0 : memif_receive(c, pool, pkts, n);
}

static uint16_t
link_tx(struct port *port, struct rte_mbuf **pkts, uint16_t n, enum tx_stop *why)
{
	struct memif_connection *c = active(link_of(port));

	*why = TX_DOWN;
	return c == NULL ? 0 : memif_send(c, pkts, n, why);
}

static bool
link_is_up(const struct port *port)
{
	return active(link_of(port)) != NULL;
}

static bool
link_is_crowded(const struct port *port)
{
	const struct memif_connection *c = active(link_of(port));

	return c != NULL && memif_is_crowded(c);
}

static bool
link_is_filling(const struct port *port)
{
	const struct memif_connection *c = active(link_of(port));

	return c != NULL && memif_is_filling(c);
}

static int
link_arm(struct port *port, bool *pending)
{
	struct memif_link *link = link_of(port);
	struct memif_connection *c = active(link);

	if (c == NULL)
		return PORT_DOWN;
	*pending = memif_interrupt_enable(c);
	return c->rx.event_fd;
}

static void
link_disarm(struct port *port, short revents)
{
	struct memif_connection *c = active(link_of(port));
	uint64_t count;

	if (c == NULL)
		return;
	memif_interrupt_disable(c);
	if (revents != 0 && read(c->rx.event_fd, &count, sizeof(count)) < 0)
		return; /* EAGAIN: a new connection's, not written yet */
}

static void
link_tick(struct port *port)
{
	struct memif_link *link = link_of(port);

	if (!link->server && link->socket.fd < 0)
		try_connect(link);
}

static bool
link_is_stale(const struct port *port)
{
	(void)port;
	return false; /* a link mends itself */
}

static void
link_close(struct port *port)
{
	struct memif_link *link = link_of(port);
	struct stat st;

	drop_session(link, "link removed");
	if (link->listener.fd >= 0) {
		reactor_remove(link->context.reactor, &link->listener);
		close(link->listener.fd);
		if (lstat(link->path, &st) == 0 && st.st_ino == link->inode)
			unlink(link->path);
	}
	free(link);
}

static const struct port_ops memif_ops = {
	.driver = "memif", .rx = link_rx, .tx = link_tx, .is_up = link_is_up, .is_crowded = link_is_crowded,
	.is_filling = link_is_filling, .arm = link_arm, .disarm = link_disarm,
	.tick = link_tick, .is_stale = link_is_stale, .close = link_close,
};

struct port *
memif_link_open(const struct port_context *context, const char *socket_path, bool server,
	char error[PORT_ERROR_MAX])
{
	struct memif_link *link = calloc(1, sizeof(*link));

	if (link == NULL) {
		snprintf(error, PORT_ERROR_MAX, "out of memory");
		return NULL;
	}
	link->port.ops = &memif_ops;
	link->context = *context;
	link->server = server;
	link->listener.fd = link->socket.fd = -1;
	snprintf(link->path, sizeof(link->path), "%s", socket_path);
	int rc = server ? listen_on(link) : 0;
	if (rc < 0) {
		snprintf(error, PORT_ERROR_MAX, "cannot listen on %s: %s; check that its folder exists", socket_path,
			strerror(-rc));
		link->port.ops->close(&link->port);
		return NULL;
	}
	if (!server)
		try_connect(link);
	return &link->port;
}
