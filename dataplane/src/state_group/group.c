/* SPDX-License-Identifier: Apache-2.0 */
#include "state_group/group_internal.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "util/log.h"

#define TICK_MS 10
#define BACKLOG 16
#define SETTLE_MS 20000 /* nobody waits longer for a snapshot */

struct snapshot *
group_enter(struct group *g)
{
	rte_rcu_qsbr_thread_online(rcu_qsbr(g->shared->rcu), RCU_READER_GROUP);
	return current_snapshot(g->shared);
}

void
group_leave(struct group *g)
{
	rte_rcu_qsbr_thread_offline(rcu_qsbr(g->shared->rcu), RCU_READER_GROUP);
}

struct flow_exchange *
group_find_exchange(const struct snapshot *snapshot, uint32_t tenant_id)
{
	for (unsigned i = 0; i < DP_MAX_TENANTS; i++)
		if (snapshot->exchanges[i] != NULL && snapshot->exchanges[i]->tenant_id == tenant_id)
			return snapshot->exchanges[i];
	return NULL;
}

bool
group_make_hello(const struct group *g, struct group_hello *hello)
{
	*hello = (struct group_hello){0};
	strcpy(hello->group, g->config.name);
	strcpy(hello->pod, g->pod);
	return getrandom(hello->nonce, sizeof(hello->nonce), 0) == sizeof(hello->nonce);
}

int
group_bind(const struct group_config *config)
{
	return connection_listener(&config->endpoint, BACKLOG);
}

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

/* Takes over what the main thread wants; the lock is held. */
static void
take_news(struct group *g)
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

static void
on_wake(struct event_source *source, uint32_t events)
{
	struct group *g = (void *)((uint8_t *)source - offsetof(struct group, wake));
	uint64_t value;

	(void)events;
	if (read(source->fd, &value, sizeof(value)) < 0)
		return;
	pthread_mutex_lock(&g->lock);
	if (g->has_news)
		take_news(g);
	if (g->stop)
		reactor_stop(g->reactor);
	pthread_mutex_unlock(&g->lock);
}

static bool
is_settled(const struct group *g, int64_t now_ms)
{
	for (unsigned i = 0; i < g->n_sources; i++)
		if (!source_is_settled(g->sources[i]))
			return now_ms - g->configured_ms > SETTLE_MS;
	return true;
}

/* A tenant that is new here: the members told of its flows before anybody here could take them in. */
static void
meet_tenants(struct group *g, const struct snapshot *snapshot)
{
	bool is_new = false;

	for (unsigned i = 0; i < DP_MAX_TENANTS; i++) {
		struct flow_exchange *e = snapshot->exchanges[i];

		is_new |= e != NULL && !e->met;
		if (e != NULL)
			e->met = true;
	}
	for (unsigned i = 0; is_new && i < g->n_sources; i++)
		source_ask_again(g->sources[i]);
}

static void
on_tick(void *arg)
{
	struct group *g = arg;
	int64_t now_ms = clock_ms();

	if (!g->on)
		return;
	const struct snapshot *snapshot = group_enter(g);
	meet_tenants(g, snapshot);
	group_tell(g, snapshot, now_ms);
	group_leave(g);
	for (unsigned i = 0; i < g->n_sources; i++)
		source_tick(g->sources[i], now_ms);
	for (unsigned i = 0; i < RTE_DIM(g->subscribers); i++)
		if (g->subscribers[i] != NULL)
			subscriber_tick(g->subscribers[i], now_ms);
	g->synced = g->synced || is_settled(g, now_ms);
	group_write_report(g, now_ms);
}

static void *
group_main(void *arg)
{
	struct group *g = arg;

	rte_rcu_qsbr_thread_register(rcu_qsbr(g->shared->rcu), RCU_READER_GROUP);
	reactor_run(g->reactor, TICK_MS, on_tick, g);
	drop_subscribers(g, true);
	g->config.n_members = 0;
	change_sources(g, false);
	change_listener(g, -1);
	rte_rcu_qsbr_thread_unregister(rcu_qsbr(g->shared->rcu), RCU_READER_GROUP);
	return NULL;
}

static void
group_free(struct group *g)
{
	if (g->wake.fd >= 0)
		close(g->wake.fd);
	reactor_destroy(g->reactor);
	OPENSSL_cleanse(&g->config.key, sizeof(g->config.key));
	OPENSSL_cleanse(&g->next.key, sizeof(g->next.key));
	free(g);
}

struct group *
group_start(struct shared *shared, const char *pod)
{
	struct group *g = calloc(1, sizeof(*g));

	if (g == NULL)
		return NULL;
	g->shared = shared;
	snprintf(g->pod, sizeof(g->pod), "%s", pod);
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->noted, NULL);
	g->listener = (struct event_source){.fd = -1, .on_event = on_connection};
	g->wake = (struct event_source){.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), .on_event = on_wake};
	g->reactor = reactor_create();
	if (g->wake.fd >= 0 && g->reactor != NULL && reactor_add(g->reactor, &g->wake, EPOLLIN) == 0
		&& pthread_create(&g->thread, NULL, group_main, g) == 0) {
		pthread_setname_np(g->thread, "state-group");
		return g;
	}
	group_free(g);
	return NULL;
}

static void
wake(struct group *g)
{
	const uint64_t one = 1;

	if (write(g->wake.fd, &one, sizeof(one)) < 0)
		return; /* it is full: the thread wakes anyway */
}

void
group_stop(struct group *g)
{
	if (g == NULL)
		return;
	pthread_mutex_lock(&g->lock);
	g->stop = true;
	pthread_mutex_unlock(&g->lock);
	wake(g);
	pthread_join(g->thread, NULL);
	group_free(g);
}

void
group_configure(struct group *g, const struct group_config *config, int listener)
{
	pthread_mutex_lock(&g->lock);
	g->next_on = config != NULL;
	g->next_listener = listener;
	if (config != NULL)
		g->next = *config;
	g->has_news = true;
	wake(g);
	while (g->has_news)
		pthread_cond_wait(&g->noted, &g->lock);
	pthread_mutex_unlock(&g->lock);
}
