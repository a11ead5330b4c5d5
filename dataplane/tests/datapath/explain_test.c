/* SPDX-License-Identifier: Apache-2.0 */
/* Explain: marked packets tell every hop's decision; nobody else can mark or flood. */
#include <rte_cycles.h>

#include "explain/explain.h"
#include "lib/enter_world.h"

typedef Nfaas__Dataplane__V1__ExplainStartRequest start_t;
typedef Nfaas__Dataplane__V1__ExplainReadRequest read_t;
typedef Nfaas__Dataplane__V1__ExplainReadResponse answer_t;
typedef Nfaas__Dataplane__V1__ExplainRecord record_t;
#define VERDICT(name) NFAAS__DATAPLANE__V1__EXPLAIN_VERDICT__EXPLAIN_VERDICT_##name
#define CHOICE(name) NFAAS__DATAPLANE__V1__HOP_CHOICE__HOP_CHOICE_##name

static start_t
request_of(uint32_t packets)
{
	start_t request = NFAAS__DATAPLANE__V1__EXPLAIN_START_REQUEST__INIT;

	request.tenant_id = TENANT_ID(0);
	request.packets = packets;
	request.first_trace = 10;
	return request;
}

static struct dp_error
start(struct world *world, enum pod pod, const start_t *request)
{
	struct dp_error error = {0};

	CHECK_EQUAL(dp_explain_start(world->dp[pod], world->state[pod], request, world->now, &error),
		error.message[0] == '\0');
	return error;
}

static void
must_start(struct world *world, enum pod pod, const start_t *request)
{
	struct dp_error error = start(world, pod, request);

	if (error.message[0] != '\0')
		test_fail(__FILE__, __LINE__, "refused: %s: %s", error.field, error.message);
}

static answer_t *
read_pod(struct world *world, enum pod pod, unsigned tenant)
{
	read_t request = NFAAS__DATAPLANE__V1__EXPLAIN_READ_REQUEST__INIT;
	answer_t *answer = malloc(sizeof(*answer));

	CHECK(answer != NULL);
	nfaas__dataplane__v1__explain_read_response__init(answer);
	request.tenant_id = TENANT_ID(tenant);
	CHECK(dp_explain_fill(world->dp[pod], world->state[pod], &request, rte_rdtsc(), answer));
	return answer;
}

static void
release(answer_t *answer)
{
	nfaas__dataplane__v1__explain_read_response__free_unpacked(answer, NULL);
}

static unsigned
count_records(struct world *world, enum pod pod, unsigned tenant)
{
	answer_t *answer = read_pod(world, pod, tenant);
	unsigned n = (unsigned)answer->n_records;

	release(answer);
	return n;
}

static unsigned
count_all(struct world *world, unsigned tenant)
{
	unsigned n = 0;

	for (enum pod pod = 0; pod < PODS; pod++)
		n += count_records(world, pod, tenant);
	return n;
}

static answer_t *
read_firewall(struct world *world)
{
	return read_pod(world, count_records(world, FIREWALL_1, 0) > 0 ? FIREWALL_1 : FIREWALL_2, 0);
}

static void
check_text(const char *actual, const char *expected)
{
	if (strcmp(actual, expected) != 0)
		test_fail(__FILE__, __LINE__, "is \"%s\", not \"%s\"", actual, expected);
}

static void
every_hop_of_an_allowed_packet_tells_its_decision(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN);
	start_t request = request_of(1);
	answer_t *a, *f, *b;

	must_start(world, GATEWAY_A, &request);
	CHECK(world_client_sends(world, 0, &syn));
	CHECK(world_last_outer(world).explain);
	CHECK_EQUAL(world_last_outer(world).trace, 10);
	CHECK_EQUAL(world_last_outer(world).from_si, 254);
	a = read_pod(world, GATEWAY_A, 0);
	f = read_firewall(world);
	b = read_pod(world, GATEWAY_B, 0);
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
	release(a);
	release(f);
	release(b);
	world_free(world);
}

static void
a_denied_packet_tells_who_denied_it_and_by_which_rule(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 81, SYN);
	start_t request = request_of(1);
	answer_t *f;

	must_start(world, GATEWAY_A, &request);
	CHECK(!world_client_sends(world, 0, &syn));
	f = read_firewall(world);
	CHECK_EQUAL(f->n_records, 1);
	CHECK_EQUAL(f->records[0]->verdict, VERDICT(DROPPED));
	CHECK_EQUAL(f->records[0]->reason, DROP(DENIED));
	check_text(f->records[0]->node, "firewall");
	check_text(f->records[0]->rule, "");
	CHECK(f->records[0]->by_default);
	CHECK_EQUAL(count_records(world, GATEWAY_B, 0), 0);
	release(f);
	world_free(world);
}

static void
the_second_packet_of_a_flow_goes_by_the_connection_table(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN), ack = tcp_to_server(4000, 80, ACK);
	start_t request = request_of(2);
	answer_t *a;

	must_start(world, GATEWAY_A, &request);
	CHECK(world_client_sends(world, 0, &syn));
	CHECK(world_client_sends(world, 0, &ack));
	CHECK(world_client_sends(world, 0, &ack));
	a = read_pod(world, GATEWAY_A, 0);
	CHECK_EQUAL(a->n_records, 2); /* the third packet was not asked for */
	CHECK_EQUAL(a->records[0]->choice, CHOICE(MAGLEV));
	CHECK_EQUAL(a->records[1]->choice, CHOICE(FLOW));
	CHECK_EQUAL(a->records[1]->trace, 11);
	check_text(a->records[1]->backend, a->records[0]->backend);
	CHECK(!world_last_outer(world).explain);
	release(a);
	world_free(world);
}

static void
check_record(const record_t *record, const char *uid, const char *node, unsigned verdict, unsigned ttl)
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
	start_t request = request_of(1);
	answer_t *first, *second;

	must_start(world, GATEWAY_A, &request);
	CHECK(enter_client_sends(world, &syn));
	request.first_trace = 20;
	must_start(world, GATEWAY_B, &request);
	CHECK(enter_far_sends(world, &answer));
	first = read_pod(world, FIREWALL_1, 0);
	second = read_pod(world, FIREWALL_2, 0);
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
	release(first);
	release(second);
	world_free(world);
}

static void
answers_are_explained_where_they_enter(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN), syn_ack = tcp_to_client(4000, 80, SYN | ACK);
	uint8_t server[4] = {10, 2, 0, 2};
	prefix_t destination = NFAAS__DATAPLANE__V1__PREFIX__INIT;
	start_t request = request_of(1);
	answer_t *b;

	destination.address = (ProtobufCBinaryData){.data = server, .len = 4};
	destination.length = 32;
	request.destination = &destination;
	request.protocol = IPPROTO_TCP;
	request.destination_port = 80;
	must_start(world, GATEWAY_B, &request);
	CHECK(world_client_sends(world, 0, &syn));
	CHECK(world_server_sends(world, 0, &syn_ack));
	b = read_pod(world, GATEWAY_B, 0);
	CHECK_EQUAL(b->n_records, 1);
	CHECK_EQUAL(b->records[0]->direction, REVERSE);
	check_text(b->records[0]->node, "server");
	CHECK_EQUAL(b->records[0]->choice, CHOICE(FLOW));
	release(b);
	world_free(world);
}

static void
only_the_asked_for_flow_of_the_asked_for_tenant_is_marked(void)
{
	struct world *world = world_new();
	struct frame wanted = tcp_to_server(4000, 80, SYN), other = tcp_to_server(4001, 80, SYN), ping = echo_request(4000);
	start_t request = request_of(32);

	request.protocol = IPPROTO_TCP;
	request.source_port = 4000;
	must_start(world, GATEWAY_A, &request);
	CHECK(world_client_sends(world, 0, &other));
	CHECK(world_client_sends(world, 0, &ping));
	CHECK(world_client_sends(world, 1, &wanted));
	CHECK_EQUAL(count_all(world, 0) + count_all(world, 1), 0);
	CHECK(world_client_sends(world, 0, &wanted));
	CHECK_EQUAL(count_all(world, 0), 3);
	CHECK_EQUAL(count_all(world, 1), 0);
	world_free(world);
}

static void
a_prefix_takes_its_addresses_only(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN);
	uint8_t other[4] = {10, 3, 0, 0}, ipv6[16] = {0}, server[4] = {10, 2, 0, 99};
	prefix_t destination = NFAAS__DATAPLANE__V1__PREFIX__INIT;
	start_t request = request_of(1);

	request.destination = &destination;
	destination.address = (ProtobufCBinaryData){.data = other, .len = sizeof(other)};
	destination.length = 16;
	must_start(world, GATEWAY_A, &request);
	CHECK(world_client_sends(world, 0, &syn));
	dp_explain_free(dp_explain_stop(world->state[GATEWAY_A], TENANT_ID(0)));
	destination.address = (ProtobufCBinaryData){.data = ipv6, .len = sizeof(ipv6)}; /* 2000::/8 */
	ipv6[0] = 0x20;
	destination.length = 8;
	must_start(world, GATEWAY_A, &request);
	CHECK(world_client_sends(world, 0, &syn));
	dp_explain_free(dp_explain_stop(world->state[GATEWAY_A], TENANT_ID(0)));
	CHECK_EQUAL(count_all(world, 0), 0);
	destination.address = (ProtobufCBinaryData){.data = server, .len = sizeof(server)};
	destination.length = 24;
	must_start(world, GATEWAY_A, &request);
	CHECK(world_client_sends(world, 0, &syn));
	CHECK_EQUAL(count_all(world, 0), 3);
	dp_explain_free(dp_explain_stop(world->state[GATEWAY_A], TENANT_ID(0)));
	destination.length = 33;
	check_text(start(world, GATEWAY_A, &request).field, "destination");
	world_free(world);
}

static void
ipv6_flows_are_explained_by_their_own_prefixes(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN), syn6 = over_ipv6(syn);
	prefix_t destination = NFAAS__DATAPLANE__V1__PREFIX__INIT;
	start_t request = request_of(2);
	uint8_t server[DP_IP6_SIZE];
	answer_t *a;

	world->ipv6 = true;
	world_apply(world);
	dp_ip6_write(server, frame_ip6(SERVER));
	destination.address = (ProtobufCBinaryData){.data = server, .len = sizeof(server)};
	destination.length = 128;
	request.destination = &destination;
	must_start(world, GATEWAY_A, &request);
	CHECK(world_client_sends(world, 0, &syn));
	CHECK_EQUAL(count_all(world, 0), 0);
	CHECK(world_client_sends(world, 0, &syn6));
	CHECK_EQUAL(count_all(world, 0), 3);
	a = read_pod(world, GATEWAY_A, 0);
	CHECK_EQUAL(a->records[0]->verdict, VERDICT(FORWARDED));
	release(a);
	world_free(world);
}

static void
what_never_enters_a_view_is_explained_too(void)
{
	struct world *world = world_new();
	struct frame spoofed = tcp_to_server(4000, 80, SYN);
	start_t request = request_of(1);
	answer_t *a;

	spoofed.source = IP(192, 0, 2, 1);
	must_start(world, GATEWAY_A, &request);
	CHECK(!world_client_sends(world, 0, &spoofed));
	a = read_pod(world, GATEWAY_A, 0);
	CHECK_EQUAL(a->n_records, 1);
	CHECK_EQUAL(a->records[0]->reason, DROP(SPOOFED));
	check_text(a->records[0]->node, "");
	release(a);
	world_free(world);
}

static void
a_host_can_not_mark_packets(void)
{
	struct world *world = world_new();
	struct frame ping = echo_request(7);
	struct rte_mbuf *m = frame_make(&world_host_mac, &world_router_mac, &ping);
	struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(m, struct rte_ipv4_hdr *, 14);

	dp_meta(m)->flags = DP_META_EXPLAIN; /* as if the buffer had been another packet's */
	ip->packet_id = 0xffff;
	ip->type_of_service = 0xff;
	ip->hdr_checksum = 0;
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	world_inject(world, GATEWAY_A, EDGE_PORT(0), &m, 1);
	CHECK_EQUAL(world->n_delivered[GATEWAY_B][0], 1);
	CHECK(!world_last_outer(world).explain);
	CHECK(desired_fabric_ipv6 || world_last_outer(world).trace == 0); /* IPv6: the bits are the flow label's, then */
	CHECK_EQUAL(count_all(world, 0), 0);
	world_free(world);
}

/* A marked packet from the fabric, for the firewall's position, that nobody asked for. */
static void
forge(struct world *world, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct rte_mbuf *m = rte_pktmbuf_copy(world->last_fabric, test_pool(), 0, UINT32_MAX);
		struct dp_nsh_hdr *nsh = rte_pktmbuf_mtod_offset(m, struct dp_nsh_hdr *, world_overhead() - sizeof(*nsh));

		nsh->base |= rte_cpu_to_be_16(0x2000);
		nsh->path = rte_cpu_to_be_32(DP_SPI_FORWARD << 8 | 1); /* no such position: dropped, and said so */
		world_inject(world, GATEWAY_B, FIREWALL_1, &m, 1);
	}
}

static void
forged_marks_fill_no_more_than_the_ring_and_no_faster_than_its_rate(void)
{
	struct world *world = world_new();
	struct frame ping = echo_request(7);
	answer_t *b;

	CHECK(world_client_sends(world, 0, &ping));
	world_wait(world, 1000);
	forge(world, DP_EXPLAIN_PER_TICK + 100);
	b = read_pod(world, GATEWAY_B, 0);
	CHECK_EQUAL(b->n_records, DP_EXPLAIN_RECORDS - 1); /* the oldest may be about to be written over */
	CHECK_EQUAL(b->missed, 100);
	release(b);
	world_wait(world, 1000);
	forge(world, 5);
	b = read_pod(world, GATEWAY_B, 0);
	CHECK_EQUAL(b->missed, 100);
	CHECK_EQUAL(b->records[b->n_records - 1]->reason, DROP(UNKNOWN_POSITION));
	release(b);
	world_free(world);
}

static void
an_explanation_ends_by_its_packets_its_time_or_a_stop(void)
{
	struct world *world = world_new();
	struct frame ping = echo_request(7);
	start_t request = request_of(1);

	must_start(world, GATEWAY_A, &request);
	CHECK_EQUAL(start(world, GATEWAY_A, &request).code, CODE(BUSY));
	CHECK(!dp_explain_is_over(world->state[GATEWAY_A], 0, world->now));
	CHECK(world_client_sends(world, 0, &ping));
	CHECK(dp_explain_is_over(world->state[GATEWAY_A], 0, world->now));
	dp_explain_free(dp_explain_stop(world->state[GATEWAY_A], TENANT_ID(0)));
	CHECK(dp_explain_stop(world->state[GATEWAY_A], TENANT_ID(0)) == NULL);

	must_start(world, GATEWAY_A, &request);
	world_wait(world, DP_EXPLAIN_LIFETIME_MS);
	CHECK(dp_explain_is_over(world->state[GATEWAY_A], 0, world->now));
	CHECK(world_client_sends(world, 0, &ping));
	CHECK_EQUAL(count_records(world, GATEWAY_A, 0), 1);
	world_free(world); /* with its filter */
}

static void
requests_out_of_range_are_refused_with_their_field(void)
{
	struct world *world = world_new();
	start_t request = request_of(33);

	check_text(start(world, GATEWAY_A, &request).field, "packets");
	request.packets = 0;
	check_text(start(world, GATEWAY_A, &request).field, "packets");
	request.packets = 32;
	request.first_trace = 225;
	check_text(start(world, GATEWAY_A, &request).field, "first_trace");
	request.first_trace = 224;
	request.destination_port = 80;
	check_text(start(world, GATEWAY_A, &request).field, "protocol");
	request.destination_port = 0;
	request.tenant_id = 1;
	check_text(start(world, GATEWAY_A, &request).field, "tenant_id");
	request.tenant_id = TENANT_ID(0);
	CHECK_EQUAL(start(world, FIREWALL_1, &request).code, CODE(UNSUPPORTED));
	must_start(world, GATEWAY_A, &request);
	world_free(world);
}

static void
an_explanation_survives_a_change_of_state(void)
{
	struct world *world = world_new();
	struct frame ping = echo_request(7);
	start_t request = request_of(1);

	must_start(world, GATEWAY_A, &request);
	world_apply(world);
	CHECK(world_client_sends(world, 0, &ping));
	CHECK_EQUAL(count_all(world, 0), 3);
	world_free(world);
}

TEST_MAIN(TEST(every_hop_of_an_allowed_packet_tells_its_decision),
	TEST(a_denied_packet_tells_who_denied_it_and_by_which_rule),
	TEST(the_second_packet_of_a_flow_goes_by_the_connection_table),
	TEST(packets_that_enter_another_view_are_explained_there_and_back), TEST(answers_are_explained_where_they_enter),
	TEST(only_the_asked_for_flow_of_the_asked_for_tenant_is_marked), TEST(a_prefix_takes_its_addresses_only),
	TEST(ipv6_flows_are_explained_by_their_own_prefixes),
	TEST(what_never_enters_a_view_is_explained_too),
	TEST(a_host_can_not_mark_packets), TEST(forged_marks_fill_no_more_than_the_ring_and_no_faster_than_its_rate),
	TEST(an_explanation_ends_by_its_packets_its_time_or_a_stop),
	TEST(requests_out_of_range_are_refused_with_their_field), TEST(an_explanation_survives_a_change_of_state))
