/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/tenant_queue.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/worker.h"

static struct rte_ring *
ring_new(void)
{
	ssize_t size = rte_ring_get_memsize(QUEUE_CAPACITY);
	struct rte_ring *ring = aligned_alloc(RTE_CACHE_LINE_SIZE, RTE_ALIGN_CEIL((size_t)size, RTE_CACHE_LINE_SIZE));

	if (ring != NULL)
		rte_ring_init(ring, "tenant", QUEUE_CAPACITY, RING_F_SP_ENQ | RING_F_SC_DEQ);
	return ring;
}

static void
empty(struct rte_ring *ring)
{
	struct rte_mbuf *m;

	while (ring != NULL && rte_ring_sc_dequeue(ring, (void **)&m) == 0)
		rte_pktmbuf_free(m);
}

void
tenant_queue_destroy(struct tenant_queue *q)
{
	if (q == NULL)
		return;
	empty(q->in);
	empty(q->out);
	free(q->in);
	free(q->out);
	free(q);
}

struct tenant_queue *
tenant_queue_create(const struct shared *shared, const struct dp_tenant_info *tenant)
{
	struct tenant_queue *q = aligned_alloc(RTE_CACHE_LINE_SIZE, sizeof(*q));

	if (q == NULL)
		return NULL;
	memset(q, 0, sizeof(*q));
	q->tenant_id = tenant->tenant_id;
	q->slot = tenant->slot;
	q->cpu_weight = tenant->cpu_weight;
	q->buffer_quota = shared->buffer_quota;
	q->in = ring_new();
	q->out = ring_new();
	if (q->in != NULL && q->out != NULL)
		return q;
	tenant_queue_destroy(q);
	return NULL;
}

uint64_t
tenant_queue_cpu_ns(const struct tenant_queue *q)
{
	if (q->worker != NULL && !q->worker->is_shared)
		return worker_cpu_ns(q->worker);
	return cycles_to_ns(counter_read(&q->charged));
}
