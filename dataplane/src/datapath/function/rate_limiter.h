/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_RATE_LIMITER_H
#define NFAAS_DP_RATE_LIMITER_H

#include "../view/build.h"
#include "meter.h"

#define DP_CLASSES_MAX 64
#define DP_CLASS_NAME_MAX (DP_NAME_SIZE - 1 - 7) /* "/yellow" comes behind it */

/* Reads a meter: kinds, rates and bursts that RFC 2697 and RFC 2698 give a meaning. */
bool dp_build_meter(struct dp_build *build, const Nfaas__Dataplane__V1__Meter *message,
	struct dp_meter_profile *profile);

#endif
