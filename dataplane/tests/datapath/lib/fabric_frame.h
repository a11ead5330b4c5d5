/* SPDX-License-Identifier: Apache-2.0 */
/* A well-formed frame of the fabric, to be spoilt, and what a pod must do with it then. Whatever the fabric's family. */
#ifndef NFAAS_TEST_FABRIC_FRAME_H
#define NFAAS_TEST_FABRIC_FRAME_H

#include "world.h"

/* A tenant 0's packet on its way to FIREWALL_1 and its position there, forward; the caller's own. */
struct rte_mbuf *fabric_frame(struct world *world);

struct bad_field {
	const char *what;
	unsigned offset; /* in the frame */
	uint8_t value;
	Nfaas__Dataplane__V1__DropReason view_drop; /* by the view; 0 = malformed before a tenant is known */
};

/* Each field makes the frame one drop at FIREWALL_1 that is counted where it says, and nowhere else. */
void check_bad_fields(struct world *world, const struct bad_field *fields, size_t n);

#endif
