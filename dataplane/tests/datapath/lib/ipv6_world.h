/* SPDX-License-Identifier: Apache-2.0 */
/* A world whose attachments carry IPv6 beside IPv4. */
#ifndef NFAAS_TEST_IPV6_WORLD_H
#define NFAAS_TEST_IPV6_WORLD_H

#include "world.h"

struct world *ipv6_world(void);
/* The sum of tenant 0's view: nothing is in flight. */
void ipv6_check_closed(const struct world *world);
/* The IPv6 packet in the last frame that a host of tenant 0 got. */
const struct rte_ipv6_hdr *ipv6_last(const struct world *world, enum pod gateway);

#endif
