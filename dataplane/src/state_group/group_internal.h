/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the state group's thread share. */
#ifndef NFAAS_GROUP_INTERNAL_H
#define NFAAS_GROUP_INTERNAL_H

#include <pthread.h>

#include "runtime/flow_exchange.h"
#include "state_group/connection.h"
#include "state_group/group.h"
#include "util/clock.h"

#define GROUP_STRANGERS_MAX 8 /* connections that have not proven themselves */
#define GROUP_GREETING_MS 5000

/* What has to be taken in by the workers until something holds. */
struct milestone {
	bool waits;
	uint16_t n;
	struct {
		uint32_t exchange; /* its id */
		uint32_t offered;
	} parts[DP_MAX_TENANTS];
};

enum source_state { SOURCE_IDLE, SOURCE_CONNECTING, SOURCE_GREETING, SOURCE_HEARING };

/* Another member, whose flows this pod hears of. */
struct source {
	struct connection connection;
	struct group *group;
	struct group_member member;
	enum source_state state;
	struct group_hello hello; /* ours */
	int64_t since_ms;         /* of the state */
	int64_t retry_ms;         /* when to connect, while idle */
	int64_t heard_ms;         /* last message */
	uint32_t backoff_ms;
	unsigned failures;        /* to connect at all, in a row */
	uint32_t n_held;          /* records of the message at the head that have been offered already */
	struct milestone milestone;
	int64_t milestone_as_of_ms;
	bool milestone_is_snapshot;
	bool snapshot_runs;
	int64_t as_of_ms;         /* all it knew then is known here */
	uint64_t snapshots, records, refused;
};

enum subscriber_state { SUBSCRIBER_GREETING, SUBSCRIBER_PROVING, SUBSCRIBER_SNAPSHOT, SUBSCRIBER_LISTENING };

/* Another member that hears of this pod's flows; or who wants to be. */
struct subscriber {
	struct connection connection;
	struct group *group;
	enum subscriber_state state;
	char pod[GROUP_NAME_MAX + 1];
	int64_t since_ms;      /* of the state */
	int64_t full_since_ms; /* 0 = has room */
	uint32_t snapshot;     /* number of the one it waits for */
};

struct group_totals {
	uint64_t told;      /* records, to all */
	uint64_t foreign;   /* records of tenants that are not here */
	uint64_t strangers; /* connections that were refused */
	uint64_t cut_off;   /* subscribers that did not read */
};

struct group_report {
	bool synced;
	unsigned n_sources;
	struct {
		char pod[GROUP_NAME_MAX + 1];
		bool connected, listens;
		int64_t lag_ms;
		uint64_t snapshots, records, refused;
	} sources[GROUP_MEMBERS_MAX];
	struct group_totals totals;
};

struct group {
	struct shared *shared;
	char pod[GROUP_NAME_MAX + 1];
	struct reactor *reactor;
	pthread_t thread;
	/* Between the main thread and this one. */
	pthread_mutex_t lock;
	pthread_cond_t noted;
	struct event_source wake; /* an eventfd */
	bool stop;
	bool has_news;
	bool next_on;
	struct group_config next;
	int next_listener;
	struct group_report report;
	/* The thread's own. */
	bool on, synced;
	int64_t configured_ms;
	struct group_config config;
	struct event_source listener;
	unsigned n_sources;
	struct source *sources[GROUP_MEMBERS_MAX];
	struct subscriber *subscribers[GROUP_MEMBERS_MAX + GROUP_STRANGERS_MAX]; /* NULL = free */
	uint32_t snapshots; /* number of the last one that somebody asked for */
	uint64_t told_until; /* TSC: what all workers had told */
	uint64_t passed;     /* TSC: what subscribers were told that they know */
	struct group_totals totals;
};

/* The reader's section of rcu.h: the snapshot in force, to be given back before the thread sleeps or waits. */
struct snapshot *group_enter(struct group *group);
void group_leave(struct group *group);
/* NULL when this pod has no such tenant. Within the section. */
struct flow_exchange *group_find_exchange(const struct snapshot *snapshot, uint32_t tenant_id);

/* What this pod says of itself; a new nonce each time. False when there is no randomness. */
bool group_make_hello(const struct group *group, struct group_hello *hello);

/* membership.c */
void membership_init(struct group *group);
/* Takes over what the main thread wants; the lock is held. */
void membership_take_news(struct group *group);
void membership_end(struct group *group);

/* source.c */
struct source *source_create(struct group *group, const struct group_member *member);
void source_destroy(struct source *source);
void source_tick(struct source *source, int64_t now_ms);
/* Asks for a snapshot once more: this pod has a tenant that it did not have. */
void source_ask_again(struct source *source);
/* Whether nothing more is to be had from it: its snapshot is taken in, or it can't be reached. */
bool source_is_settled(const struct source *source);

void source_enter(struct source *source, enum source_state state);

/* source_messages.c: within the section. */
/* Takes in what has come, as far as there is room. NULL, or why the member is not to be heard any more. */
const char *source_read_messages(struct source *source, const struct snapshot *snapshot);
void source_look_at_milestone(struct source *source, const struct snapshot *snapshot);

/* subscriber.c */
void subscriber_accept(struct group *group, int fd);
void subscriber_destroy(struct subscriber *subscriber);
void subscriber_tick(struct subscriber *subscriber, int64_t now_ms);

/* report.c: for the main thread to read. */
void group_write_report(struct group *group, int64_t now_ms);

/* tell.c: what the workers have told, to the subscribers. */
void group_tell(struct group *group, const struct snapshot *snapshot, int64_t now_ms);

#endif
