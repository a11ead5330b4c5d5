/* SPDX-License-Identifier: Apache-2.0 */
#include "frame.h"

#include <netinet/icmp6.h>

#include "test.h"

struct dp_ip6
frame_ip6(uint32_t address)
{
	return (struct dp_ip6){.high = UINT64_C(0x20010db800000000), .low = address};
}

static struct dp_ip6
end_of(struct dp_ip6 said, uint32_t address)
{
	return dp_ip6_equals(said, (struct dp_ip6){0}) ? frame_ip6(address) : said;
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
	dp_ip6_write((uint8_t *)&ip->src_addr, end_of(frame->source6, frame->source));
	dp_ip6_write((uint8_t *)&ip->dst_addr, end_of(frame->destination6, frame->destination));
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

struct ndp_frame {
	struct rte_ether_hdr ether;
	struct rte_ipv6_hdr ip;
	uint8_t type;
	uint8_t code;
	rte_be16_t checksum;
	rte_be32_t flags;
	uint8_t target[DP_IP6_SIZE];
	uint8_t option_type;
	uint8_t option_length;
	struct rte_ether_addr mac;
} __attribute__((packed, aligned(2)));

static struct rte_mbuf *
make_ndp(const struct rte_ether_addr *from, struct dp_ip6 source, struct dp_ip6 target, uint8_t type, uint32_t flags)
{
	static const struct dp_ip6 group = {.high = UINT64_C(0xff02000000000000), .low = UINT64_C(0x1ff000001)};
	struct rte_mbuf *m = rte_pktmbuf_alloc(test_pool());
	struct ndp_frame *frame;

	CHECK(m != NULL);
	frame = (void *)rte_pktmbuf_append(m, sizeof(*frame));
	CHECK(frame != NULL);
	*frame = (struct ndp_frame){
		.ether = {.dst_addr = {{0x33, 0x33, 0xff, 0, 0, 1}}, .src_addr = *from,
			.ether_type = rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV6)},
		.ip = {.vtc_flow = rte_cpu_to_be_32(UINT32_C(6) << 28), .proto = IPPROTO_ICMPV6, .hop_limits = 255,
			.payload_len = rte_cpu_to_be_16((uint16_t)(sizeof(*frame) - offsetof(struct ndp_frame, type)))},
		.type = type,
		.flags = rte_cpu_to_be_32(flags),
		.option_type = type == ND_NEIGHBOR_SOLICIT ? 1 : 2,
		.option_length = 1,
		.mac = *from,
	};
	dp_ip6_write((uint8_t *)&frame->ip.src_addr, source);
	dp_ip6_write((uint8_t *)&frame->ip.dst_addr, group);
	dp_ip6_write(frame->target, target);
	frame->checksum = rte_ipv6_udptcp_cksum(&frame->ip, &frame->type);
	return m;
}

struct rte_mbuf *
frame_make_solicitation(const struct rte_ether_addr *from, struct dp_ip6 source, struct dp_ip6 target)
{
	return make_ndp(from, source, target, ND_NEIGHBOR_SOLICIT, 0);
}

bool
frame_is_solicitation(const struct rte_mbuf *m)
{
	const struct ndp_frame *frame = rte_pktmbuf_mtod(m, const struct ndp_frame *);

	return rte_pktmbuf_data_len(m) >= sizeof(*frame) && frame->ether.ether_type == rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV6)
		&& frame->ip.proto == IPPROTO_ICMPV6 && frame->type == ND_NEIGHBOR_SOLICIT;
}

struct rte_mbuf *
frame_make_advertisement(const struct rte_ether_addr *from, const struct rte_mbuf *solicitation)
{
	struct dp_ip6 target = dp_ip6_read(rte_pktmbuf_mtod(solicitation, const struct ndp_frame *)->target);

	return make_ndp(from, target, target, ND_NEIGHBOR_ADVERT, UINT32_C(0x60000000));
}
