/* SPDX-License-Identifier: Apache-2.0 */
/* Clients whose name takes more than one packet, or does not come: what waits, what goes on, and what is hidden. */
#include "lib/web.h"
#include "web/held.h"

/* The pieces of a hello in any order: nothing goes on before the last, then all does, in order. */
static void
split_hello_waits_for_its_name_and_goes_on_in_order(void)
{
	static const unsigned orders[][3] = {{0, 1, 2}, {2, 1, 0}, {1, 0, 2}};
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, web_deny_some);
	uint8_t stream[HELLO_MAX];
	size_t n = web_records_of(stream, (struct hello){.name = "www.example.com", .padding = 1200}), piece = n / 3 + 1;

	for (uint16_t o = 0; o < RTE_DIM(orders); o++) {
		web_shake_hands(world, PORT + o);
		for (unsigned i = 0; i < 3; i++) {
			size_t at = orders[o][i] * piece;

			CHECK_EQUAL(world->n_delivered[1][0], 0);
			web_client_says(world, PORT + o, ACK, 1 + (uint32_t)at, stream + at, RTE_MIN(piece, n - at));
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
	CHECK_EQUAL(web_drops(world, DROP(NAME_PENDING)), 0);
	web_check_conserved(world);
	world_free(world);
}

static void
split_hello_of_a_denied_name_reaches_nobody(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, web_deny_some);
	uint8_t stream[HELLO_MAX];
	size_t n = web_records_of(stream, (struct hello){.name = "evil.example", .padding = 1200});

	web_shake_hands(world, PORT);
	web_client_says(world, PORT, ACK, 1, stream, 700);
	web_client_says(world, PORT, ACK, 701, stream + 700, n - 700);
	CHECK_EQUAL(world->n_delivered[1][0], 1);
	web_check_reset(world, GATEWAY_B, CLIENT_ISN + 1);
	CHECK_EQUAL(world->n_delivered[0][0], 1);
	CHECK_EQUAL(web_drops(world, DROP(NAME_DENIED)), 2);
	web_check_conserved(world);
	world_free(world);
}

static void
bytes_that_are_held_cannot_be_changed(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, web_deny_some);
	uint8_t good[HELLO_MAX], evil[HELLO_MAX];
	size_t n = web_records_of(good, (struct hello){.name = "good.example", .padding = 100});

	CHECK_EQUAL(web_records_of(evil, (struct hello){.name = "evil.example", .padding = 100}), n);
	web_shake_hands(world, PORT);
	web_client_says(world, PORT, ACK, 1, evil, n - 1);
	web_client_says(world, PORT, ACK, 1, good, n - 1);
	web_client_says(world, PORT, ACK, 101, good + 100, n - 100);
	CHECK_EQUAL(web_drops(world, DROP(NAME_PENDING)), 2);
	web_client_says(world, PORT, ACK, (uint32_t)n, good + n - 1, 1);
	web_check_reset(world, GATEWAY_B, CLIENT_ISN + 1);
	web_check_conserved(world);
	world_free(world);
}

static void
longer_retransmission_takes_the_place_of_what_is_held(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, web_deny_some);
	uint8_t stream[HELLO_MAX];
	size_t n = web_records_of(stream, (struct hello){.name = "good.example"});

	web_shake_hands(world, PORT);
	web_client_says(world, PORT, ACK, 1, stream, 20);
	CHECK(web_client_says(world, PORT, ACK, 1, stream, n));
	CHECK_EQUAL(web_drops(world, DROP(NAME_PENDING)), 1);
	web_check_conserved(world);
	world_free(world);
}

static void
quic_hello_in_two_datagrams_waits_for_its_name(void)
{
	static const uint8_t cid[8] = "abcdefgh";
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, web_deny_hidden);
	struct hello hello = {.name = "www.example.com", .padding = 1300};
	uint8_t message[HELLO_MAX], datagram[1500];
	size_t length = hello_write(message, &hello);
	struct crypto_frame first = {0, 900}, second = {900, length - 900};

	web_client_sends_datagram(world, PORT, datagram, hello_write_initial(datagram, cid, 1, message, &second, 1));
	CHECK_EQUAL(world->n_delivered[1][0], 0);
	web_client_sends_datagram(world, PORT, datagram, hello_write_initial(datagram, cid, 0, message, &first, 1));
	CHECK_EQUAL(world->n_delivered[1][0], 2);
	web_check_conserved(world);
	world_free(world);
}

static void
name_that_does_not_come_in_a_second_is_hidden(void)
{
	struct world *pass = world_new_of(DP_ROLE_WEB_GATEWAY, web_deny_some);
	struct world *refuse = world_new_of(DP_ROLE_WEB_GATEWAY, web_deny_hidden);

	for (unsigned i = 0; i < 2; i++) {
		struct world *world = i == 0 ? pass : refuse;

		web_shake_hands(world, PORT);
		CHECK(!web_client_says(world, PORT, ACK, 1, "GET /", 5));
		world_wait(world, 900);
		CHECK_EQUAL(world->n_delivered[1][0], 0);
		world_wait(world, 300);
		CHECK_EQUAL(world->n_delivered[1][0], 1);
		CHECK_EQUAL(web_last_tcp(world, GATEWAY_B)->tcp_flags & RST, i == 0 ? 0 : RST);
		web_check_conserved(world);
		world_free(world);
	}
}

/* Flows that wait are bounded per tenant: the others' names are hidden. */
static void
names_beyond_the_room_to_wait_are_hidden(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, web_deny_some);
	unsigned passed = 0;

	world->weight[FIREWALL_2] = 0;
	world_apply(world);
	for (uint16_t i = 0; i < DP_HELD_FLOWS + 6; i++) {
		web_shake_hands(world, PORT + i);
		passed += web_client_says(world, PORT + i, ACK, 1, "GET /", 5);
	}
	CHECK_EQUAL(passed, 6);
	CHECK_EQUAL(dp_buffers_kept(world->state[FIREWALL_1], 0), DP_HELD_FLOWS);
	world_wait(world, 3000);
	CHECK_EQUAL(dp_buffers_kept(world->state[FIREWALL_1], 0), 0);
	web_check_conserved(world);
	world_free(world);
}

static void
data_in_a_fragment_or_in_a_request_for_connection_is_judged(void)
{
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, web_deny_hidden);
	struct frame fragment = tcp_to_server(PORT, 443, ACK);
	uint8_t stream[HELLO_MAX];
	size_t n = web_records_of(stream, (struct hello){.name = "evil.example"});

	fragment.fragment = RTE_IPV4_HDR_MF_FLAG;
	fragment.payload = 36;
	CHECK(!world_client_sends(world, 0, &fragment));
	CHECK(!web_client_says(world, PORT + 1, SYN, 0, stream, n));
	CHECK_EQUAL(world->n_delivered[1][0], 0);
	n = web_records_of(stream, (struct hello){.name = "www.example.com"});
	CHECK(web_client_says(world, PORT + 2, SYN, 0, stream, n));
	web_check_conserved(world);
	world_free(world);
}

/* One of a storm: a piece of a hello, of a request or of nothing, anywhere, from either end, perhaps a fragment. */
static struct frame
any_frame(uint64_t *seed, const uint8_t *bytes, size_t n)
{
	static const uint8_t flags[] = {ACK, ACK, ACK, ACK, ACK | PSH, SYN, SYN | ACK, FIN | ACK, RST, 0};
	uint64_t r = test_random(seed);
	uint16_t port = (uint16_t)(PORT + r % 80);
	bool from_server = (r >> 8) % 8 == 0;
	size_t at = (r >> 16) % 4 == 0 ? (r >> 20) % n : 0, length = (r >> 32) % (n - at + 1);
	struct frame frame = from_server ? tcp_to_client(port, 443, flags[(r >> 48) % RTE_DIM(flags)])
		: tcp_to_server(port, 443, flags[(r >> 48) % RTE_DIM(flags)]);

	if ((r >> 56) % 8 == 0)
		frame.protocol = IPPROTO_UDP;
	if ((r >> 60) == 0)
		frame.fragment = RTE_IPV4_HDR_MF_FLAG;
	frame.sequence = CLIENT_ISN + 1 + (uint32_t)at - ((r >> 40) % 64 == 0 ? 5 : 0);
	frame.acknowledged = SERVER_ISN + 1;
	frame.data = bytes + at;
	frame.payload = (uint16_t)(frame.fragment != 0 ? length & ~7u : length);
	return frame;
}

static void
storm_of_segments_leaves_nothing_behind_and_its_sums_close(void)
{
	static const uint8_t cid[8] = "abcdefgh";
	struct world *world = world_new_of(DP_ROLE_WEB_GATEWAY, web_deny_hidden);
	uint8_t message[HELLO_MAX], bytes[3][HELLO_MAX];
	struct hello hello = {.name = "www.example.com", .padding = 700};
	struct crypto_frame half = {0, 400};
	size_t n[3];
	uint64_t seed = 443;

	n[0] = web_records_of(bytes[0], hello);
	n[1] = web_records_of(bytes[1], (struct hello){.name = "evil.example", .padding = 300});
	hello_write(message, &hello);
	n[2] = hello_write_initial(bytes[2], cid, 0, message, &half, 1);
	for (unsigned i = 0; i < 40000; i++) {
		struct frame frame = any_frame(&seed, bytes[i % 3], n[i % 3]);

		frame.source_port += frame.source_port == 443 ? 0 : (uint16_t)(i / 2000 * 80);
		frame.destination_port += frame.destination_port == 443 ? 0 : (uint16_t)(i / 2000 * 80);
		if (frame.source == CLIENT)
			world_client_sends(world, 0, &frame);
		else
			world_server_sends(world, 0, &frame);
		if (i % 200 == 0)
			world_wait(world, 10);
		world_clear(world);
	}
	for (unsigned i = 0; i < 200; i++) { /* one flow is given up at a time; hosts get no more than they can hold */
		world_wait(world, 100);
		world_clear(world);
	}
	CHECK_EQUAL(dp_buffers_kept(world->state[FIREWALL_1], 0) + dp_buffers_kept(world->state[FIREWALL_2], 0), 0);
	CHECK(web_drops(world, DROP(NAME_PENDING)) > 0 && web_drops(world, DROP(NAME_DENIED)) > 0);
	web_check_conserved(world);
	printf("  %llu packets, %llu denied, %llu copies or without room\n",
		(unsigned long long)world_count(world, 0, "one").injected, (unsigned long long)web_drops(world, DROP(NAME_DENIED)),
		(unsigned long long)web_drops(world, DROP(NAME_PENDING)));
	world_free(world);
}

TEST_MAIN(TEST(split_hello_waits_for_its_name_and_goes_on_in_order), TEST(split_hello_of_a_denied_name_reaches_nobody),
	TEST(bytes_that_are_held_cannot_be_changed), TEST(longer_retransmission_takes_the_place_of_what_is_held),
	TEST(quic_hello_in_two_datagrams_waits_for_its_name), TEST(name_that_does_not_come_in_a_second_is_hidden),
	TEST(names_beyond_the_room_to_wait_are_hidden), TEST(data_in_a_fragment_or_in_a_request_for_connection_is_judged),
	TEST(storm_of_segments_leaves_nothing_behind_and_its_sums_close))
