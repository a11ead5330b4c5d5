/* SPDX-License-Identifier: Apache-2.0 */
/* Who is in the group, as the main thread wants it: whom this pod hears, who hears it, and where it listens. */
#include "state_group/group_internal.h"

#include <sys/socket.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "util/log.h"

static void
on_connection(struct event_source *source, uint32_t events)
{
	struct group *g = (void *)((uint8_t *)source - offsetof(struct group, listener));
	int fd;

	(void)events;
	while ((fd = accept4(source->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
		subscriber_accept(g, fd);
}

static void
drop_subscribers(struct group *g, bool all)
{
	for (unsigned i = 0; i < RTE_DIM(g->subscribers); i++) {
		struct subscriber *s = g->subscribers[i];

		if (s != NULL && (all || (s->state != SUBSCRIBER_GREETING && group_config_find(&g->config, s->pod) == NULL)))
			subscriber_destroy(s);
	}
}

/* Keeps those that are as they were. */
static void
change_sources(struct group *g, bool keep)
{
	struct source *old[GROUP_MEMBERS_MAX];
	unsigned n_old = g->n_sources;

	memcpy(old, g->sources, sizeof(old));
	g->n_sources = 0;
	for (unsigned i = 0; i < g->config.n_members; i++) {
		struct source *source = NULL;

		for (unsigned j = 0; keep && source == NULL && j < n_old; j++)
			if (old[j] != NULL && memcmp(&old[j]->member, &g->config.members[i], sizeof(old[j]->member)) == 0) {
				source = old[j];
				old[j] = NULL;
			}
		if (source == NULL)
			source = source_create(g, &g->config.members[i]);
		if (source != NULL)
			g->sources[g->n_sources++] = source;
	}
	for (unsigned j = 0; j < n_old; j++)
		source_destroy(old[j]);
}

static void
change_listener(struct group *g, int fd)
{
	if (g->listener.fd >= 0) {
		reactor_remove(g->reactor, &g->listener);
		close(g->listener.fd);
	}
	g->listener.fd = fd;
	if (fd >= 0 && reactor_add(g->reactor, &g->listener, EPOLLIN) != 0)
		log_error("state group: can't listen", "group=%s", g->config.name);
}

void
membership_take_news(struct group *g)
{
	bool same = g->on && g->next_on && strcmp(g->config.name, g->next.name) == 0
		&& CRYPTO_memcmp(&g->config.key, &g->next.key, sizeof(g->next.key)) == 0;

	g->config = g->next;
	if (!g->next_on)
		g->config.n_members = 0;
	g->on = g->next_on;
	if (!same) {
		g->synced = false;
		g->configured_ms = clock_ms();
	}
	drop_subscribers(g, !same);
	change_sources(g, same);
	if (!g->on || g->next_listener >= 0)
		change_listener(g, g->on ? g->next_listener : -1);
	g->has_news = false;
	pthread_cond_signal(&g->noted);
}

void
membership_init(struct group *g)
{
	g->listener = (struct event_source){.fd = -1, .on_event = on_connection};
}

void
membership_end(struct group *g)
{
	drop_subscribers(g, true);
	g->config.n_members = 0;
	change_sources(g, false);
	change_listener(g, -1);
}
