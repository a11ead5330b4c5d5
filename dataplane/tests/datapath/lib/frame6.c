/* SPDX-License-Identifier: Apache-2.0 */
#include "frame.h"

#include "test.h"

struct dp_ip6
frame_ip6(uint32_t address)
{
	return (struct dp_ip6){.high = UINT64_C(0x20010db800000000), .low = address};
}

/* Every header is 8 bytes: four of options that are padding, and what a fragment header says. */
static void
write_extensions(uint8_t *at, const struct frame *frame)
{
	bool fragment = frame->fragment != 0 || frame->atomic;
	uint16_t field = (uint16_t)((frame->fragment & RTE_IPV4_HDR_OFFSET_MASK) << 3
		| (frame->fragment & RTE_IPV4_HDR_MF_FLAG ? 1 : 0));

	for (unsigned i = 0; i < frame->n_extensions; i++, at += 8) {
		const uint8_t padding[8] = {i + 1u < frame->n_extensions ? frame->extensions[i + 1]
			: fragment ? IPPROTO_FRAGMENT : frame->protocol, 0, 1, 4};

		memcpy(at, padding, sizeof(padding));
	}
	if (fragment) {
		const uint8_t header[8] = {frame->protocol, 0, (uint8_t)(field >> 8), (uint8_t)field, (uint8_t)(frame->id >> 24),
			(uint8_t)(frame->id >> 16), (uint8_t)(frame->id >> 8), (uint8_t)frame->id};

		memcpy(at, header, sizeof(header));
	}
}

/* The pseudo-header counts the protocol and the bytes behind the extension headers (RFC 8200 section 8.1). */
static void
set_checksum(const struct rte_ipv6_hdr *ip, uint8_t *l4, uint16_t length, const struct frame *frame)
{
	struct rte_ipv6_hdr pseudo = *ip;
	rte_be16_t sum;
	size_t at;

	if (frame->protocol != IPPROTO_TCP && frame->protocol != IPPROTO_UDP && frame->protocol != IPPROTO_ICMPV6)
		return;
	at = frame->protocol == IPPROTO_TCP ? 16 : frame->protocol == IPPROTO_UDP ? 6 : 2;
	pseudo.proto = frame->protocol;
	pseudo.payload_len = rte_cpu_to_be_16(length);
	memset(l4 + at, 0, sizeof(sum));
	sum = rte_ipv6_udptcp_cksum(&pseudo, l4);
	memcpy(l4 + at, &sum, sizeof(sum));
}

uint16_t
frame_write_ip6(uint8_t *at, const struct frame *frame)
{
	struct rte_ipv6_hdr *ip = (void *)at;
	uint16_t header = frame_ip_header_length(frame), length = frame->payload;
	bool fragment = frame->fragment != 0 || frame->atomic;

	*ip = (struct rte_ipv6_hdr){
		.vtc_flow = rte_cpu_to_be_32(UINT32_C(6) << 28 | (uint32_t)frame->dscp << 22),
		.proto = frame->n_extensions > 0 ? frame->extensions[0] : fragment ? IPPROTO_FRAGMENT : frame->protocol,
		.hop_limits = frame->ttl != 0 ? frame->ttl : 64,
	};
	dp_ip6_write((uint8_t *)&ip->src_addr, frame_ip6(frame->source));
	dp_ip6_write((uint8_t *)&ip->dst_addr, frame_ip6(frame->destination));
	write_extensions((uint8_t *)(ip + 1), frame);
	if (frame->fragment & RTE_IPV4_HDR_OFFSET_MASK)
		memset(at + header, 0x5a, frame->payload);
	else
		length = frame_write_transport(at + header, frame);
	ip->payload_len = rte_cpu_to_be_16((uint16_t)(header - sizeof(*ip) + length));
	if (frame->fragment == 0)
		set_checksum(ip, at + header, length, frame);
	return (uint16_t)(header + length);
}
