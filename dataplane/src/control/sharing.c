/* SPDX-License-Identifier: Apache-2.0 */
#include "control/sharing.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "control/process.h"
#include "runtime/flow_exchange.h"

#define CODE(name) NFAAS__DATAPLANE__V1__ERROR_CODE__ERROR_CODE_##name

static bool
listens_at(const struct sharing *sharing, const struct group_config *config)
{
	return sharing->on && memcmp(&sharing->config.endpoint, &config->endpoint, sizeof(config->endpoint)) == 0;
}

static bool
fail(struct sharing_plan *plan, struct dp_error *error, Nfaas__Dataplane__V1__ErrorCode code, const char *field, const char *what)
{
	*error = (struct dp_error){.code = code};
	snprintf(error->field, sizeof(error->field), "%s", field);
	snprintf(error->message, sizeof(error->message), "%s: %s", what, strerror(errno));
	sharing_abort(plan);
	return false;
}

bool
sharing_plan(struct process *p, const Nfaas__Dataplane__V1__DesiredState *desired, struct sharing_plan *plan,
	struct dp_error *error)
{
	*plan = (struct sharing_plan){.on = desired->state_group != NULL, .listener = -1};
	if (!plan->on)
		return true;
	if (!group_config_read(&plan->config, desired->state_group, p->options->pod, dp_shares_flows(p->shared.dp), error))
		return false;
	if (!listens_at(&p->sharing, &plan->config)) {
		plan->listener = group_bind(&plan->config);
		if (plan->listener < 0)
			return fail(plan, error, CODE(PORT_FAILED), "state_group.address", "can't listen there");
	}
	if (p->sharing.group == NULL)
		p->sharing.group = group_start(&p->shared, p->options->pod);
	return p->sharing.group != NULL || fail(plan, error, CODE(OUT_OF_MEMORY), "state_group", "no thread");
}

void
sharing_abort(struct sharing_plan *plan)
{
	if (plan->listener >= 0)
		close(plan->listener);
	plan->listener = -1;
}

void
sharing_commit(struct process *p, struct sharing_plan *plan)
{
	bool same = plan->on == p->sharing.on && memcmp(&plan->config, &p->sharing.config, sizeof(plan->config)) == 0;

	p->sharing.on = plan->on;
	p->sharing.config = plan->config;
	if (!same)
		group_configure(p->sharing.group, plan->on ? &plan->config : NULL, plan->listener);
}

void
sharing_end_missing(const struct snapshot *of, const struct snapshot *other)
{
	for (unsigned i = 0; i < DP_MAX_TENANTS; i++)
		if (of->exchanges[i] != other->exchanges[i])
			flow_exchange_destroy(of->exchanges[i]);
}

bool
sharing_add_exchanges(struct snapshot *next, const struct snapshot *now)
{
	struct dp_tenant_info tenant;

	for (unsigned i = 0; i < dp_state_n_tenants(next->state); i++) {
		dp_state_tenant(next->state, i, &tenant);
		struct flow_exchange *old = now->exchanges[tenant.slot];
		bool same = old != NULL && old->tenant_id == tenant.tenant_id;

		next->exchanges[tenant.slot] = same ? old : flow_exchange_create(tenant.tenant_id);
		if (next->exchanges[tenant.slot] == NULL) {
			sharing_end_missing(next, now);
			return false;
		}
	}
	return true;
}
