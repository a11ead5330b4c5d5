/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <time.h>

#include "datapath/datapath.h"
#include "runtime/rcu.h"

#define WAIT_STEP_NS 50000

struct rcu {
	struct rte_rcu_qsbr *qsbr;
};

struct rte_rcu_qsbr *
rcu_qsbr(struct rcu *rcu)
{
	return rcu->qsbr;
}

struct rcu *
rcu_create(void)
{
	struct rcu *rcu = calloc(1, sizeof(*rcu));
	size_t size = RTE_ALIGN_CEIL(rte_rcu_qsbr_get_memsize(RCU_READERS), RTE_CACHE_LINE_SIZE);

	if (rcu == NULL)
		return NULL;
	rcu->qsbr = aligned_alloc(RTE_CACHE_LINE_SIZE, size);
	if (rcu->qsbr == NULL || rte_rcu_qsbr_init(rcu->qsbr, RCU_READERS) != 0) {
		rcu_destroy(rcu);
		return NULL;
	}
	return rcu;
}

void
rcu_destroy(struct rcu *rcu)
{
	if (rcu == NULL)
		return;
	free(rcu->qsbr);
	free(rcu);
}

void
rcu_synchronize(struct rcu *rcu)
{
	const struct timespec step = {.tv_nsec = WAIT_STEP_NS};
	uint64_t token = rte_rcu_qsbr_start(rcu->qsbr);

	/* Not rte_rcu_qsbr_synchronize(): it spins, and the reader it waits for may need this very CPU. */
	while (rte_rcu_qsbr_check(rcu->qsbr, token, false) == 0)
		nanosleep(&step, NULL);
}
