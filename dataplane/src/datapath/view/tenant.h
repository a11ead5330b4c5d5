/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_TENANT_H
#define NFAAS_DP_TENANT_H

#include "state.h"

/* One reference. NULL when out of memory. */
struct dp_tenant *dp_tenant_create(const struct dp *dp, uint32_t tenant_id);
struct dp_tenant *dp_tenant_ref(struct dp_tenant *tenant);
void dp_tenant_unref(struct dp_tenant *tenant);

#endif
