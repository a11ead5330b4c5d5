/* SPDX-License-Identifier: Apache-2.0 */
/* What a web gateway answers itself, over IPv4 and IPv6: numbers, ends and checksums are as the receiver wants them. */
#include "lib/frame.h"
#include "lib/test.h"
#include "function/web_answer.h"

#define SERVER_SAID 7000u
#define CLIENT_SAYS 0xfffffffau

static struct dp dp;

static struct dp_packet
packet_of(const struct frame *frame)
{
	static const struct rte_ether_addr mac = {{2}};
	struct dp_packet packet = {.m = frame_make(&mac, &mac, frame), .direction = DP_FORWARD};

	packet.meta = dp_meta(packet.m);
	*packet.meta = (struct dp_meta){.inner_offset = sizeof(struct rte_ether_hdr)};
	CHECK(dp_inner_parse(rte_pktmbuf_mtod_offset(packet.m, const uint8_t *, packet.meta->inner_offset),
		rte_pktmbuf_data_len(packet.m) - packet.meta->inner_offset,
		rte_pktmbuf_data_len(packet.m) - packet.meta->inner_offset, &packet.inner));
	return packet;
}

static struct frame
client_says(bool ipv6, uint8_t flags, uint16_t payload)
{
	return (struct frame){.source = IP(10, 1, 0, 2), .destination = IP(10, 2, 0, 2), .protocol = IPPROTO_TCP, .ipv6 = ipv6,
		.source_port = 4000, .destination_port = 443, .tcp_flags = flags, .payload = payload, .sequence = CLIENT_SAYS,
		.acknowledged = flags & ACK ? SERVER_SAID : 0};
}

/* Of the flow, in the right direction, with a checksum that holds. */
static const struct rte_tcp_hdr *
check_made(const struct dp_context *context, unsigned index, const struct dp_packet *about, bool back)
{
	struct rte_mbuf *m = context->made[index].m;
	const struct dp_meta *meta = dp_meta(m);
	const uint8_t *ip = rte_pktmbuf_mtod_offset(m, const uint8_t *, meta->inner_offset);
	struct dp_inner inner;

	CHECK(index < context->n_made);
	CHECK(dp_inner_parse(ip, meta->inner_length, meta->inner_length, &inner));
	CHECK_EQUAL(inner.length, rte_pktmbuf_pkt_len(m) - meta->inner_offset);
	CHECK(dp_flow_equals(&inner.flow, &about->inner.flow));
	CHECK_EQUAL(inner.side, back ? !about->inner.side : about->inner.side);
	CHECK_EQUAL(context->made[index].direction, back ? DP_REVERSE : DP_FORWARD);
	CHECK_EQUAL(inner.ipv6 ? rte_ipv6_udptcp_cksum_verify((const void *)ip, ip + inner.header_length)
		: rte_ipv4_udptcp_cksum_verify((const void *)ip, ip + inner.header_length), 0);
	return (const void *)(ip + inner.header_length);
}

static void
finish(struct dp_context *context, struct dp_packet *about)
{
	for (unsigned i = 0; i < context->n_made; i++)
		rte_pktmbuf_free(context->made[i].m);
	context->n_made = 0;
	rte_pktmbuf_free(about->m);
}

static void
segment_is_reset_by_the_number_it_acknowledges(void)
{
	for (unsigned v = 0; v < 2; v++) {
		struct frame frame = client_says(v == 1, ACK, 100);
		struct dp_context context = {.dp = &dp};
		struct dp_packet packet = packet_of(&frame);
		const struct rte_tcp_hdr *tcp;

		dp_web_reset_sender(&context, &packet);
		tcp = check_made(&context, 0, &packet, true);
		CHECK_EQUAL(tcp->tcp_flags, RST);
		CHECK_EQUAL(rte_be_to_cpu_32(tcp->sent_seq), SERVER_SAID);
		finish(&context, &packet);
	}
}

static void
request_for_connection_is_reset_by_acknowledging_all_of_it(void)
{
	for (unsigned v = 0; v < 2; v++) {
		struct frame frame = client_says(v == 1, SYN, 100);
		struct dp_context context = {.dp = &dp};
		struct dp_packet packet = packet_of(&frame);
		const struct rte_tcp_hdr *tcp;

		dp_web_reset_sender(&context, &packet);
		tcp = check_made(&context, 0, &packet, true);
		CHECK_EQUAL(tcp->tcp_flags, RST | ACK);
		CHECK_EQUAL(rte_be_to_cpu_32(tcp->sent_seq), 0);
		CHECK_EQUAL(rte_be_to_cpu_32(tcp->recv_ack), (uint32_t)(CLIENT_SAYS + 101));
		finish(&context, &packet);
	}
}

static void
server_is_reset_by_the_byte_it_waits_for(void)
{
	for (unsigned v = 0; v < 2; v++) {
		struct frame frame = client_says(v == 1, ACK, 100);
		struct dp_context context = {.dp = &dp};
		struct dp_packet packet = packet_of(&frame);
		const struct rte_tcp_hdr *tcp;

		dp_web_reset_server(&context, &packet, CLIENT_SAYS - 50, 0);
		tcp = check_made(&context, 0, &packet, false);
		CHECK(tcp->tcp_flags & RST);
		CHECK_EQUAL(rte_be_to_cpu_32(tcp->sent_seq), CLIENT_SAYS - 50);
		CHECK_EQUAL(context.made[0].output, 0);
		finish(&context, &packet);
	}
}

static void
page_closes_and_has_the_length_it_tells(void)
{
	for (unsigned v = 0; v < 2; v++) {
		struct frame frame = client_says(v == 1, ACK | FIN, 100);
		struct dp_context context = {.dp = &dp};
		struct dp_packet packet = packet_of(&frame);
		const char *page, *length, *body;

		dp_web_send_page(&context, &packet);
		page = (const char *)(check_made(&context, 0, &packet, true) + 1);
		CHECK_EQUAL(((const struct rte_tcp_hdr *)page - 1)->tcp_flags & FIN, FIN);
		CHECK_EQUAL(rte_be_to_cpu_32(((const struct rte_tcp_hdr *)page - 1)->recv_ack), (uint32_t)(CLIENT_SAYS + 101));
		length = strstr(page, "Content-Length: ");
		body = strstr(page, "\r\n\r\n");
		CHECK(length != NULL && body != NULL);
		CHECK_EQUAL(strtoul(length + 16, NULL, 10),
			(size_t)(rte_pktmbuf_mtod_offset(context.made[0].m, const char *, rte_pktmbuf_data_len(context.made[0].m))
				- (body + 4)));
		finish(&context, &packet);
	}
}

static void
no_more_is_made_of_a_packet_than_there_is_room_for(void)
{
	struct frame frame = client_says(false, ACK, 1);
	struct dp_context context = {.dp = &dp};
	struct dp_packet packet = packet_of(&frame);

	for (unsigned i = 0; i < DP_MADE_MAX + 2; i++)
		dp_web_reset_sender(&context, &packet);
	CHECK_EQUAL(context.n_made, DP_MADE_MAX);
	finish(&context, &packet);
}

int
main(int argc, char **argv)
{
	static const struct test tests[] = {TEST(segment_is_reset_by_the_number_it_acknowledges),
		TEST(request_for_connection_is_reset_by_acknowledging_all_of_it), TEST(server_is_reset_by_the_byte_it_waits_for),
		TEST(page_closes_and_has_the_length_it_tells), TEST(no_more_is_made_of_a_packet_than_there_is_room_for)};

	test_init();
	dp.pool = test_pool();
	return test_run(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
