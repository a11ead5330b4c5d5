/* SPDX-License-Identifier: Apache-2.0 */
/* Messages with one fault each, and how a pod must refuse them. */
#ifndef NFAAS_TEST_REFUSAL_H
#define NFAAS_TEST_REFUSAL_H

#include "world.h"

struct refusal {
	void (*spoil)(struct desired *desired);
	Nfaas__Dataplane__V1__ErrorCode code;
	const char *field;
	uint32_t view_id; /* the error names it, and the first tenant; 0 = it need not */
};

/* Of the message that world_desired() makes for the pod. */
void check_refusals(struct world *world, enum pod pod, const struct refusal *refusals, size_t n);

/* Of a message that is spoilt already; frees it. */
void check_refused(struct world *world, enum pod pod, struct desired *spoilt, const struct refusal *refusal);

#endif
