/* SPDX-License-Identifier: Apache-2.0 */
#include "datapath.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_random.h>

#include "counters/latency.h"
#include "function/function.h"
#include "view/state.h"

#define MAX_FLOWS_MIN 16
#define MAX_FLOWS_MAX (UINT32_C(1) << 24)

int dp_meta_offset = -1;

int
dp_meta_init(void)
{
	static const struct rte_mbuf_dynfield field = {
		.name = "nfaas_dp_meta",
		.size = sizeof(struct dp_meta),
		.align = __alignof__(struct dp_meta),
	};

	dp_meta_offset = rte_mbuf_dynfield_register(&field);
	return dp_meta_offset < 0 ? -rte_errno : 0;
}

static bool
is_valid(const struct dp_config *config)
{
	return config->pool != NULL && config->tsc_hz >= DP_FLOW_TICKS_PER_SECOND && rte_is_power_of_2(config->max_flows)
		&& config->max_flows >= MAX_FLOWS_MIN && config->max_flows <= MAX_FLOWS_MAX
		&& strlen(config->pod) < DP_NAME_SIZE;
}

struct dp *
dp_create(const struct dp_config *config)
{
	struct dp *dp;

	if (!is_valid(config)) {
		rte_errno = EINVAL;
		return NULL;
	}
	dp = calloc(1, sizeof(*dp));
	if (dp == NULL) {
		rte_errno = ENOMEM;
		return NULL;
	}
	strcpy(dp->pod, config->pod);
	dp->function = dp_function_of_role(config->role);
	dp->pool = config->pool;
	dp->max_flows = config->max_flows;
	dp->tsc_hz = config->tsc_hz;
	dp->tsc_per_tick = config->tsc_hz / DP_FLOW_TICKS_PER_SECOND;
	dp->ns_per_stamp = (UINT64_C(1000000000) << (DP_STAMP_SHIFT + 16)) / config->tsc_hz;
	dp->seed = rte_rand();
	if (getrandom(&dp->domain_key, sizeof(dp->domain_key), 0) == sizeof(dp->domain_key))
		return dp;
	rte_errno = errno;
	free(dp);
	return NULL;
}

void
dp_destroy(struct dp *dp)
{
	free(dp);
}

bool
dp_shares_flows(const struct dp *dp)
{
	return dp->function->shares_flows;
}

uint32_t
dp_flows_buckets(const struct dp *dp)
{
	return dp->max_flows / DP_FLOW_BUCKET_SLOTS;
}

/* Those of the records that mean something elsewhere, completed. */
static uint32_t
complete(const struct dp *dp, const struct dp_state_tenant *tenant, uint32_t now, struct dp_flow_record *records, uint32_t n)
{
	uint32_t kept = 0;

	if (dp->function->tell == NULL)
		return n;
	for (uint32_t i = 0; i < n; i++) {
		records[kept] = records[i];
		kept += dp->function->tell(tenant, &records[kept], now);
	}
	return kept;
}

uint32_t
dp_flows_tell(struct dp *dp, const struct dp_state *state, uint16_t slot, struct dp_flow_scan *scan, enum dp_flow_pass begin,
	uint32_t buckets, uint64_t now, struct dp_flow_record *records, uint32_t max)
{
	const struct dp_state_tenant *tenant = state->slots[slot];
	uint32_t n;

	if (tenant == NULL)
		return 0;
	if (begin != DP_FLOW_PASS_GOES_ON)
		dp_flow_scan_begin(scan, &tenant->tenant->flows, begin == DP_FLOW_PASS_WHOLE, dp_ticks(dp, now));
	n = dp_flow_scan_step(scan, &tenant->tenant->flows, buckets, dp_ticks(dp, now), records, max);
	return complete(dp, tenant, dp_ticks(dp, now), records, n);
}

void
dp_flows_take(struct dp *dp, const struct dp_state *state, uint16_t slot, const struct dp_flow_record *records, uint32_t n,
	uint64_t now, uint64_t taken[DP_FLOW_TAKEN_KINDS])
{
	const struct dp_state_tenant *tenant = state->slots[slot];

	for (uint32_t i = 0; tenant != NULL && i < n; i++)
		taken[dp->function->take != NULL ? dp->function->take(tenant, &records[i], dp_ticks(dp, now))
			: dp_flow_take(&tenant->tenant->flows, &records[i], dp_ticks(dp, now))]++;
}
