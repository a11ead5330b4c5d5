/* SPDX-License-Identifier: Apache-2.0 */
/* How frames travel in the world, and what its hosts send and answer. */
#include "world_internal.h"

#include <netinet/icmp6.h>

#include <rte_arp.h>

#define QUEUE_MAX 4096
#define HOUSEKEEPING_MS 10

const struct rte_ether_addr world_host_mac = {{0x02, 0, 0, 0, 0, 0x10}};
const struct rte_ether_addr world_router_mac = {{0x02, 0, 0, 0, 0, 0x20}};

/* Frames under way. */
struct hop {
	enum pod pod;
	uint16_t port;
	struct rte_mbuf *m;
};
static struct hop queue[QUEUE_MAX];
static unsigned queue_head, queue_tail;

static void
enqueue(enum pod pod, uint16_t port, struct rte_mbuf *m)
{
	CHECK(queue_tail - queue_head < QUEUE_MAX);
	queue[queue_tail++ % QUEUE_MAX] = (struct hop){.pod = pod, .port = port, .m = m};
}

/* A frame came to a host. */
static void
deliver(struct world *world, enum pod gateway, unsigned tenant, struct rte_mbuf *m)
{
	const struct rte_ether_hdr *ether = rte_pktmbuf_mtod(m, const struct rte_ether_hdr *);
	const struct rte_arp_hdr *arp = (const void *)(ether + 1);

	if (ether->ether_type == rte_cpu_to_be_16(RTE_ETHER_TYPE_ARP)) {
		if (!world->hosts_are_silent && arp->arp_opcode == rte_cpu_to_be_16(RTE_ARP_OP_REQUEST))
			enqueue(gateway, EDGE_PORT(tenant), frame_make_arp(&world_host_mac, RTE_ARP_OP_REPLY,
				rte_be_to_cpu_32(arp->arp_data.arp_tip), rte_be_to_cpu_32(arp->arp_data.arp_sip)));
		rte_pktmbuf_free(m);
		return;
	}
	if (frame_is_solicitation(m)) {
		if (!world->hosts_are_silent)
			enqueue(gateway, EDGE_PORT(tenant), frame_make_advertisement(&world_host_mac, m));
		rte_pktmbuf_free(m);
		return;
	}
	CHECK(world->n_delivered[gateway][tenant] < DELIVERED_MAX);
	world->delivered[gateway][tenant][world->n_delivered[gateway][tenant]++] = m;
}

static void
route(struct world *world, enum pod from, struct rte_mbuf *m)
{
	uint16_t port = dp_meta(m)->out_port;

	if (port >= EDGE_PORT(0)) {
		deliver(world, from, port - EDGE_PORT(0), m);
		return;
	}
	CHECK(port < PODS && port != from);
	rte_pktmbuf_free(world->last_fabric);
	world->last_fabric = rte_pktmbuf_copy(m, test_pool(), 0, UINT32_MAX);
	world->seen[port]++;
	enqueue((enum pod)port, from, m);
}

struct dp_outer
world_last_outer(const struct world *world)
{
	const struct rte_mbuf *m = world->last_fabric;
	struct dp_outer outer;

	CHECK(m != NULL && dp_outer_parse(rte_pktmbuf_mtod(m, const uint8_t *), rte_pktmbuf_data_len(m),
		rte_pktmbuf_pkt_len(m), &outer));
	return outer;
}

static void
process(struct world *world, enum pod pod, uint16_t slot, struct rte_mbuf **pkts, uint16_t n)
{
	struct rte_mbuf *out[DP_OUT_MAX];
	uint16_t n_out = dp_process_burst(world->dp[pod], world->state[pod], slot, pkts, n, world->now, out);

	CHECK(n_out <= DP_OUT_MAX);
	for (uint16_t i = 0; i < n_out; i++)
		route(world, pod, out[i]);
}

static void
arrive(struct world *world, enum pod pod, uint16_t port, struct rte_mbuf *m)
{
	int slot = dp_classify(world->dp[pod], world->state[pod], port, world->now, m);

	if (slot == DP_REPLY)
		route(world, pod, m);
	else if (slot >= 0)
		process(world, pod, (uint16_t)slot, &m, 1);
}

static void
settle(struct world *world)
{
	while (queue_head != queue_tail) {
		struct hop *hop = &queue[queue_head++ % QUEUE_MAX];

		arrive(world, hop->pod, hop->port, hop->m);
	}
}

void
world_inject(struct world *world, enum pod pod, uint16_t port, struct rte_mbuf **pkts, unsigned n)
{
	struct rte_mbuf *burst[DP_BURST];
	uint16_t held = 0;
	int held_slot = -1;

	CHECK(n <= DP_BURST);
	for (unsigned i = 0; i < n; i++) {
		int slot = dp_classify(world->dp[pod], world->state[pod], port, world->now, pkts[i]);

		if (slot == DP_REPLY)
			route(world, pod, pkts[i]);
		if (slot < 0)
			continue;
		if (slot != held_slot && held > 0) {
			process(world, pod, (uint16_t)held_slot, burst, held);
			held = 0;
		}
		held_slot = slot;
		burst[held++] = pkts[i];
	}
	if (held > 0)
		process(world, pod, (uint16_t)held_slot, burst, held);
	settle(world);
}

static bool
send_one(struct world *world, enum pod gateway, unsigned tenant, const struct frame *frame)
{
	enum pod other = gateway == GATEWAY_A ? GATEWAY_B : GATEWAY_A;
	unsigned before = world->n_delivered[other][tenant];
	struct rte_mbuf *m = frame_make(&world_host_mac, &world_router_mac, frame);

	world_inject(world, gateway, EDGE_PORT(tenant), &m, 1);
	return world->n_delivered[other][tenant] == before + 1;
}

bool
world_client_sends(struct world *world, unsigned tenant, const struct frame *frame)
{
	return send_one(world, GATEWAY_A, tenant, frame);
}

bool
world_server_sends(struct world *world, unsigned tenant, const struct frame *frame)
{
	return send_one(world, GATEWAY_B, tenant, frame);
}

struct rte_mbuf *
world_last(const struct world *world, enum pod gateway, unsigned tenant)
{
	CHECK(world->n_delivered[gateway][tenant] > 0);
	return world->delivered[gateway][tenant][world->n_delivered[gateway][tenant] - 1];
}

static void
housekeep(struct world *world)
{
	for (enum pod pod = 0; pod < PODS; pod++)
		for (unsigned i = 0; i < dp_state_n_tenants(world->state[pod]); i++) {
			struct rte_mbuf *out[DP_OUT_MAX];
			struct dp_tenant_info info;
			uint16_t n;

			dp_state_tenant(world->state[pod], i, &info);
			n = dp_housekeep(world->dp[pod], world->state[pod], info.slot, world->now, out);
			for (uint16_t p = 0; p < n; p++)
				route(world, pod, out[p]);
		}
	settle(world);
}

void
world_wait(struct world *world, uint64_t milliseconds)
{
	for (uint64_t past = 0; past < milliseconds; past += HOUSEKEEPING_MS) {
		world->now += WORLD_HZ * HOUSEKEEPING_MS / 1000;
		housekeep(world);
	}
}

struct frame
tcp_to_server(uint16_t client_port, uint16_t server_port, uint8_t flags)
{
	return (struct frame){.source = CLIENT, .destination = SERVER, .protocol = IPPROTO_TCP,
		.source_port = client_port, .destination_port = server_port, .tcp_flags = flags};
}

struct frame
tcp_to_client(uint16_t client_port, uint16_t server_port, uint8_t flags)
{
	return (struct frame){.source = SERVER, .destination = CLIENT, .protocol = IPPROTO_TCP,
		.source_port = server_port, .destination_port = client_port, .tcp_flags = flags};
}

struct frame
over_ipv6(struct frame frame)
{
	frame.ipv6 = true;
	if (frame.protocol == IPPROTO_ICMP) {
		frame.protocol = IPPROTO_ICMPV6;
		frame.icmp_type = frame.icmp_type == RTE_IP_ICMP_ECHO_REQUEST ? ICMP6_ECHO_REQUEST : ICMP6_ECHO_REPLY;
	}
	return frame;
}

struct frame
echo_request(uint16_t identifier)
{
	return (struct frame){.source = CLIENT, .destination = SERVER, .protocol = IPPROTO_ICMP,
		.icmp_type = RTE_IP_ICMP_ECHO_REQUEST, .source_port = identifier, .payload = 56};
}

struct frame
echo_reply(uint16_t identifier)
{
	return (struct frame){.source = SERVER, .destination = CLIENT, .protocol = IPPROTO_ICMP,
		.icmp_type = RTE_IP_ICMP_ECHO_REPLY, .source_port = identifier, .payload = 56};
}
