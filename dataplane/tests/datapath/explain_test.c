/* SPDX-License-Identifier: Apache-2.0 */
/* Explain: marked packets tell every hop's decision. */
#include "lib/enter_world.h"
#include "lib/explain.h"

static explain_answer_t *
read_firewall(struct world *world)
{
	return explain_read(world, explain_count(world, FIREWALL_1, 0) > 0 ? FIREWALL_1 : FIREWALL_2, 0);
}

static void
every_hop_of_an_allowed_packet_tells_its_decision(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN);
	explain_start_t request = explain_request(1);
	explain_answer_t *a, *f, *b;

	explain_start(world, GATEWAY_A, &request);
	CHECK(world_client_sends(world, 0, &syn));
	CHECK(world_last_outer(world).explain);
	CHECK_EQUAL(world_last_outer(world).trace, 10);
	CHECK_EQUAL(world_last_outer(world).from_si, 254);
	a = explain_read(world, GATEWAY_A, 0);
	f = read_firewall(world);
	b = explain_read(world, GATEWAY_B, 0);
	CHECK_EQUAL(a->n_records, 1);
	check_text(a->records[0]->node, "client");
	check_text(a->records[0]->next_node, "firewall");
	check_text(a->records[0]->view_uid, "one");
	CHECK_EQUAL(a->records[0]->verdict, VERDICT(FORWARDED));
	CHECK_EQUAL(a->records[0]->choice, CHOICE(MAGLEV));
	CHECK_EQUAL(a->records[0]->direction, FORWARD);
	CHECK(strncmp(a->records[0]->backend, "firewall-", 9) == 0);
	CHECK(!a->running);
	CHECK_EQUAL(a->marked, 1);
	CHECK_EQUAL(f->n_records, 1);
	check_text(f->records[0]->rule, "web");
	check_text(f->records[0]->next_node, "server");
	check_text(f->records[0]->backend, "gateway-b");
	CHECK_EQUAL(f->records[0]->trace, 10);
	CHECK(!f->records[0]->by_default);
	CHECK(f->records[0]->cycles > 0);
	CHECK_EQUAL(a->records[0]->ttl, DP_NSH_TTL_MAX);
	CHECK_EQUAL(f->records[0]->ttl, DP_NSH_TTL_MAX - 1);
	CHECK_EQUAL(b->records[0]->ttl, DP_NSH_TTL_MAX - 2);
	CHECK_EQUAL(b->n_records, 1);
	check_text(b->records[0]->node, "server");
	CHECK_EQUAL(b->records[0]->verdict, VERDICT(LEFT));
	explain_release(a);
	explain_release(f);
	explain_release(b);
	world_free(world);
}

static void
a_denied_packet_tells_who_denied_it_and_by_which_rule(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 81, SYN);
	explain_start_t request = explain_request(1);
	explain_answer_t *f;

	explain_start(world, GATEWAY_A, &request);
	CHECK(!world_client_sends(world, 0, &syn));
	f = read_firewall(world);
	CHECK_EQUAL(f->n_records, 1);
	CHECK_EQUAL(f->records[0]->verdict, VERDICT(DROPPED));
	CHECK_EQUAL(f->records[0]->reason, DROP(DENIED));
	check_text(f->records[0]->node, "firewall");
	check_text(f->records[0]->rule, "");
	CHECK(f->records[0]->by_default);
	CHECK_EQUAL(explain_count(world, GATEWAY_B, 0), 0);
	explain_release(f);
	world_free(world);
}

static void
the_second_packet_of_a_flow_goes_by_the_connection_table(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN), ack = tcp_to_server(4000, 80, ACK);
	explain_start_t request = explain_request(2);
	explain_answer_t *a;

	explain_start(world, GATEWAY_A, &request);
	CHECK(world_client_sends(world, 0, &syn));
	CHECK(world_client_sends(world, 0, &ack));
	CHECK(world_client_sends(world, 0, &ack));
	a = explain_read(world, GATEWAY_A, 0);
	CHECK_EQUAL(a->n_records, 2); /* the third packet was not asked for */
	CHECK_EQUAL(a->records[0]->choice, CHOICE(MAGLEV));
	CHECK_EQUAL(a->records[1]->choice, CHOICE(FLOW));
	CHECK_EQUAL(a->records[1]->trace, 11);
	check_text(a->records[1]->backend, a->records[0]->backend);
	CHECK(!world_last_outer(world).explain);
	explain_release(a);
	world_free(world);
}

static void
check_record(const explain_record_t *record, const char *uid, const char *node, unsigned verdict, unsigned ttl)
{
	check_text(record->view_uid, uid);
	check_text(record->node, node);
	CHECK_EQUAL(record->verdict, verdict);
	CHECK_EQUAL(record->ttl, ttl);
}

static void
packets_that_enter_another_view_are_explained_there_and_back(void)
{
	struct world *world = enter_world((struct enter_setup){.enters = true, .apart = true});
	struct frame syn = tcp_to_far(4000, SYN), answer = tcp_from_far(4000, SYN | ACK);
	explain_start_t request = explain_request(1);
	explain_answer_t *first, *second;

	explain_start(world, GATEWAY_A, &request);
	CHECK(enter_client_sends(world, &syn));
	request.first_trace = 20;
	explain_start(world, GATEWAY_B, &request);
	CHECK(enter_far_sends(world, &answer));
	first = explain_read(world, FIREWALL_1, 0);
	second = explain_read(world, FIREWALL_2, 0);
	CHECK_EQUAL(first->n_records, 4);
	check_record(first->records[0], "one", "first", VERDICT(ENTERED), DP_NSH_TTL_MAX - 1);
	check_text(first->records[0]->rule, "web");
	check_record(first->records[1], "two", "other", VERDICT(FORWARDED), DP_NSH_TTL_MAX - 9);
	check_text(first->records[1]->next_node, "second");
	check_text(first->records[1]->rule, "");
	CHECK(!first->records[1]->by_default);
	check_record(first->records[2], "two", "other", VERDICT(ENTERED), DP_NSH_TTL_MAX - 2);
	check_record(first->records[3], "one", "first", VERDICT(FORWARDED), DP_NSH_TTL_MAX - 10);
	CHECK_EQUAL(second->n_records, 2);
	check_record(second->records[1], "two", "second", VERDICT(FORWARDED), DP_NSH_TTL_MAX - 1);
	check_text(second->records[1]->backend, "firewall-1");
	CHECK_EQUAL(second->records[1]->choice, CHOICE(FLOW));
	explain_release(first);
	explain_release(second);
	world_free(world);
}

static void
answers_are_explained_where_they_enter(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN), syn_ack = tcp_to_client(4000, 80, SYN | ACK);
	uint8_t server[4] = {10, 2, 0, 2};
	prefix_t destination = NFAAS__DATAPLANE__V1__PREFIX__INIT;
	explain_start_t request = explain_request(1);
	explain_answer_t *b;

	destination.address = (ProtobufCBinaryData){.data = server, .len = 4};
	destination.length = 32;
	request.destination = &destination;
	request.protocol = IPPROTO_TCP;
	request.destination_port = 80;
	explain_start(world, GATEWAY_B, &request);
	CHECK(world_client_sends(world, 0, &syn));
	CHECK(world_server_sends(world, 0, &syn_ack));
	b = explain_read(world, GATEWAY_B, 0);
	CHECK_EQUAL(b->n_records, 1);
	CHECK_EQUAL(b->records[0]->direction, REVERSE);
	check_text(b->records[0]->node, "server");
	CHECK_EQUAL(b->records[0]->choice, CHOICE(FLOW));
	explain_release(b);
	world_free(world);
}

static void
what_never_enters_a_view_is_explained_too(void)
{
	struct world *world = world_new();
	struct frame spoofed = tcp_to_server(4000, 80, SYN);
	explain_start_t request = explain_request(1);
	explain_answer_t *a;

	spoofed.source = IP(192, 0, 2, 1);
	explain_start(world, GATEWAY_A, &request);
	CHECK(!world_client_sends(world, 0, &spoofed));
	a = explain_read(world, GATEWAY_A, 0);
	CHECK_EQUAL(a->n_records, 1);
	CHECK_EQUAL(a->records[0]->reason, DROP(SPOOFED));
	check_text(a->records[0]->node, "");
	explain_release(a);
	world_free(world);
}

TEST_MAIN(TEST(every_hop_of_an_allowed_packet_tells_its_decision),
	TEST(a_denied_packet_tells_who_denied_it_and_by_which_rule),
	TEST(the_second_packet_of_a_flow_goes_by_the_connection_table),
	TEST(packets_that_enter_another_view_are_explained_there_and_back), TEST(answers_are_explained_where_they_enter),
	TEST(what_never_enters_a_view_is_explained_too))
