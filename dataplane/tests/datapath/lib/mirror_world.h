/* SPDX-License-Identifier: Apache-2.0 */
/* A world with mirrors on FIREWALL_1 and FIREWALL_2, and a collector behind a tap on gateway B. */
#ifndef NFAAS_TEST_MIRROR_WORLD_H
#define NFAAS_TEST_MIRROR_WORLD_H

#include "world.h"

#define TAP_ROUTER IP(10, 9, 0, 1)
#define COLLECTOR IP(10, 9, 0, 2)

/* client - mirror - server, for world_new_of(). Tenant 0 has a tap; the other one's mirror has no edge for copies. */
node_t *mirror_chain(struct desired *desired, view_t *view);
void mirror_everything(struct desired *desired, view_t *view);
/* Whether the message is for the pod that has the tap. */
bool mirror_is_gateway_b(const struct desired *desired);

/* Copies that the collector has got. */
unsigned mirror_copies(const struct world *world);
/* Copies that both mirrors have shed. */
uint64_t mirror_shed(const struct world *world);
void mirror_sums_close(const struct world *world);
/* One host sends the other a packet, which must arrive: was it copied? */
bool mirror_is_copied(struct world *world, const struct frame *frame);

#endif
