/* SPDX-License-Identifier: Apache-2.0 */
#include "control/explain.h"

#include <rte_cycles.h>

#include "runtime/rcu.h"

static const struct dp_state *
state_of(struct process *p)
{
	return current_snapshot(&p->shared)->state;
}

bool
explain_start(struct process *p, const Nfaas__Dataplane__V1__ExplainStartRequest *request, struct dp_error *error)
{
	explain_tick(p);
	return dp_explain_start(p->shared.dp, state_of(p), request, rte_rdtsc(), error);
}

uint32_t
explain_stop(struct process *p, uint32_t tenant_id)
{
	struct dp_explain_filter *filter = dp_explain_stop(state_of(p), tenant_id);
	uint32_t marked;

	if (filter == NULL)
		return 0;
	rcu_synchronize(p->shared.rcu);
	marked = dp_explain_marked(filter);
	dp_explain_free(filter);
	return marked;
}

bool
explain_read(struct process *p, const Nfaas__Dataplane__V1__ExplainReadRequest *request,
	Nfaas__Dataplane__V1__ExplainReadResponse *response)
{
	return dp_explain_fill(p->shared.dp, state_of(p), request, rte_rdtsc(), response);
}

void
explain_tick(struct process *p)
{
	const struct dp_state *state = state_of(p);
	struct dp_tenant_info tenant;
	uint64_t now = rte_rdtsc();

	for (unsigned i = 0; state != NULL && i < dp_state_n_tenants(state); i++) {
		if (!dp_explain_is_over(state, i, now))
			continue;
		dp_state_tenant(state, i, &tenant);
		explain_stop(p, tenant.tenant_id);
	}
}
