/* SPDX-License-Identifier: Apache-2.0 */
#include "control/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <rte_cycles.h>
#include <rte_errno.h>

#include "capture/capture.h"
#include "control/explain.h"
#include "runtime/eal.h"
#include "util/log.h"

#define PROBES_MAX (2 * DP_MAX_PORTS)

static void
make_epoch(char epoch[33])
{
	uint8_t random[16] = {0};

	if (getrandom(random, sizeof(random), 0) < 0)
		random[0] = 1; /* not reachable for 16 bytes; the text is an identity, no secret */
	for (unsigned i = 0; i < sizeof(random); i++)
		snprintf(epoch + 2 * i, 3, "%02x", random[i]);
}

/*
 * rte_pktmbuf_pool_create() would keep buffers from crossing a page, for the sake of DMA: on ordinary pages one to a
 * page, so that all their headers fall into the same few sets of the cache. Nothing here does DMA.
 */
static struct rte_mempool *
create_pool(unsigned count)
{
	struct rte_pktmbuf_pool_private private = {.mbuf_data_room_size = RTE_MBUF_DEFAULT_BUF_SIZE};

	return rte_mempool_create("packets", count, sizeof(struct rte_mbuf) + RTE_MBUF_DEFAULT_BUF_SIZE, POOL_CACHE,
		sizeof(private), rte_pktmbuf_pool_init, &private, rte_pktmbuf_init, NULL, SOCKET_ID_ANY,
		RTE_MEMPOOL_F_NO_IOVA_CONTIG);
}

static bool
start_datapath(struct process *p)
{
	struct shared *s = &p->shared;

	s->buffer_quota = p->options->tenant_buffers;
	s->pool = create_pool(eal_buffer_count(p->options));
	if (s->pool == NULL || dp_meta_init() < 0) {
		log_error("packet buffers failed", "count=%u error=\"%s\" mend=\"give more --memory, or a smaller --max-tenants\"",
			eal_buffer_count(p->options), rte_strerror(rte_errno));
		return false;
	}
	const struct dp_config config = {.pod = p->options->pod, .role = p->options->role, .pool = s->pool,
		.max_flows = p->options->max_flows, .tsc_hz = rte_get_tsc_hz()};
	s->dp = dp_create(&config);
	if (s->dp == NULL)
		log_error("datapath failed", "error=\"%s\" mend=\"give a smaller --max-flows\"", rte_strerror(rte_errno));
	return s->dp != NULL;
}

/* From the main thread to the I/O thread; what does not fit is not asked. */
static struct rte_ring *
create_probes(void)
{
	size_t size = RTE_ALIGN_CEIL((size_t)rte_ring_get_memsize(PROBES_MAX), RTE_CACHE_LINE_SIZE);
	struct rte_ring *ring = aligned_alloc(RTE_CACHE_LINE_SIZE, size);

	if (ring != NULL)
		rte_ring_init(ring, "probes", PROBES_MAX, RING_F_SP_ENQ | RING_F_SC_DEQ);
	return ring;
}

static bool
start_threads(struct process *p)
{
	struct shared *s = &p->shared;

	p->reactor = reactor_create();
	s->rcu = rcu_create();
	s->probes = create_probes();
	atomic_store(&s->snapshot, snapshot_create(NULL, NULL));
	if (p->reactor == NULL || s->probes == NULL || s->rcu == NULL || current_snapshot(s) == NULL)
		return false;
	const struct port_context context = {.reactor = p->reactor, .rcu = s->rcu, .pool = s->pool};
	p->ports = port_table_create(&context);
	s->cgroups = cgroup_tree_open(p->options->cgroup);
	p->io = p->ports == NULL ? NULL : io_start(s);
	if (p->io == NULL)
		log_error("I/O thread failed", "mend=\"check limits on threads and open files\"");
	return p->io != NULL;
}

struct process *
process_start(const struct options *options)
{
	struct process *p = aligned_alloc(RTE_CACHE_LINE_SIZE, RTE_ALIGN_CEIL(sizeof(*p), RTE_CACHE_LINE_SIZE));

	if (p == NULL)
		return NULL;
	memset(p, 0, sizeof(*p));
	p->options = options;
	placement_init(&p->placement, &p->shared, options->max_tenants, options->max_workers);
	make_epoch(p->epoch);
	if (start_datapath(p) && start_threads(p))
		return p;
	process_stop(p);
	return NULL;
}

void
process_tick(struct process *p)
{
	port_table_tick(p->ports);
	health_tick(p);
	explain_tick(p);
}

/* Takes everything out of the packet threads' sight, then ends the workers. */
static void
stop_workers(struct process *p)
{
	struct snapshot *old, *empty = snapshot_create(NULL, NULL);

	if (empty == NULL)
		return; /* the process ends; the kernel takes the rest */
	old = atomic_exchange(&p->shared.snapshot, empty);
	if (old == NULL)
		return;
	io_wake(&p->shared);
	rcu_synchronize(p->shared.rcu);
	for (uint16_t i = 0; i < old->n_queues; i++)
		placement_remove(&p->placement, old->list[i]);
	sharing_end_missing(old, empty);
	if (old->state != NULL)
		dp_state_free(p->shared.dp, old->state, NULL);
	free(old);
}

void
process_stop(struct process *p)
{
	uint64_t packets, missed;

	if (p == NULL)
		return;
	group_stop(p->sharing.group);
	if (p->io != NULL) {
		capture_stop(&p->shared, &packets, &missed);
		stop_workers(p);
		io_stop(p->io);
	}
	port_table_destroy(p->ports);
	if (p->shared.dp != NULL)
		dp_destroy(p->shared.dp);
	rte_mempool_free(p->shared.pool);
	free(p->shared.probes);
	cgroup_tree_close(p->shared.cgroups);
	free(current_snapshot(&p->shared));
	rcu_destroy(p->shared.rcu);
	reactor_destroy(p->reactor);
	if (p->applied != NULL)
		nfaas__dataplane__v1__desired_state__free_unpacked(p->applied, NULL);
	free(p);
}
