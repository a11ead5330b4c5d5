/* SPDX-License-Identifier: Apache-2.0 */
#include "web.h"

node_t *
web_draw(struct desired *desired, view_t *view)
{
	node_t *client = desired_attachment_node(desired, view, "client", 255, 253, "gateway-a");
	node_t *web = desired_web_gateway_node(desired, view, "web", 254, 254, "firewalls");
	node_t *server = desired_attachment_node(desired, view, "server", 253, 255, "gateway-b");
	const char *allow = desired_text(desired, "allow-%u", view->tenant_id), *deny = desired_text(desired, "deny-%u",
		view->tenant_id);

	desired_edge(desired, client, web);
	desired_edge(desired, web, server);
	desired_domain_list(desired, allow, "*.example.com\nfine.ads.example.com");
	desired_domain_list(desired, deny, "*.ads.example.com\nevil.example\n*.evil.example");
	desired_web_list(desired, web, allow, ALLOW);
	desired_web_list(desired, web, deny, DENY);
	return web;
}

void
web_deny_some(struct desired *desired, view_t *view)
{
	web_draw(desired, view);
}

void
web_deny_hidden(struct desired *desired, view_t *view)
{
	node_t *web = web_draw(desired, view);

	web->web_gateway->hidden = DENY;
	web->web_gateway->encrypted_hello_hidden = true;
}

const struct rte_tcp_hdr *
web_last_tcp(const struct world *world, enum pod gateway)
{
	return rte_pktmbuf_mtod_offset(world_last(world, gateway, 0), const struct rte_tcp_hdr *,
		sizeof(struct rte_ether_hdr) + sizeof(struct rte_ipv4_hdr));
}

/* Whether the server gets it, and not a reset in its place. */
bool
web_client_says(struct world *world, uint16_t port, uint8_t flags, uint32_t at, const void *data, size_t length)
{
	struct frame frame = tcp_to_server(port, 443, flags);

	frame.sequence = CLIENT_ISN + at;
	frame.acknowledged = flags & ACK ? SERVER_ISN + 1 : 0;
	frame.data = data;
	frame.payload = (uint16_t)length;
	return world_client_sends(world, 0, &frame) && !(web_last_tcp(world, GATEWAY_B)->tcp_flags & RST);
}

void
web_shake_hands(struct world *world, uint16_t port)
{
	struct frame answer = tcp_to_client(port, 443, SYN | ACK);

	answer.sequence = SERVER_ISN;
	answer.acknowledged = CLIENT_ISN + 1;
	CHECK(web_client_says(world, port, SYN, 0, NULL, 0));
	CHECK(world_server_sends(world, 0, &answer));
	CHECK(web_client_says(world, port, ACK, 1, NULL, 0));
	world_clear(world);
}

size_t
web_records_of(uint8_t *at, struct hello hello)
{
	uint8_t message[HELLO_MAX];

	return hello_write_records(at, message, hello_write(message, &hello), 0);
}

/* Whether a connection that begins so gets through. */
bool
web_gets_through(struct world *world, uint16_t port, struct hello hello)
{
	uint8_t stream[HELLO_MAX];
	size_t n = web_records_of(stream, hello);

	web_shake_hands(world, port);
	return web_client_says(world, port, ACK | PSH, 1, stream, n);
}

/* A well-formed RST whose number the receiver takes for its own. */
void
web_check_reset(const struct world *world, enum pod gateway, uint32_t sequence)
{
	const struct rte_tcp_hdr *tcp = web_last_tcp(world, gateway);
	const struct rte_ipv4_hdr *ip = (const void *)((const uint8_t *)tcp - sizeof(*ip));

	CHECK(tcp->tcp_flags & RST);
	CHECK_EQUAL(rte_be_to_cpu_32(tcp->sent_seq), sequence);
	CHECK_EQUAL(rte_ipv4_udptcp_cksum_verify(ip, tcp), 0);
}

void
web_check_conserved(const struct world *world)
{
	struct world_counts counts = world_count(world, 0, "one");

	CHECK(counts.injected > 0);
	CHECK_EQUAL(counts.injected, counts.left + counts.dropped);
	CHECK_EQUAL(counts.injected_bytes, counts.left_bytes + counts.dropped_bytes);
}

uint64_t
web_drops(const struct world *world, Nfaas__Dataplane__V1__DropReason reason)
{
	return world_drops(world, FIREWALL_1, 0, "one", "web", reason) + world_drops(world, FIREWALL_2, 0, "one", "web", reason);
}

bool
web_client_sends_datagram(struct world *world, uint16_t port, const uint8_t *data, size_t length)
{
	struct frame frame = tcp_to_server(port, 443, 0);

	frame.protocol = IPPROTO_UDP;
	frame.data = data;
	frame.payload = (uint16_t)length;
	return world_client_sends(world, 0, &frame);
}
