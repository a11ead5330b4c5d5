/* SPDX-License-Identifier: Apache-2.0 */
#include "fabric_frame.h"

#include <inttypes.h>

struct rte_mbuf *
fabric_frame(struct world *world)
{
	struct dp_port firewall = world_link(GATEWAY_A, FIREWALL_1);
	struct frame syn = tcp_to_server(4000, 80, SYN);
	struct rte_mbuf *m;

	CHECK(world_client_sends(world, 0, &syn));
	world_clear(world);
	m = rte_pktmbuf_copy(world->last_fabric, test_pool(), 0, UINT32_MAX);
	CHECK(m != NULL);
	if (desired_fabric_ipv6) {
		struct dp_outer6_hdr *outer = rte_pktmbuf_mtod(m, struct dp_outer6_hdr *);

		dp_ip6_write(outer->ip.dst_addr, firewall.peer_address6);
		outer->nsh.path = rte_cpu_to_be_32(DP_SPI_FORWARD << 8 | 254);
	} else {
		struct dp_outer_hdr *outer = rte_pktmbuf_mtod(m, struct dp_outer_hdr *);

		outer->ip.dst_addr = rte_cpu_to_be_32(firewall.peer_address);
		outer->nsh.path = rte_cpu_to_be_32(DP_SPI_FORWARD << 8 | 254);
	}
	return m;
}

static uint64_t
drops_at_firewall(const struct world *world, Nfaas__Dataplane__V1__DropReason reason)
{
	static const char *const nodes[] = {"", "firewall", "server"};
	uint64_t drops = 0;

	for (unsigned i = 0; reason != 0 && i < RTE_DIM(nodes); i++)
		drops += world_drops(world, FIREWALL_1, 0, "one", nodes[i], reason);
	return drops;
}

static void
check_bad_field(struct world *world, const struct bad_field *field)
{
	struct rte_mbuf *m = fabric_frame(world);
	uint64_t malformed = world_malformed(world, FIREWALL_1), dropped = world_count(world, 0, "one").dropped;
	uint64_t by_reason = drops_at_firewall(world, field->view_drop);
	bool by_view = field->view_drop != 0;

	rte_pktmbuf_mtod(m, uint8_t *)[field->offset] = field->value;
	world_inject(world, FIREWALL_1, GATEWAY_A, &m, 1);
	malformed = world_malformed(world, FIREWALL_1) - malformed;
	dropped = world_count(world, 0, "one").dropped - dropped;
	by_reason = drops_at_firewall(world, field->view_drop) - by_reason;
	if (malformed != !by_view || dropped != by_view || by_reason != by_view)
		test_fail(__FILE__, __LINE__, "%s: %" PRIu64 " malformed, %" PRIu64 " dropped by the view, of these %" PRIu64
			" for the reason expected", field->what, malformed, dropped, by_reason);
}

void
check_bad_fields(struct world *world, const struct bad_field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check_bad_field(world, &fields[i]);
}
