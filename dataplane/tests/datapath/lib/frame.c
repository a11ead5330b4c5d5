/* SPDX-License-Identifier: Apache-2.0 */
#include "frame.h"

#include <rte_arp.h>
#include <rte_udp.h>

#include "test.h"

#define FRAME_MIN 60

static void
write_payload(uint8_t *at, const struct frame *frame)
{
	if (frame->data != NULL)
		memcpy(at, frame->data, frame->payload);
	else
		memset(at, 0x5a, frame->payload);
}

static uint16_t
write_icmp(uint8_t *at, const struct frame *frame)
{
	struct rte_icmp_hdr *icmp = (void *)at;
	uint16_t length = sizeof(*icmp) + frame->payload;

	memset(at, 0, length);
	icmp->icmp_type = frame->icmp_type;
	icmp->icmp_ident = rte_cpu_to_be_16(frame->source_port);
	if (frame->quoted != NULL) {
		frame_write_ip(at + sizeof(*icmp), frame->quoted);
		length = sizeof(*icmp) + frame_ip_header_length(frame->quoted) + 8;
	}
	icmp->icmp_cksum = (uint16_t)~rte_raw_cksum(at, length);
	return length;
}

/* Bytes of the options: the MSS somewhere in one or two words. */
static uint16_t
write_options(uint8_t *at, const struct frame *frame)
{
	uint16_t size = frame->mss == 0 ? 0 : frame->mss_nops == 0 ? 4 : 8;

	memset(at, 1, size); /* no-operation */
	if (size > 0) {
		at += frame->mss_nops;
		at[0] = 2;
		at[1] = 4;
		at[2] = (uint8_t)(frame->mss >> 8);
		at[3] = (uint8_t)frame->mss;
	}
	return size;
}

static uint16_t
write_tcp(uint8_t *at, const struct frame *frame)
{
	struct rte_tcp_hdr *tcp = (void *)at;
	uint16_t size = sizeof(*tcp) + write_options(at + sizeof(*tcp), frame);

	*tcp = (struct rte_tcp_hdr){
		.src_port = rte_cpu_to_be_16(frame->source_port),
		.dst_port = rte_cpu_to_be_16(frame->destination_port),
		.sent_seq = rte_cpu_to_be_32(frame->sequence),
		.recv_ack = rte_cpu_to_be_32(frame->acknowledged),
		.data_off = (uint8_t)(size / 4 << 4),
		.tcp_flags = frame->tcp_flags,
	};
	write_payload(at + size, frame);
	return size + frame->payload;
}

uint16_t
frame_ip_header_length(const struct frame *frame)
{
	if (!frame->ipv6)
		return sizeof(struct rte_ipv4_hdr);
	return (uint16_t)(sizeof(struct rte_ipv6_hdr) + 8u * (frame->n_extensions + (frame->fragment != 0 || frame->atomic)));
}

uint16_t
frame_write_transport(uint8_t *at, const struct frame *frame)
{
	struct rte_udp_hdr *udp = (void *)at;

	switch (frame->protocol) {
	case IPPROTO_TCP:
		return write_tcp(at, frame);
	case IPPROTO_UDP:
		*udp = (struct rte_udp_hdr){
			.src_port = rte_cpu_to_be_16(frame->source_port),
			.dst_port = rte_cpu_to_be_16(frame->destination_port),
			.dgram_len = rte_cpu_to_be_16(sizeof(*udp) + frame->payload),
		};
		write_payload(at + sizeof(*udp), frame);
		return sizeof(*udp) + frame->payload;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return write_icmp(at, frame);
	default:
		memset(at, 0x5a, frame->payload);
		return frame->payload;
	}
}

uint16_t
frame_write_ip(uint8_t *at, const struct frame *frame)
{
	struct rte_ipv4_hdr *ip = (void *)at;
	uint16_t length;

	if (frame->ipv6)
		return frame_write_ip6(at, frame);
	if (frame->fragment & RTE_IPV4_HDR_OFFSET_MASK) {
		memset(at + sizeof(*ip), 0x5a, frame->payload);
		length = frame->payload;
	} else {
		length = frame_write_transport(at + sizeof(*ip), frame);
	}
	length += sizeof(*ip);
	*ip = (struct rte_ipv4_hdr){
		.version_ihl = RTE_IPV4_VHL_DEF,
		.type_of_service = (uint8_t)(frame->dscp << 2),
		.total_length = rte_cpu_to_be_16(length),
		.packet_id = rte_cpu_to_be_16((uint16_t)frame->id),
		.fragment_offset = rte_cpu_to_be_16(frame->fragment),
		.time_to_live = frame->ttl != 0 ? frame->ttl : 64,
		.next_proto_id = frame->protocol,
		.src_addr = rte_cpu_to_be_32(frame->source),
		.dst_addr = rte_cpu_to_be_32(frame->destination),
	};
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	if (frame->protocol == IPPROTO_TCP && (frame->fragment & ~RTE_IPV4_HDR_DF_FLAG) == 0) {
		struct rte_tcp_hdr *tcp = (void *)(ip + 1);

		tcp->cksum = rte_ipv4_udptcp_cksum(ip, tcp);
	}
	return length;
}

struct rte_mbuf *
frame_make(const struct rte_ether_addr *from, const struct rte_ether_addr *to, const struct frame *frame)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(test_pool());
	struct rte_ether_hdr *ether;
	uint16_t length;

	CHECK(m != NULL);
	ether = rte_pktmbuf_mtod(m, struct rte_ether_hdr *);
	memset(ether, 0, FRAME_MIN);
	*ether = (struct rte_ether_hdr){
		.dst_addr = *to, .src_addr = *from, .ether_type = rte_cpu_to_be_16(frame->ipv6 ? RTE_ETHER_TYPE_IPV6 : RTE_ETHER_TYPE_IPV4)};
	length = (uint16_t)(sizeof(*ether) + frame_write_ip((uint8_t *)(ether + 1), frame));
	CHECK(rte_pktmbuf_append(m, RTE_MAX(length, FRAME_MIN)) != NULL);
	return m;
}

struct rte_mbuf *
frame_make_arp(const struct rte_ether_addr *from, uint16_t opcode, uint32_t sender, uint32_t target)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(test_pool());
	struct rte_ether_hdr *ether;
	struct rte_arp_hdr *arp;

	CHECK(m != NULL);
	ether = (void *)rte_pktmbuf_append(m, FRAME_MIN);
	CHECK(ether != NULL);
	memset(ether, 0, FRAME_MIN);
	memset(&ether->dst_addr, 0xff, sizeof(ether->dst_addr));
	ether->src_addr = *from;
	ether->ether_type = rte_cpu_to_be_16(RTE_ETHER_TYPE_ARP);
	arp = (void *)(ether + 1);
	arp->arp_hardware = rte_cpu_to_be_16(RTE_ARP_HRD_ETHER);
	arp->arp_protocol = rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4);
	arp->arp_hlen = RTE_ETHER_ADDR_LEN;
	arp->arp_plen = 4;
	arp->arp_opcode = rte_cpu_to_be_16(opcode);
	arp->arp_data.arp_sha = *from;
	arp->arp_data.arp_sip = rte_cpu_to_be_32(sender);
	arp->arp_data.arp_tip = rte_cpu_to_be_32(target);
	return m;
}
