/* SPDX-License-Identifier: Apache-2.0 */
#include "refusal.h"

void
check_refused(struct world *world, enum pod pod, struct desired *spoilt, const struct refusal *refusal)
{
	struct dp_error error = world_refuse(world, pod, spoilt);

	if (error.code != refusal->code || strcmp(error.field, refusal->field) != 0)
		test_fail(__FILE__, __LINE__, "code %d at %s (%s), not %d at %s", (int)error.code, error.field,
			error.message, (int)refusal->code, refusal->field);
	if (refusal->view_id != 0 && (error.tenant_id != TENANT_ID(0) || error.view_id != refusal->view_id))
		test_fail(__FILE__, __LINE__, "%s: of view %u of tenant %u, not view %u", error.field, error.view_id,
			error.tenant_id, refusal->view_id);
	desired_free(spoilt);
}

void
check_refusals(struct world *world, enum pod pod, const struct refusal *refusals, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct desired *desired = world_desired(world, pod);

		refusals[i].spoil(desired);
		check_refused(world, pod, desired, &refusals[i]);
	}
}
