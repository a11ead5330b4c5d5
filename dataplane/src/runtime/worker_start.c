/* SPDX-License-Identifier: Apache-2.0 */
/* A worker's thread and cgroup: begin and end. What it does in between: worker.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_errno.h>
#include <rte_lcore.h>

#include "runtime/worker.h"

static void *
worker_main(void *arg)
{
	struct worker *w = arg;
	unsigned reader = RCU_READER_WORKER(w->index);

	if (rte_thread_register() < 0) {
		atomic_store(&w->tid, -rte_errno);
		return NULL;
	}
	rcu_reader_start(w->shared->rcu, reader);
	atomic_store(&w->tid, gettid());
	worker_run(w, reader);
	rcu_reader_stop(w->shared->rcu, reader);
	rte_thread_unregister();
	return NULL;
}

/* True when the thread runs and is registered. */
static bool
start_thread(struct worker *w, const char *name)
{
	const struct timespec step = {.tv_nsec = 50000};

	if (pthread_create(&w->thread, NULL, worker_main, w) != 0)
		return false;
	pthread_setname_np(w->thread, name);
	while (atomic_load(&w->tid) == 0)
		nanosleep(&step, NULL);
	if (atomic_load(&w->tid) > 0)
		return pthread_getcpuclockid(w->thread, &w->cpu_clock) == 0;
	pthread_join(w->thread, NULL);
	return false;
}

struct worker *
worker_start(struct shared *shared, uint16_t index, const char *name, bool is_shared, struct dp_error *error)
{
	struct worker *w = aligned_alloc(RTE_CACHE_LINE_SIZE, sizeof(*w));

	if (w != NULL) {
		memset(w, 0, sizeof(*w));
		w->shared = shared;
		w->index = index;
		w->is_shared = is_shared;
	}
	if (w != NULL && start_thread(w, name)) {
		w->cgroup = cgroup_leaf_create(shared->cgroups, name, 100, atomic_load(&w->tid));
		return w;
	}
	*error = (struct dp_error){.code = NFAAS__DATAPLANE__V1__ERROR_CODE__ERROR_CODE_OUT_OF_MEMORY};
	snprintf(error->message, sizeof(error->message), "no worker thread %s: %s", name, w != NULL && atomic_load(&w->tid) < 0 ?
		"too many threads are registered with DPDK" : "out of memory or threads");
	free(w);
	return NULL;
}

void
worker_stop(struct worker *w)
{
	atomic_store(&w->stop, true);
	if (doorbell_claim(&w->bell))
		doorbell_wake(&w->bell);
	pthread_join(w->thread, NULL);
	cgroup_leaf_remove(w->cgroup);
	free(w);
}

void
worker_set_cpu_weight(struct worker *w, uint32_t cpu_weight)
{
	if (w->cpu_weight == cpu_weight)
		return;
	w->cpu_weight = cpu_weight;
	cgroup_leaf_set_weight(w->cgroup, RTE_MIN(cpu_weight, CGROUP_WEIGHT_MAX));
}

uint64_t
worker_cpu_ns(const struct worker *w)
{
	struct timespec t;

	return clock_gettime(w->cpu_clock, &t) == 0 ? (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec : 0;
}
