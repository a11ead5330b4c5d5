/* SPDX-License-Identifier: Apache-2.0 */
#include "ipv6_world.h"

struct world *
ipv6_world(void)
{
	struct world *world = world_new();

	world->ipv6 = true;
	world_apply(world);
	return world;
}

void
ipv6_check_closed(const struct world *world)
{
	struct world_counts counts = world_count(world, 0, "one");

	CHECK_EQUAL(counts.injected, counts.left + counts.dropped);
	CHECK_EQUAL(counts.injected_bytes, counts.left_bytes + counts.dropped_bytes);
}

/* The IPv6 packet in the last frame a host got. */
const struct rte_ipv6_hdr *
ipv6_last(const struct world *world, enum pod gateway)
{
	struct rte_mbuf *m = world_last(world, gateway, 0);
	const struct rte_ether_hdr *ether = rte_pktmbuf_mtod(m, const struct rte_ether_hdr *);
	const struct rte_ipv6_hdr *ip = (const void *)(ether + 1);

	CHECK_EQUAL(ether->ether_type, rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV6));
	CHECK_EQUAL(rte_pktmbuf_pkt_len(m), 14u + 40u + rte_be_to_cpu_16(ip->payload_len));
	return ip;
}
