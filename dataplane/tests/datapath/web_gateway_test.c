/* SPDX-License-Identifier: Apache-2.0 */
/* The web gateway in a chain: who gets through by the name of the site, and what becomes of the others. */
#include "lib/refusal.h"
#include "lib/web.h"

static void deny_unlisted(struct desired *desired, view_t *view) { web_draw(desired, view)->web_gateway->unlisted = DENY; }

/* Outputs lead through web gateways that let everything pass. */
static void
branch(struct desired *desired, view_t *view)
{
	node_t *web = web_draw(desired, view), *server = view->nodes[2];
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

static void
most_specific_name_decides(void)
{
	static const struct {
		const char *name;
		bool passes;
	} names[] = {{"www.example.com", true}, {"x.ads.example.com", false}, {"fine.ads.example.com", true},
		{"evil.example", false}, {"a.evil.example", false}, {"ads.example.com", true}, {"other.example", true}};
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, web_deny_some);

	for (uint16_t i = 0; i < RTE_DIM(names); i++)
		if (web_gets_through(world, PORT + i, (struct hello){.name = names[i].name}) != names[i].passes)
			test_fail(__FILE__, __LINE__, "%s", names[i].name);
	CHECK_EQUAL(web_drops(world, DROP(NAME_DENIED)), 3);
	web_check_conserved(world);
	world_free(world);
}

static void
unlisted_names_go_by_the_default(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, deny_unlisted);

	CHECK(web_gets_through(world, PORT, (struct hello){.name = "www.example.com"}));
	CHECK(!web_gets_through(world, PORT + 1, (struct hello){.name = "other.example"}));
	world_free(world);
}

static void
denied_connection_is_reset_at_both_ends_and_its_server_sees_no_byte(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, web_deny_some);
	struct frame late = tcp_to_client(PORT, 443, ACK);
	uint8_t stream[HELLO_MAX];
	size_t n = web_records_of(stream, (struct hello){.name = "evil.example"});

	web_shake_hands(world, PORT);
	web_client_says(world, PORT, ACK | PSH, 1, stream, n);
	CHECK_EQUAL(world->n_delivered[0][0], 1);
	CHECK_EQUAL(world->n_delivered[1][0], 1);
	web_check_reset(world, GATEWAY_A, SERVER_ISN + 1);
	web_check_reset(world, GATEWAY_B, CLIENT_ISN + 1);
	late.acknowledged = CLIENT_ISN + 1;
	CHECK(!world_server_sends(world, 0, &late));
	web_check_reset(world, GATEWAY_B, CLIENT_ISN + 1);
	CHECK_EQUAL(world_rule(world, 0, "one", "denied"), 2);
	web_check_conserved(world);
	world_free(world);
}

static bool
requests(struct world *world, uint16_t port, const char *host)
{
	char request[200];
	int n = snprintf(request, sizeof(request), "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", host);

	web_shake_hands(world, port);
	return web_client_says(world, port, ACK | PSH, 1, request, (size_t)n);
}

static void
denied_request_gets_a_page_and_its_server_a_reset(void)
{
	static const char begin[] = "HTTP/1.1 403 Forbidden\r\n";
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, web_deny_some);
	const struct rte_tcp_hdr *tcp;

	CHECK(requests(world, PORT, "www.example.com"));
	requests(world, PORT + 1, "evil.example");
	web_check_reset(world, GATEWAY_B, CLIENT_ISN + 1);
	tcp = web_last_tcp(world, GATEWAY_A);
	CHECK((tcp->tcp_flags & (FIN | ACK | RST)) == (FIN | ACK));
	CHECK(memcmp(tcp + 1, begin, sizeof(begin) - 1) == 0);
	CHECK_EQUAL(rte_be_to_cpu_32(tcp->sent_seq), SERVER_ISN + 1);
	CHECK_EQUAL(rte_be_to_cpu_32(tcp->recv_ack), (uint32_t)(CLIENT_ISN + 1 + strlen("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")));
	world_clear(world);
	web_client_says(world, PORT + 1, ACK, 39, NULL, 0);
	CHECK_EQUAL(world->n_delivered[0][0], 0); /* the page is being read */
	web_client_says(world, PORT + 1, ACK | FIN, 39, NULL, 0);
	web_check_reset(world, GATEWAY_A, SERVER_ISN + 1);
	web_check_conserved(world);
	world_free(world);
}

static void
hidden_names_go_by_their_own_rule(void)
{
	struct world *pass = world_new_of(DP_ROLE_WEB_GATEWAY, web_deny_some);
	struct world *refuse = world_new_of(DP_ROLE_WEB_GATEWAY, web_deny_hidden);

	for (unsigned i = 0; i < 2; i++) {
		struct world *world = i == 0 ? pass : refuse;

		CHECK_EQUAL(web_gets_through(world, PORT, (struct hello){0}), i == 0);
		CHECK_EQUAL(web_gets_through(world, PORT + 1, (struct hello){.name = "www.example.com", .encrypted = true}), i == 0);
		web_shake_hands(world, PORT + 2);
		CHECK_EQUAL(web_client_says(world, PORT + 2, ACK, 1, "SSH-2.0-x\r\n", 11), i == 0);
		CHECK(web_gets_through(world, PORT + 3, (struct hello){.name = "www.example.com"}));
		web_check_conserved(world);
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

	CHECK(web_gets_through(world, PORT, (struct hello){.name = "evil.example"}));
	CHECK(web_gets_through(world, PORT + 1, (struct hello){0}));
	CHECK(web_gets_through(world, PORT + 2, (struct hello){.name = "www.example.com"}));
	CHECK_EQUAL(world_edge(world, 0, "one", "web", "denied", FORWARD), 1);
	CHECK_EQUAL(world_edge(world, 0, "one", "web", "unknown", FORWARD), 1);
	CHECK_EQUAL(world_edge(world, 0, "one", "web", "server", FORWARD), 7);
	web_check_conserved(world);
	world_free(world);
}

static bool
sends_initial(struct world *world, uint16_t port, struct hello hello)
{
	static const uint8_t cid[8] = "abcdefgh";
	uint8_t message[HELLO_MAX], datagram[1500];
	struct crypto_frame frames[] = {{100, 0}, {0, 100}};

	frames[0].length = hello_write(message, &hello) - 100;
	return web_client_sends_datagram(world, port, datagram, hello_write_initial(datagram, cid, 0, message, frames, 2));
}

static void
quic_goes_by_its_name_and_a_new_connection_by_its_own(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, web_deny_hidden);

	CHECK(sends_initial(world, PORT, (struct hello){.name = "www.example.com", .padding = 50}));
	CHECK(web_client_sends_datagram(world, PORT, (const uint8_t *)"\x40 short header", 14));
	CHECK(!sends_initial(world, PORT, (struct hello){.name = "evil.example", .padding = 50}));
	CHECK(!web_client_sends_datagram(world, PORT, (const uint8_t *)"\x40 short header", 14));
	CHECK(!web_client_sends_datagram(world, PORT + 1, (const uint8_t *)"no QUIC at all", 14));
	CHECK_EQUAL(web_drops(world, DROP(NAME_DENIED)), 3);
	CHECK_EQUAL(world->n_delivered[0][0], 0);
	web_check_conserved(world);
	world_free(world);
}

static void
new_connection_by_the_same_ports_is_judged_anew(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, web_deny_some);
	struct frame syn = tcp_to_server(PORT, 443, SYN), ack = tcp_to_server(PORT, 443, ACK);
	uint8_t stream[HELLO_MAX];

	CHECK(web_gets_through(world, PORT, (struct hello){.name = "www.example.com"}));
	CHECK(web_client_says(world, PORT, SYN, 0, NULL, 0)); /* an old one, late */
	CHECK(web_client_says(world, PORT, ACK, 2000, "x", 1));
	syn.sequence = 77;
	CHECK(world_client_sends(world, 0, &syn));
	ack.sequence = 78;
	ack.data = stream;
	ack.payload = (uint16_t)web_records_of(stream, (struct hello){.name = "evil.example"});
	world_clear(world);
	world_client_sends(world, 0, &ack);
	web_check_reset(world, GATEWAY_B, 78);
	web_check_conserved(world);
	world_free(world);
}

static void
flow_met_in_its_middle_has_a_hidden_name_whoever_sends_first(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, web_deny_hidden);
	struct frame answer = tcp_to_client(PORT, 443, ACK);

	answer.acknowledged = CLIENT_ISN + 1;
	CHECK(world_server_sends(world, 0, &answer));
	CHECK(!web_client_says(world, PORT, ACK, 1, "\x17\x03\x03", 3));
	web_check_reset(world, GATEWAY_B, CLIENT_ISN + 1);
	CHECK_EQUAL(web_drops(world, DROP(NAME_DENIED)), 1);
	world_free(world);
}

static void
other_ports_and_protocols_pass_unjudged(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, web_deny_hidden);
	struct frame other = tcp_to_server(PORT, 444, ACK), ping = echo_request(1), answer = tcp_to_client(PORT, 444, ACK);

	other.payload = 30;
	CHECK(world_client_sends(world, 0, &other));
	CHECK(world_client_sends(world, 0, &ping));
	CHECK(world_server_sends(world, 0, &answer));
	web_check_conserved(world);
	world_free(world);
}

static void
list_is_kept_by_its_digest(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, web_deny_some);

	for (enum pod pod = FIREWALL_1; pod < PODS; pod++) {
		struct desired *desired = world_desired(world, pod);

		for (size_t i = 0; i < desired->state.n_domain_lists; i++)
			desired->state.domain_lists[i]->names.len = 0;
		world_apply_message(world, pod, desired);
		desired_free(desired);
	}
	CHECK(!web_gets_through(world, PORT, (struct hello){.name = "evil.example"}));
	CHECK_EQUAL(web_drops(world, DROP(NAME_DENIED)), 1);
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
	static const struct refusal refusals[] = {
		{no_ports, CODE(INVALID_ARGUMENT), "views[0].nodes[1].web_gateway.ports", 1},
		{bad_ports, CODE(INVALID_ARGUMENT), "views[0].nodes[1].web_gateway.ports", 1},
		{no_default, CODE(INVALID_ARGUMENT), "views[0].nodes[1].web_gateway.unlisted", 1},
		{no_hidden, CODE(INVALID_ARGUMENT), "views[0].nodes[1].web_gateway.hidden", 1},
		{no_such_list, CODE(UNKNOWN_REFERENCE), "views[0].nodes[1].web_gateway.deny[0]", 1},
		{list_twice, CODE(INVALID_ARGUMENT), "domain_lists[1].name", 0},
		{digest_short, CODE(INVALID_ARGUMENT), "domain_lists[1].digest", 0},
		{digest_wrong, CODE(INVALID_ARGUMENT), "domain_lists[1].digest", 0},
		{no_names, CODE(UNKNOWN_REFERENCE), "domain_lists[1].names", 0},
		{bad_name, CODE(INVALID_ARGUMENT), "domain_lists[4].names", 0},
	};
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, web_deny_some);

	check_refusals(world, FIREWALL_1, refusals, RTE_DIM(refusals));
	world_free(world);
}

TEST_MAIN(TEST(most_specific_name_decides), TEST(unlisted_names_go_by_the_default),
	TEST(denied_connection_is_reset_at_both_ends_and_its_server_sees_no_byte),
	TEST(denied_request_gets_a_page_and_its_server_a_reset), TEST(hidden_names_go_by_their_own_rule),
	TEST(outputs_with_edges_take_denied_and_unknown_flows),
	TEST(quic_goes_by_its_name_and_a_new_connection_by_its_own), TEST(new_connection_by_the_same_ports_is_judged_anew),
	TEST(flow_met_in_its_middle_has_a_hidden_name_whoever_sends_first), TEST(other_ports_and_protocols_pass_unjudged),
	TEST(list_is_kept_by_its_digest), TEST(each_bad_configuration_is_refused_by_the_name_of_its_field))
