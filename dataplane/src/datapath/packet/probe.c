/* SPDX-License-Identifier: Apache-2.0 */
#include "probe.h"

#define PAYLOAD (sizeof(struct dp_probe) - sizeof(struct dp_outer_hdr))

static void
write_outer(struct dp_probe *probe, uint32_t from, uint32_t to, const struct rte_ether_addr *from_mac,
	const struct rte_ether_addr *to_mac)
{
	const struct dp_outer outer = {.ttl = 1, .next_protocol = DP_NSH_NEXT_PROBE, .inner_length = PAYLOAD};
	struct dp_outer_hdr prepared;

	dp_outer_prepare(&prepared, from, to, from_mac, to_mac);
	dp_outer_write(&probe->outer, &prepared, &outer);
}

void
dp_probe_ask(struct dp_probe *probe, uint32_t from, uint32_t to, const struct rte_ether_addr *from_mac,
	const struct rte_ether_addr *to_mac, uint32_t sequence)
{
	write_outer(probe, from, to, from_mac, to_mac);
	probe->kind = rte_cpu_to_be_32(DP_PROBE_QUESTION);
	probe->sequence = rte_cpu_to_be_32(sequence);
}

void
dp_probe_turn(struct dp_probe *probe)
{
	const struct rte_ether_addr asker = probe->outer.ether.src_addr, self = probe->outer.ether.dst_addr;

	write_outer(probe, rte_be_to_cpu_32(probe->outer.ip.dst_addr), rte_be_to_cpu_32(probe->outer.ip.src_addr), &self,
		&asker);
	probe->kind = rte_cpu_to_be_32(DP_PROBE_ANSWER);
}
