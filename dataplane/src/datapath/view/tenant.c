/* SPDX-License-Identifier: Apache-2.0 */
#include "tenant.h"

#include <stdlib.h>

#include "../dp.h"

struct dp_tenant *
dp_tenant_create(const struct dp *dp, uint32_t tenant_id)
{
	struct dp_tenant *tenant = calloc(1, sizeof(*tenant));

	if (tenant == NULL)
		return NULL;
	tenant->references = 1;
	tenant->tenant_id = tenant_id;
	if (dp_flow_table_init(&tenant->flows, dp->max_flows, dp->seed) && dp_neighbours_init(&tenant->neighbours)
		&& dp_fragments_init(&tenant->fragments, dp->seed))
		return tenant;
	dp_tenant_unref(tenant);
	return NULL;
}

struct dp_tenant *
dp_tenant_ref(struct dp_tenant *tenant)
{
	tenant->references++;
	return tenant;
}

void
dp_tenant_unref(struct dp_tenant *tenant)
{
	if (tenant == NULL || --tenant->references > 0)
		return;
	dp_flow_table_fini(&tenant->flows);
	dp_fragments_fini(&tenant->fragments);
	dp_neighbours_fini(&tenant->neighbours);
	dp_explain_free(tenant->explain.filter);
	dp_web_free(tenant->web);
	free(tenant);
}
