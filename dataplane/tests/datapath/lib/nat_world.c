/* SPDX-License-Identifier: Apache-2.0 */
#include "nat_world.h"

node_t *
nat_draw(struct desired *desired, view_t *view, uint32_t prefix_length)
{
	node_t *client = desired_attachment_node(desired, view, "client", 255, 253, "gateway-a");
	node_t *nat = desired_nat_node(desired, view, "nat", 254, 254, "firewalls", PUBLIC, prefix_length);
	node_t *server = desired_attachment_node(desired, view, "server", 253, 255, "gateway-b");

	desired_edge(desired, client, nat);
	desired_edge(desired, nat, server);
	return nat;
}

void
nat_chain(struct desired *desired, view_t *view)
{
	nat_draw(desired, view, PUBLIC_LENGTH);
}

void
nat_chain_of_one_address(struct desired *desired, view_t *view)
{
	nat_draw(desired, view, 32);
}

void
nat_chain_of_both_families(struct desired *desired, view_t *view)
{
	desired_prefix_translation(desired, nat_draw(desired, view, PUBLIC_LENGTH), INTERNAL, EXTERNAL, 48);
}

struct dp_ip6
nat_outside_ip6(uint32_t host)
{
	struct dp_npt npt = {.n = 1, .prefixes = {dp_npt_prefix_make(INTERNAL, EXTERNAL, 48)}};
	struct dp_ip6 address = frame_ip6(host);

	CHECK(dp_npt_map(&npt, DP_NPT_OUT, &address));
	return address;
}

bool
nat_is_public(uint32_t address)
{
	return address >= PUBLIC && address < PUBLIC + PUBLIC_ADDRESSES;
}

struct dp_inner
nat_last(const struct world *world, enum pod gateway)
{
	struct rte_mbuf *m = world_last(world, gateway, 0);
	const struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(m, const void *, sizeof(struct rte_ether_hdr));
	uint32_t size = rte_pktmbuf_data_len(m) - (uint32_t)sizeof(struct rte_ether_hdr);
	struct dp_inner inner;

	CHECK(dp_inner_parse((const uint8_t *)ip, size, size, &inner));
	CHECK_EQUAL(rte_raw_cksum(ip, inner.header_length), 0xffff);
	if (inner.kind == DP_INNER_WHOLE && inner.protocol == IPPROTO_TCP)
		CHECK_EQUAL(rte_ipv4_udptcp_cksum_verify(ip, ip + 1), 0);
	if ((inner.kind == DP_INNER_WHOLE || inner.kind == DP_INNER_RELATED) && inner.protocol == IPPROTO_ICMP)
		CHECK_EQUAL(rte_raw_cksum(ip + 1, inner.length - sizeof(*ip)), 0xffff);
	return inner;
}

struct nat_seen
nat_sends(struct world *world, const struct frame *frame)
{
	struct dp_inner inner;

	CHECK(world_client_sends(world, 0, frame));
	inner = nat_last(world, GATEWAY_B);
	world_clear(world);
	CHECK_EQUAL(inner.destination, frame->destination);
	CHECK(nat_is_public(inner.source));
	return (struct nat_seen){.address = inner.source, .port = inner.flow.port[inner.side]};
}

struct frame
nat_answer_to(const struct frame *asked, struct nat_seen seen)
{
	bool echo = asked->protocol == IPPROTO_ICMP;

	return (struct frame){.source = asked->destination, .destination = seen.address, .protocol = asked->protocol,
		.source_port = echo ? seen.port : asked->destination_port, .destination_port = seen.port,
		.icmp_type = RTE_IP_ICMP_ECHO_REPLY, .tcp_flags = asked->tcp_flags | ACK, .payload = asked->payload};
}

bool
nat_answers(struct world *world, const struct frame *asked, struct nat_seen seen)
{
	struct frame answer = nat_answer_to(asked, seen);
	struct dp_inner inner;

	if (!world_server_sends(world, 0, &answer))
		return false;
	inner = nat_last(world, GATEWAY_A);
	world_clear(world);
	CHECK_EQUAL(inner.destination, asked->source);
	CHECK_EQUAL(inner.flow.port[!inner.side], asked->source_port);
	CHECK_EQUAL(inner.source, asked->destination);
	return true;
}

struct frame
udp_to_server(uint32_t host, uint16_t host_port, uint16_t server_port)
{
	return (struct frame){.source = host, .destination = SERVER, .protocol = IPPROTO_UDP, .source_port = host_port,
		.destination_port = server_port, .payload = 20};
}

uint64_t
nat_drops(const struct world *world, Nfaas__Dataplane__V1__DropReason reason)
{
	return world_drops(world, NAT_1, 0, "one", "nat", reason) + world_drops(world, NAT_2, 0, "one", "nat", reason);
}

uint64_t
nat_mappings(const struct world *world)
{
	return world_tenant_count(world, NAT_1, 0).nat_mappings + world_tenant_count(world, NAT_2, 0).nat_mappings;
}

void
nat_check_closed(const struct world *world)
{
	struct world_counts counts = world_count(world, 0, "one");

	CHECK_EQUAL(counts.injected, counts.left + counts.dropped);
	CHECK_EQUAL(counts.injected_bytes, counts.left_bytes + counts.dropped_bytes);
}
