/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The main thread's event loop: file descriptors by epoll, and a tick for what has to be tried again. Everything but
 * packets happens here, on one thread, so that none of it needs a lock.
 */
#ifndef NFAAS_REACTOR_H
#define NFAAS_REACTOR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

/* Something to wait for; embed it in what owns the descriptor. */
struct event_source {
	int fd;
	void (*on_event)(struct event_source *source, uint32_t epoll_events);
};

struct reactor;

/* NULL and errno on failure. */
struct reactor *reactor_create(void);
void reactor_destroy(struct reactor *reactor);

/* 0 or -errno. `epoll_events`: EPOLLIN, EPOLLOUT. Fill fd and on_event before. */
int reactor_add(struct reactor *reactor, struct event_source *source, uint32_t epoll_events);
int reactor_change(struct reactor *reactor, struct event_source *source, uint32_t epoll_events);

/* Forgets the source: no callback of it runs after this returns, also within the running batch. Does not close fd. */
void reactor_remove(struct reactor *reactor, struct event_source *source);

/* Runs until reactor_stop(). `on_tick` runs about every `tick_ms` milliseconds. */
void reactor_run(struct reactor *reactor, int tick_ms, void (*on_tick)(void *arg), void *arg);
void reactor_stop(struct reactor *reactor);

#endif
