/* SPDX-License-Identifier: Apache-2.0 */
/* The web gateway in a chain: who gets through by the name of the site, and what becomes of the others. */
#include "lib/hello.h"
#include "lib/world.h"
#include "web/held.h"

#define PORT 4000
#define CLIENT_ISN 0xfffffff0u /* numbers wrap */
#define SERVER_ISN 5000u
#define PSH RTE_TCP_PSH_FLAG

static node_t *
draw(struct desired *desired, view_t *view)
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

static void deny_some(struct desired *desired, view_t *view) { draw(desired, view); }
static void deny_unlisted(struct desired *desired, view_t *view) { draw(desired, view)->web_gateway->unlisted = DENY; }

static void
deny_hidden(struct desired *desired, view_t *view)
{
	node_t *web = draw(desired, view);

	web->web_gateway->hidden = DENY;
	web->web_gateway->encrypted_hello_hidden = true;
}

/* Outputs lead through web gateways that let everything pass. */
static void
branch(struct desired *desired, view_t *view)
{
	node_t *web = draw(desired, view), *server = view->nodes[2];
	node_t *denied = desired_web_gateway_node(desired, view, "denied", 253, 253, "firewalls");
	node_t *unknown = desired_web_gateway_node(desired, view, "unknown", 252, 252, "firewalls");

	web->reverse_si = 251;
	view->nodes[0]->reverse_si = 250;
	server->forward_si = 250;
	desired_edge(desired, web, denied)->output = desired_text(desired, "denied");
	desired_edge(desired, web, unknown)->output = desired_text(desired, "unknown");
	desired_edge(desired, denied, server);
	desired_edge(desired, unknown, server);
}

static const struct rte_tcp_hdr *
last_tcp(const struct world *world, enum pod gateway)
{
	return rte_pktmbuf_mtod_offset(world_last(world, gateway, 0), const struct rte_tcp_hdr *,
		sizeof(struct rte_ether_hdr) + sizeof(struct rte_ipv4_hdr));
}

/* Whether the server gets it, and not a reset in its place. */
static bool
client_says(struct world *world, uint16_t port, uint8_t flags, uint32_t at, const void *data, size_t length)
{
	struct frame frame = tcp_to_server(port, 443, flags);

	frame.sequence = CLIENT_ISN + at;
	frame.acknowledged = flags & ACK ? SERVER_ISN + 1 : 0;
	frame.data = data;
	frame.payload = (uint16_t)length;
	return world_client_sends(world, 0, &frame) && !(last_tcp(world, GATEWAY_B)->tcp_flags & RST);
}

static void
shake_hands(struct world *world, uint16_t port)
{
	struct frame answer = tcp_to_client(port, 443, SYN | ACK);

	answer.sequence = SERVER_ISN;
	answer.acknowledged = CLIENT_ISN + 1;
	CHECK(client_says(world, port, SYN, 0, NULL, 0));
	CHECK(world_server_sends(world, 0, &answer));
	CHECK(client_says(world, port, ACK, 1, NULL, 0));
	world_clear(world);
}

static size_t
records_of(uint8_t *at, struct hello hello)
{
	uint8_t message[HELLO_MAX];

	return hello_write_records(at, message, hello_write(message, &hello), 0);
}

/* Whether a connection that begins so gets through. */
static bool
gets_through(struct world *world, uint16_t port, struct hello hello)
{
	uint8_t stream[HELLO_MAX];
	size_t n = records_of(stream, hello);

	shake_hands(world, port);
	return client_says(world, port, ACK | PSH, 1, stream, n);
}

/* A well-formed RST whose number the receiver takes for its own. */
static void
check_reset(const struct world *world, enum pod gateway, uint32_t sequence)
{
	const struct rte_tcp_hdr *tcp = last_tcp(world, gateway);
	const struct rte_ipv4_hdr *ip = (const void *)((const uint8_t *)tcp - sizeof(*ip));

	CHECK(tcp->tcp_flags & RST);
	CHECK_EQUAL(rte_be_to_cpu_32(tcp->sent_seq), sequence);
	CHECK_EQUAL(rte_ipv4_udptcp_cksum_verify(ip, tcp), 0);
}

static void
check_conserved(const struct world *world)
{
	struct world_counts counts = world_count(world, 0, "one");

	CHECK(counts.injected > 0);
	CHECK_EQUAL(counts.injected, counts.left + counts.dropped);
	CHECK_EQUAL(counts.injected_bytes, counts.left_bytes + counts.dropped_bytes);
}

static uint64_t
drops(const struct world *world, Nfaas__Dataplane__V1__DropReason reason)
{
	return world_drops(world, FIREWALL_1, 0, "one", "web", reason) + world_drops(world, FIREWALL_2, 0, "one", "web", reason);
}

static void
most_specific_name_decides(void)
{
	static const struct {
		const char *name;
		bool passes;
	} names[] = {{"www.example.com", true}, {"x.ads.example.com", false}, {"fine.ads.example.com", true},
		{"evil.example", false}, {"a.evil.example", false}, {"ads.example.com", true}, {"other.example", true}};
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, deny_some);

	for (uint16_t i = 0; i < RTE_DIM(names); i++)
		if (gets_through(world, PORT + i, (struct hello){.name = names[i].name}) != names[i].passes)
			test_fail(__FILE__, __LINE__, "%s", names[i].name);
	CHECK_EQUAL(drops(world, DROP(NAME_DENIED)), 3);
	check_conserved(world);
	world_free(world);
}

static void
unlisted_names_go_by_the_default(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, deny_unlisted);

	CHECK(gets_through(world, PORT, (struct hello){.name = "www.example.com"}));
	CHECK(!gets_through(world, PORT + 1, (struct hello){.name = "other.example"}));
	world_free(world);
}

static void
denied_connection_is_reset_at_both_ends_and_its_server_sees_no_byte(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, deny_some);
	struct frame late = tcp_to_client(PORT, 443, ACK);
	uint8_t stream[HELLO_MAX];
	size_t n = records_of(stream, (struct hello){.name = "evil.example"});

	shake_hands(world, PORT);
	client_says(world, PORT, ACK | PSH, 1, stream, n);
	CHECK_EQUAL(world->n_delivered[0][0], 1);
	CHECK_EQUAL(world->n_delivered[1][0], 1);
	check_reset(world, GATEWAY_A, SERVER_ISN + 1);
	check_reset(world, GATEWAY_B, CLIENT_ISN + 1);
	late.acknowledged = CLIENT_ISN + 1;
	CHECK(!world_server_sends(world, 0, &late));
	check_reset(world, GATEWAY_B, CLIENT_ISN + 1);
	CHECK_EQUAL(world_rule(world, 0, "one", "denied"), 2);
	check_conserved(world);
	world_free(world);
}

/* The pieces of a hello in any order: nothing goes on before the last, then all does, in order. */
static void
split_hello_waits_for_its_name_and_goes_on_in_order(void)
{
	static const unsigned orders[][3] = {{0, 1, 2}, {2, 1, 0}, {1, 0, 2}};
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, deny_some);
	uint8_t stream[HELLO_MAX];
	size_t n = records_of(stream, (struct hello){.name = "www.example.com", .padding = 1200}), piece = n / 3 + 1;

	for (uint16_t o = 0; o < RTE_DIM(orders); o++) {
		shake_hands(world, PORT + o);
		for (unsigned i = 0; i < 3; i++) {
			size_t at = orders[o][i] * piece;

			CHECK_EQUAL(world->n_delivered[1][0], 0);
			client_says(world, PORT + o, ACK, 1 + (uint32_t)at, stream + at, RTE_MIN(piece, n - at));
		}
		CHECK_EQUAL(world->n_delivered[1][0], 3);
		for (unsigned i = 0; i < 3; i++) {
			const struct rte_tcp_hdr *tcp = rte_pktmbuf_mtod_offset(world->delivered[1][0][i], const struct rte_tcp_hdr *,
				sizeof(struct rte_ether_hdr) + sizeof(struct rte_ipv4_hdr));

			CHECK_EQUAL(rte_be_to_cpu_32(tcp->sent_seq), (uint32_t)(CLIENT_ISN + 1 + i * piece));
			CHECK(memcmp(tcp + 1, stream + i * piece, RTE_MIN(piece, n - i * piece)) == 0);
		}
		world_clear(world);
	}
	CHECK_EQUAL(drops(world, DROP(NAME_PENDING)), 0);
	check_conserved(world);
	world_free(world);
}

static void
split_hello_of_a_denied_name_reaches_nobody(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, deny_some);
	uint8_t stream[HELLO_MAX];
	size_t n = records_of(stream, (struct hello){.name = "evil.example", .padding = 1200});

	shake_hands(world, PORT);
	client_says(world, PORT, ACK, 1, stream, 700);
	client_says(world, PORT, ACK, 701, stream + 700, n - 700);
	CHECK_EQUAL(world->n_delivered[1][0], 1);
	check_reset(world, GATEWAY_B, CLIENT_ISN + 1);
	CHECK_EQUAL(world->n_delivered[0][0], 1);
	CHECK_EQUAL(drops(world, DROP(NAME_DENIED)), 2);
	check_conserved(world);
	world_free(world);
}

static void
bytes_that_are_held_cannot_be_changed(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, deny_some);
	uint8_t good[HELLO_MAX], evil[HELLO_MAX];
	size_t n = records_of(good, (struct hello){.name = "good.example", .padding = 100});

	CHECK_EQUAL(records_of(evil, (struct hello){.name = "evil.example", .padding = 100}), n);
	shake_hands(world, PORT);
	client_says(world, PORT, ACK, 1, evil, n - 1);
	client_says(world, PORT, ACK, 1, good, n - 1);
	client_says(world, PORT, ACK, 101, good + 100, n - 100);
	CHECK_EQUAL(drops(world, DROP(NAME_PENDING)), 2);
	client_says(world, PORT, ACK, (uint32_t)n, good + n - 1, 1);
	check_reset(world, GATEWAY_B, CLIENT_ISN + 1);
	check_conserved(world);
	world_free(world);
}

static void
longer_retransmission_takes_the_place_of_what_is_held(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, deny_some);
	uint8_t stream[HELLO_MAX];
	size_t n = records_of(stream, (struct hello){.name = "good.example"});

	shake_hands(world, PORT);
	client_says(world, PORT, ACK, 1, stream, 20);
	CHECK(client_says(world, PORT, ACK, 1, stream, n));
	CHECK_EQUAL(drops(world, DROP(NAME_PENDING)), 1);
	check_conserved(world);
	world_free(world);
}

static bool
requests(struct world *world, uint16_t port, const char *host)
{
	char request[200];
	int n = snprintf(request, sizeof(request), "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", host);

	shake_hands(world, port);
	return client_says(world, port, ACK | PSH, 1, request, (size_t)n);
}

static void
denied_request_gets_a_page_and_its_server_a_reset(void)
{
	static const char begin[] = "HTTP/1.1 403 Forbidden\r\n";
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, deny_some);
	const struct rte_tcp_hdr *tcp;

	CHECK(requests(world, PORT, "www.example.com"));
	requests(world, PORT + 1, "evil.example");
	check_reset(world, GATEWAY_B, CLIENT_ISN + 1);
	tcp = last_tcp(world, GATEWAY_A);
	CHECK((tcp->tcp_flags & (FIN | ACK | RST)) == (FIN | ACK));
	CHECK(memcmp(tcp + 1, begin, sizeof(begin) - 1) == 0);
	CHECK_EQUAL(rte_be_to_cpu_32(tcp->sent_seq), SERVER_ISN + 1);
	CHECK_EQUAL(rte_be_to_cpu_32(tcp->recv_ack), (uint32_t)(CLIENT_ISN + 1 + strlen("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")));
	world_clear(world);
	client_says(world, PORT + 1, ACK, 39, NULL, 0);
	CHECK_EQUAL(world->n_delivered[0][0], 0); /* the page is being read */
	client_says(world, PORT + 1, ACK | FIN, 39, NULL, 0);
	check_reset(world, GATEWAY_A, SERVER_ISN + 1);
	check_conserved(world);
	world_free(world);
}

static void
hidden_names_go_by_their_own_rule(void)
{
	struct world *pass = world_new_of(DP_ROLE_WEB_GATEWAY, deny_some);
	struct world *refuse = world_new_of(DP_ROLE_WEB_GATEWAY, deny_hidden);

	for (unsigned i = 0; i < 2; i++) {
		struct world *world = i == 0 ? pass : refuse;

		CHECK_EQUAL(gets_through(world, PORT, (struct hello){0}), i == 0);
		CHECK_EQUAL(gets_through(world, PORT + 1, (struct hello){.name = "www.example.com", .encrypted = true}), i == 0);
		shake_hands(world, PORT + 2);
		CHECK_EQUAL(client_says(world, PORT + 2, ACK, 1, "SSH-2.0-x\r\n", 11), i == 0);
		CHECK(gets_through(world, PORT + 3, (struct hello){.name = "www.example.com"}));
		check_conserved(world);
	}
	CHECK_EQUAL(world_rule(pass, 0, "one", "unknown"), 2); /* the outer name counts where ECH does not hide */
	CHECK_EQUAL(world_rule(refuse, 0, "one", "unknown"), 3);
	world_free(pass);
	world_free(refuse);
}

static void
outputs_with_edges_take_denied_and_unknown_flows(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, branch);

	CHECK(gets_through(world, PORT, (struct hello){.name = "evil.example"}));
	CHECK(gets_through(world, PORT + 1, (struct hello){0}));
	CHECK(gets_through(world, PORT + 2, (struct hello){.name = "www.example.com"}));
	CHECK_EQUAL(world_edge(world, 0, "one", "web", "denied", FORWARD), 1);
	CHECK_EQUAL(world_edge(world, 0, "one", "web", "unknown", FORWARD), 1);
	CHECK_EQUAL(world_edge(world, 0, "one", "web", "server", FORWARD), 7);
	check_conserved(world);
	world_free(world);
}

static bool
client_sends_datagram(struct world *world, uint16_t port, const uint8_t *data, size_t length)
{
	struct frame frame = tcp_to_server(port, 443, 0);

	frame.protocol = IPPROTO_UDP;
	frame.data = data;
	frame.payload = (uint16_t)length;
	return world_client_sends(world, 0, &frame);
}

static bool
sends_initial(struct world *world, uint16_t port, struct hello hello)
{
	static const uint8_t cid[8] = "abcdefgh";
	uint8_t message[HELLO_MAX], datagram[1500];
	struct crypto_frame frames[] = {{100, 0}, {0, 100}};

	frames[0].length = hello_write(message, &hello) - 100;
	return client_sends_datagram(world, port, datagram, hello_write_initial(datagram, cid, 0, message, frames, 2));
}

static void
quic_goes_by_its_name_and_a_new_connection_by_its_own(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, deny_hidden);

	CHECK(sends_initial(world, PORT, (struct hello){.name = "www.example.com", .padding = 50}));
	CHECK(client_sends_datagram(world, PORT, (const uint8_t *)"\x40 short header", 14));
	CHECK(!sends_initial(world, PORT, (struct hello){.name = "evil.example", .padding = 50}));
	CHECK(!client_sends_datagram(world, PORT, (const uint8_t *)"\x40 short header", 14));
	CHECK(!client_sends_datagram(world, PORT + 1, (const uint8_t *)"no QUIC at all", 14));
	CHECK_EQUAL(drops(world, DROP(NAME_DENIED)), 3);
	CHECK_EQUAL(world->n_delivered[0][0], 0);
	check_conserved(world);
	world_free(world);
}

static void
quic_hello_in_two_datagrams_waits_for_its_name(void)
{
	static const uint8_t cid[8] = "abcdefgh";
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, deny_hidden);
	struct hello hello = {.name = "www.example.com", .padding = 1300};
	uint8_t message[HELLO_MAX], datagram[1500];
	size_t length = hello_write(message, &hello);
	struct crypto_frame first = {0, 900}, second = {900, length - 900};

	client_sends_datagram(world, PORT, datagram, hello_write_initial(datagram, cid, 1, message, &second, 1));
	CHECK_EQUAL(world->n_delivered[1][0], 0);
	client_sends_datagram(world, PORT, datagram, hello_write_initial(datagram, cid, 0, message, &first, 1));
	CHECK_EQUAL(world->n_delivered[1][0], 2);
	check_conserved(world);
	world_free(world);
}

static void
name_that_does_not_come_in_a_second_is_hidden(void)
{
	struct world *pass = world_new_of(DP_ROLE_WEB_GATEWAY, deny_some);
	struct world *refuse = world_new_of(DP_ROLE_WEB_GATEWAY, deny_hidden);

	for (unsigned i = 0; i < 2; i++) {
		struct world *world = i == 0 ? pass : refuse;

		shake_hands(world, PORT);
		CHECK(!client_says(world, PORT, ACK, 1, "GET /", 5));
		world_wait(world, 900);
		CHECK_EQUAL(world->n_delivered[1][0], 0);
		world_wait(world, 300);
		CHECK_EQUAL(world->n_delivered[1][0], 1);
		CHECK_EQUAL(last_tcp(world, GATEWAY_B)->tcp_flags & RST, i == 0 ? 0 : RST);
		check_conserved(world);
		world_free(world);
	}
}

/* Flows that wait are bounded per tenant: the others' names are hidden. */
static void
names_beyond_the_room_to_wait_are_hidden(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, deny_some);
	unsigned passed = 0;

	world->weight[FIREWALL_2] = 0;
	world_apply(world);
	for (uint16_t i = 0; i < DP_HELD_FLOWS + 6; i++) {
		shake_hands(world, PORT + i);
		passed += client_says(world, PORT + i, ACK, 1, "GET /", 5);
	}
	CHECK_EQUAL(passed, 6);
	CHECK_EQUAL(dp_buffers_kept(world->state[FIREWALL_1], 0), DP_HELD_FLOWS);
	world_wait(world, 3000);
	CHECK_EQUAL(dp_buffers_kept(world->state[FIREWALL_1], 0), 0);
	check_conserved(world);
	world_free(world);
}

static void
new_connection_by_the_same_ports_is_judged_anew(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, deny_some);
	struct frame syn = tcp_to_server(PORT, 443, SYN), ack = tcp_to_server(PORT, 443, ACK);
	uint8_t stream[HELLO_MAX];

	CHECK(gets_through(world, PORT, (struct hello){.name = "www.example.com"}));
	CHECK(client_says(world, PORT, SYN, 0, NULL, 0)); /* an old one, late */
	CHECK(client_says(world, PORT, ACK, 2000, "x", 1));
	syn.sequence = 77;
	CHECK(world_client_sends(world, 0, &syn));
	ack.sequence = 78;
	ack.data = stream;
	ack.payload = (uint16_t)records_of(stream, (struct hello){.name = "evil.example"});
	world_clear(world);
	world_client_sends(world, 0, &ack);
	check_reset(world, GATEWAY_B, 78);
	check_conserved(world);
	world_free(world);
}

static void
flow_met_in_its_middle_has_a_hidden_name_whoever_sends_first(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, deny_hidden);
	struct frame answer = tcp_to_client(PORT, 443, ACK);

	answer.acknowledged = CLIENT_ISN + 1;
	CHECK(world_server_sends(world, 0, &answer));
	CHECK(!client_says(world, PORT, ACK, 1, "\x17\x03\x03", 3));
	check_reset(world, GATEWAY_B, CLIENT_ISN + 1);
	CHECK_EQUAL(drops(world, DROP(NAME_DENIED)), 1);
	world_free(world);
}

static void
other_ports_and_protocols_pass_unjudged(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, deny_hidden);
	struct frame other = tcp_to_server(PORT, 444, ACK), ping = echo_request(1), answer = tcp_to_client(PORT, 444, ACK);

	other.payload = 30;
	CHECK(world_client_sends(world, 0, &other));
	CHECK(world_client_sends(world, 0, &ping));
	CHECK(world_server_sends(world, 0, &answer));
	check_conserved(world);
	world_free(world);
}

static void
data_in_a_fragment_or_in_a_request_for_connection_is_judged(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, deny_hidden);
	struct frame fragment = tcp_to_server(PORT, 443, ACK);
	uint8_t stream[HELLO_MAX];
	size_t n = records_of(stream, (struct hello){.name = "evil.example"});

	fragment.fragment = RTE_IPV4_HDR_MF_FLAG;
	fragment.payload = 36;
	CHECK(!world_client_sends(world, 0, &fragment));
	CHECK(!client_says(world, PORT + 1, SYN, 0, stream, n));
	CHECK_EQUAL(world->n_delivered[1][0], 0);
	n = records_of(stream, (struct hello){.name = "www.example.com"});
	CHECK(client_says(world, PORT + 2, SYN, 0, stream, n));
	check_conserved(world);
	world_free(world);
}

static void
list_is_kept_by_its_digest(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, deny_some);

	for (enum pod pod = FIREWALL_1; pod < PODS; pod++) {
		struct desired *desired = world_desired(world, pod);

		for (size_t i = 0; i < desired->state.n_domain_lists; i++)
			desired->state.domain_lists[i]->names.len = 0;
		world_apply_message(world, pod, desired);
		desired_free(desired);
	}
	CHECK(!gets_through(world, PORT, (struct hello){.name = "evil.example"}));
	CHECK_EQUAL(drops(world, DROP(NAME_DENIED)), 1);
	world_free(world);
}

static Nfaas__Dataplane__V1__WebGateway *web_of(struct desired *d) { return d->state.views[0]->nodes[1]->web_gateway; }
static void no_ports(struct desired *d) { web_of(d)->n_ports = 0; }
static void no_default(struct desired *d) { web_of(d)->unlisted = 0; }
static void no_hidden(struct desired *d) { web_of(d)->hidden = 0; }
static void no_such_list(struct desired *d) { web_of(d)->deny[0] = desired_text(d, "x"); }
static void bad_ports(struct desired *d) { web_of(d)->ports[1]->last = 0; }
static void list_twice(struct desired *d) { d->state.domain_lists[1]->name = d->state.domain_lists[0]->name; }
static void digest_short(struct desired *d) { d->state.domain_lists[1]->digest.len = 31; }
static void digest_wrong(struct desired *d) { d->state.domain_lists[1]->digest.data[0] ^= 1; }
static void no_names(struct desired *d) { digest_wrong(d); d->state.domain_lists[1]->names.len = 0; }
static void bad_name(struct desired *d) { desired_domain_list(d, "bad", "a.b\nc d"); }

static void
each_bad_configuration_is_refused_by_the_name_of_its_field(void)
{
	static const struct {
		void (*spoil)(struct desired *);
		Nfaas__Dataplane__V1__ErrorCode code;
		const char *field;
	} refusals[] = {
		{no_ports, CODE(INVALID_ARGUMENT), "views[0].nodes[1].web_gateway.ports"},
		{bad_ports, CODE(INVALID_ARGUMENT), "views[0].nodes[1].web_gateway.ports"},
		{no_default, CODE(INVALID_ARGUMENT), "views[0].nodes[1].web_gateway.unlisted"},
		{no_hidden, CODE(INVALID_ARGUMENT), "views[0].nodes[1].web_gateway.hidden"},
		{no_such_list, CODE(UNKNOWN_REFERENCE), "views[0].nodes[1].web_gateway.deny[0]"},
		{list_twice, CODE(INVALID_ARGUMENT), "domain_lists[1].name"},
		{digest_short, CODE(INVALID_ARGUMENT), "domain_lists[1].digest"},
		{digest_wrong, CODE(INVALID_ARGUMENT), "domain_lists[1].digest"},
		{no_names, CODE(UNKNOWN_REFERENCE), "domain_lists[1].names"},
		{bad_name, CODE(INVALID_ARGUMENT), "domain_lists[4].names"},
	};
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, deny_some);

	for (unsigned i = 0; i < RTE_DIM(refusals); i++) {
		struct desired *desired = world_desired(world, FIREWALL_1);
		struct dp_error error;

		refusals[i].spoil(desired);
		error = world_refuse(world, FIREWALL_1, desired);
		if (error.code != refusals[i].code || strcmp(error.field, refusals[i].field) != 0)
			test_fail(__FILE__, __LINE__, "%s: %s, not %s", error.field, error.message, refusals[i].field);
		desired_free(desired);
	}
	world_free(world);
}

TEST_MAIN(TEST(most_specific_name_decides), TEST(unlisted_names_go_by_the_default),
	TEST(denied_connection_is_reset_at_both_ends_and_its_server_sees_no_byte),
	TEST(split_hello_waits_for_its_name_and_goes_on_in_order), TEST(split_hello_of_a_denied_name_reaches_nobody),
	TEST(bytes_that_are_held_cannot_be_changed), TEST(longer_retransmission_takes_the_place_of_what_is_held),
	TEST(denied_request_gets_a_page_and_its_server_a_reset), TEST(hidden_names_go_by_their_own_rule),
	TEST(outputs_with_edges_take_denied_and_unknown_flows), TEST(quic_goes_by_its_name_and_a_new_connection_by_its_own),
	TEST(quic_hello_in_two_datagrams_waits_for_its_name), TEST(name_that_does_not_come_in_a_second_is_hidden),
	TEST(names_beyond_the_room_to_wait_are_hidden), TEST(new_connection_by_the_same_ports_is_judged_anew),
	TEST(flow_met_in_its_middle_has_a_hidden_name_whoever_sends_first), TEST(other_ports_and_protocols_pass_unjudged),
	TEST(data_in_a_fragment_or_in_a_request_for_connection_is_judged), TEST(list_is_kept_by_its_digest),
	TEST(each_bad_configuration_is_refused_by_the_name_of_its_field))
