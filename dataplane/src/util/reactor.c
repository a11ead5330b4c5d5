/* SPDX-License-Identifier: Apache-2.0 */
#include "util/reactor.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "util/clock.h"

#define BATCH 32

struct reactor {
	int epoll_fd;
	bool stopped;
	struct epoll_event batch[BATCH];
	int batch_size; /* events of the running batch, so that a removed source's can be struck out */
};

struct reactor *
reactor_create(void)
{
	struct reactor *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (r->epoll_fd < 0) {
		free(r);
		return NULL;
	}
	return r;
}

void
reactor_destroy(struct reactor *r)
{
	if (r == NULL)
		return;
	close(r->epoll_fd);
	free(r);
}

static int
control(struct reactor *r, int operation, struct event_source *source, uint32_t epoll_events)
{
	struct epoll_event event = {.events = epoll_events, .data.ptr = source};

	return epoll_ctl(r->epoll_fd, operation, source->fd, &event) < 0 ? -errno : 0;
}

int
reactor_add(struct reactor *r, struct event_source *source, uint32_t epoll_events)
{
	return control(r, EPOLL_CTL_ADD, source, epoll_events);
}

int
reactor_change(struct reactor *r, struct event_source *source, uint32_t epoll_events)
{
	return control(r, EPOLL_CTL_MOD, source, epoll_events);
}

void
reactor_remove(struct reactor *r, struct event_source *source)
{
	control(r, EPOLL_CTL_DEL, source, 0);
	for (int i = 0; i < r->batch_size; i++)
		if (r->batch[i].data.ptr == source)
			r->batch[i].data.ptr = NULL;
}

static void
dispatch(struct reactor *r)
{
	for (int i = 0; i < r->batch_size && !r->stopped; i++) {
		struct event_source *source = r->batch[i].data.ptr;
		if (source != NULL)
			source->on_event(source, r->batch[i].events);
	}
	r->batch_size = 0;
}

void
reactor_run(struct reactor *r, int tick_ms, void (*on_tick)(void *arg), void *arg)
{
	int64_t next_tick = clock_ms() + tick_ms;

	while (!r->stopped) {
		int64_t left = next_tick - clock_ms();
		int n = epoll_wait(r->epoll_fd, r->batch, BATCH, left > 0 ? (int)left : 0);
		r->batch_size = n > 0 ? n : 0;
		dispatch(r);
		if (clock_ms() >= next_tick) {
			on_tick(arg);
			next_tick = clock_ms() + tick_ms;
		}
	}
}

void
reactor_stop(struct reactor *r)
{
	r->stopped = true;
}
