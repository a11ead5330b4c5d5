/* SPDX-License-Identifier: Apache-2.0 */
#include "flow_log.h"

#include "../base/counter.h"

struct dp_flow_log_entry *
dp_flow_log_next(struct dp_flow_log *log, uint32_t now)
{
	if (log->tick != now) {
		log->tick = now;
		log->in_tick = 0;
	}
	if (log->in_tick == DP_FLOW_LOG_PER_TICK) {
		dp_count_one(&log->missed);
		return NULL;
	}
	log->in_tick++;
	return &log->entries[log->written % DP_FLOW_LOG_ENTRIES];
}

void
dp_flow_log_publish(struct dp_flow_log *log)
{
	__atomic_store_n(&log->written, log->written + 1, __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_RELEASE); /* the next entry's bytes must not be seen before */
}
