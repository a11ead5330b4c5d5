/* SPDX-License-Identifier: Apache-2.0 */
#include "state_group/group_internal.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>

#include <openssl/crypto.h>

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
on_wake(struct event_source *source, uint32_t events)
{
	struct group *g = (void *)((uint8_t *)source - offsetof(struct group, wake));
	uint64_t value;

	(void)events;
	if (read(source->fd, &value, sizeof(value)) < 0)
		return;
	pthread_mutex_lock(&g->lock);
	if (g->has_news)
		membership_take_news(g);
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
	membership_end(g);
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
	membership_init(g);
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
