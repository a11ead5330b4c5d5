/* SPDX-License-Identifier: Apache-2.0 */
#include "web_answer.h"

#include <netinet/in.h>

#include <rte_ip.h>
#include <rte_tcp.h>

#define TTL 64

#define BODY \
	"<!doctype html><title>Site blocked</title><h1>This site is blocked</h1>" \
	"<p>The rules of your network do not allow it. Ask who runs your network.</p>\r\n"
_Static_assert(sizeof(BODY) - 1 == 149, "Content-Length");

static const char page[] =
	"HTTP/1.1 403 Forbidden\r\n"
	"Content-Type: text/html; charset=utf-8\r\n"
	"Content-Length: 149\r\n"
	"Cache-Control: no-store\r\n"
	"Connection: close\r\n"
	"\r\n" BODY;

struct answer {
	const void *payload;
	uint16_t length;
	uint8_t flags;
	uint32_t sequence;
	uint32_t acknowledged;
};

static const struct rte_tcp_hdr *
tcp_of(const struct dp_packet *packet)
{
	return rte_pktmbuf_mtod_offset(packet->m, const struct rte_tcp_hdr *,
		packet->meta->inner_offset + packet->inner.header_length);
}

/* What the segment takes of the sequence space (RFC 9293 section 3.4). */
static uint32_t
segment_length(const struct dp_packet *packet, const struct rte_tcp_hdr *tcp)
{
	uint32_t headers = packet->inner.header_length + (tcp->data_off >> 4) * 4u;

	return (packet->inner.length > headers ? packet->inner.length - headers : 0)
		+ ((tcp->tcp_flags & RTE_TCP_SYN_FLAG) != 0) + ((tcp->tcp_flags & RTE_TCP_FIN_FLAG) != 0);
}

static uint16_t
answer_length(const struct dp_packet *packet, const struct answer *answer)
{
	return (uint16_t)((packet->inner.ipv6 ? sizeof(struct rte_ipv6_hdr) : sizeof(struct rte_ipv4_hdr))
		+ sizeof(struct rte_tcp_hdr) + answer->length);
}

static void
write_tcp(struct rte_tcp_hdr *tcp, const struct dp_packet *packet, bool back, const struct answer *answer)
{
	const struct rte_tcp_hdr *about = tcp_of(packet);

	*tcp = (struct rte_tcp_hdr){
		.src_port = back ? about->dst_port : about->src_port,
		.dst_port = back ? about->src_port : about->dst_port,
		.sent_seq = rte_cpu_to_be_32(answer->sequence),
		.recv_ack = rte_cpu_to_be_32(answer->acknowledged),
		.data_off = sizeof(*tcp) / 4 << 4,
		.tcp_flags = answer->flags,
		.rx_win = answer->flags & RTE_TCP_RST_FLAG ? 0 : UINT16_MAX,
	};
	if (answer->length > 0)
		memcpy(tcp + 1, answer->payload, answer->length);
}

static void
write_ipv4(uint8_t *at, const struct dp_packet *packet, bool back, const struct answer *answer)
{
	struct rte_ipv4_hdr *ip = (void *)at;
	struct rte_tcp_hdr *tcp = (void *)(ip + 1);

	*ip = (struct rte_ipv4_hdr){
		.version_ihl = RTE_IPV4_VHL_DEF,
		.total_length = rte_cpu_to_be_16(answer_length(packet, answer)),
		.fragment_offset = rte_cpu_to_be_16(RTE_IPV4_HDR_DF_FLAG),
		.time_to_live = TTL,
		.next_proto_id = IPPROTO_TCP,
		.src_addr = rte_cpu_to_be_32(back ? packet->inner.destination : packet->inner.source),
		.dst_addr = rte_cpu_to_be_32(back ? packet->inner.source : packet->inner.destination),
	};
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	write_tcp(tcp, packet, back, answer);
	tcp->cksum = rte_ipv4_udptcp_cksum(ip, tcp);
}

static void
write_ipv6(uint8_t *at, const struct dp_packet *packet, bool back, const struct answer *answer)
{
	const struct rte_ipv6_hdr *about = rte_pktmbuf_mtod_offset(packet->m, const struct rte_ipv6_hdr *,
		packet->meta->inner_offset);
	struct rte_ipv6_hdr *ip = (void *)at;
	struct rte_tcp_hdr *tcp = (void *)(ip + 1);

	*ip = (struct rte_ipv6_hdr){
		.vtc_flow = RTE_BE32(UINT32_C(6) << 28),
		.payload_len = rte_cpu_to_be_16((uint16_t)(sizeof(*tcp) + answer->length)),
		.proto = IPPROTO_TCP,
		.hop_limits = TTL,
	};
	memcpy(ip->src_addr, back ? about->dst_addr : about->src_addr, sizeof(ip->src_addr));
	memcpy(ip->dst_addr, back ? about->src_addr : about->dst_addr, sizeof(ip->dst_addr));
	write_tcp(tcp, packet, back, answer);
	tcp->cksum = rte_ipv6_udptcp_cksum(ip, tcp);
}

static void
send_segment(struct dp_context *context, const struct dp_packet *packet, bool back, uint8_t output,
	const struct answer *answer)
{
	uint16_t length = answer_length(packet, answer);
	struct rte_mbuf *m;
	uint8_t *frame;

	if (context->n_made == DP_MADE_MAX)
		return;
	m = rte_pktmbuf_alloc(context->dp->pool);
	frame = m == NULL ? NULL : (uint8_t *)rte_pktmbuf_append(m, (uint16_t)(sizeof(struct rte_ether_hdr) + length));
	if (frame == NULL) {
		rte_pktmbuf_free(m);
		return;
	}
	/* In the packet's own direction, or back. */
	(packet->inner.ipv6 ? write_ipv6 : write_ipv4)(frame + sizeof(struct rte_ether_hdr), packet, back, answer);
	*dp_meta(m) = (struct dp_meta){.out_port = DP_PORT_NONE, .inner_offset = sizeof(struct rte_ether_hdr),
		.inner_length = length};
	context->made[context->n_made++] = (struct dp_made){.m = m, .output = output,
		.direction = back ? !packet->direction : packet->direction};
}

void
dp_web_reset_sender(struct dp_context *context, const struct dp_packet *packet)
{
	const struct rte_tcp_hdr *tcp = tcp_of(packet);
	struct answer answer = {.flags = RTE_TCP_RST_FLAG, .sequence = rte_be_to_cpu_32(tcp->recv_ack)};

	if (!(tcp->tcp_flags & RTE_TCP_ACK_FLAG))
		answer = (struct answer){.flags = RTE_TCP_RST_FLAG | RTE_TCP_ACK_FLAG,
			.acknowledged = rte_be_to_cpu_32(tcp->sent_seq) + segment_length(packet, tcp)};
	send_segment(context, packet, true, DP_OUTPUT_UNNAMED, &answer);
}

void
dp_web_reset_server(struct dp_context *context, const struct dp_packet *packet, uint32_t sequence, uint8_t output)
{
	struct answer answer = {.flags = RTE_TCP_RST_FLAG | RTE_TCP_ACK_FLAG, .sequence = sequence,
		.acknowledged = rte_be_to_cpu_32(tcp_of(packet)->recv_ack)};

	send_segment(context, packet, false, output, &answer);
}

void
dp_web_send_page(struct dp_context *context, const struct dp_packet *packet)
{
	const struct rte_tcp_hdr *tcp = tcp_of(packet);
	struct answer answer = {
		.payload = page,
		.length = sizeof(page) - 1,
		.flags = RTE_TCP_ACK_FLAG | RTE_TCP_PSH_FLAG | RTE_TCP_FIN_FLAG,
		.sequence = rte_be_to_cpu_32(tcp->recv_ack),
		.acknowledged = rte_be_to_cpu_32(tcp->sent_seq) + segment_length(packet, tcp),
	};

	send_segment(context, packet, true, DP_OUTPUT_UNNAMED, &answer);
}
