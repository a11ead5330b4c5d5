/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_TEST_WORLD_INTERNAL_H
#define NFAAS_TEST_WORLD_INTERNAL_H

#include "world.h"

extern const char *const world_pod_names[PODS];
/* On the fabric, IPv4; outside IPv6 it is frame_ip6() of it. Host order. */
uint32_t world_address(enum pod pod);
bool world_is_gateway(enum pod pod);

#endif
