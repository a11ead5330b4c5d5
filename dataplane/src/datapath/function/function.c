/* SPDX-License-Identifier: Apache-2.0 */
#include "function.h"

#include <string.h>

static const struct dp_function *const functions[] = {
	[DP_ROLE_GATEWAY] = &dp_function_gateway,
	[DP_ROLE_FIREWALL] = &dp_function_firewall,
	[DP_ROLE_RATE_LIMITER] = &dp_function_rate_limiter,
	[DP_ROLE_CLASSIFIER] = &dp_function_classifier,
	[DP_ROLE_WEB_GATEWAY] = &dp_function_web_gateway,
	[DP_ROLE_NAT] = &dp_function_nat,
	[DP_ROLE_MIRROR] = &dp_function_mirror,
};

const struct dp_function *
dp_function_of_role(enum dp_role role)
{
	return functions[role];
}

const struct dp_function *
dp_function_of_kind(Nfaas__Dataplane__V1__Node__KindCase kind)
{
	for (size_t i = 0; i < RTE_DIM(functions); i++)
		if (functions[i]->kind == kind)
			return functions[i];
	return NULL;
}

bool
dp_role_parse(const char *name, enum dp_role *role)
{
	for (size_t i = 0; i < RTE_DIM(functions); i++)
		if (strcmp(functions[i]->name, name) == 0) {
			*role = (enum dp_role)i;
			return true;
		}
	return false;
}

const char *
dp_role_name(enum dp_role role)
{
	return functions[role]->name;
}
