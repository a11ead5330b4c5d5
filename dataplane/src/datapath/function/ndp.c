/* SPDX-License-Identifier: Apache-2.0 */
#include "ndp.h"

#include <netinet/icmp6.h>

#include <rte_ip.h>

#define LINK_HOP_LIMIT 255 /* no router lets a packet with it through: it is from this link (RFC 4861 section 3.1) */
#define OPTION_SOURCE 1    /* link-layer addresses (RFC 4861 section 4.6.1) */
#define OPTION_TARGET 2
#define FLAG_ROUTER 0x80
#define FLAG_SOLICITED 0x40
#define FLAG_OVERRIDE 0x20

struct ndp_hdr {
	uint8_t type;
	uint8_t code;
	rte_be16_t checksum;
	uint8_t flags; /* of an advertisement */
	uint8_t reserved[3];
	uint8_t target[DP_IP6_SIZE];
} __attribute__((packed, aligned(2)));

struct ndp_option {
	uint8_t type;
	uint8_t length; /* in units of 8 bytes */
	struct rte_ether_addr mac;
} __attribute__((packed, aligned(2)));

/* What we write. */
struct ndp_frame {
	struct rte_ether_hdr ether;
	struct rte_ipv6_hdr ip;
	struct ndp_hdr ndp;
	struct ndp_option option;
} __attribute__((packed, aligned(2)));
_Static_assert(sizeof(struct ndp_frame) == 86, "a message with one option");

#define PAYLOAD (sizeof(struct ndp_hdr) + sizeof(struct ndp_option))

struct ndp_message {
	bool solicitation;
	struct dp_ip6 source;
	struct dp_ip6 target;
	bool has_mac;
	struct rte_ether_addr mac; /* by its option */
};

bool
dp_ndp_is_message(const struct rte_mbuf *m)
{
	const struct ndp_frame *frame = rte_pktmbuf_mtod(m, const struct ndp_frame *);

	return rte_pktmbuf_data_len(m) >= offsetof(struct ndp_frame, option) && frame->ip.proto == IPPROTO_ICMPV6
		&& frame->ip.hop_limits == LINK_HOP_LIMIT
		&& (frame->ndp.type == ND_NEIGHBOR_SOLICIT || frame->ndp.type == ND_NEIGHBOR_ADVERT);
}

static bool
read_options(const uint8_t *at, uint32_t size, struct ndp_message *message)
{
	uint8_t wanted = message->solicitation ? OPTION_SOURCE : OPTION_TARGET;

	while (size > 0) {
		const struct ndp_option *option = (const void *)at;
		uint32_t length;

		if (size < sizeof(*option))
			return false;
		length = option->length * 8u;
		if (length == 0 || length > size)
			return false;
		if (option->type == wanted) {
			message->has_mac = true;
			message->mac = option->mac;
		}
		at += length;
		size -= length;
	}
	return !message->has_mac || rte_is_valid_assigned_ether_addr(&message->mac);
}

/* The checks of RFC 4861 sections 7.1.1 and 7.1.2. */
static bool
read_message(const struct rte_mbuf *m, struct ndp_message *message)
{
	const struct ndp_frame *frame = rte_pktmbuf_mtod(m, const struct ndp_frame *);
	uint32_t payload;

	if (!dp_ndp_is_message(m) || frame->ndp.code != 0)
		return false;
	payload = rte_be_to_cpu_16(frame->ip.payload_len);
	if (payload < sizeof(frame->ndp)
		|| payload > rte_pktmbuf_data_len(m) - sizeof(frame->ether) - sizeof(frame->ip)
		|| rte_ipv6_udptcp_cksum_verify(&frame->ip, &frame->ndp) != 0)
		return false;
	*message = (struct ndp_message){
		.solicitation = frame->ndp.type == ND_NEIGHBOR_SOLICIT,
		.source = dp_ip6_read((const uint8_t *)&frame->ip.src_addr),
		.target = dp_ip6_read(frame->ndp.target),
	};
	return !dp_ip6_is_multicast(message->target)
		&& read_options((const uint8_t *)&frame->option, payload - sizeof(frame->ndp), message);
}

static void
write_frame(struct ndp_frame *frame, const struct dp_attachment *attachment, const struct rte_ether_addr *to_mac,
	struct dp_ip6 to, struct dp_ip6 target)
{
	frame->ether = (struct rte_ether_hdr){
		.dst_addr = *to_mac, .src_addr = attachment->mac, .ether_type = rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV6)};
	frame->ip = (struct rte_ipv6_hdr){
		.vtc_flow = rte_cpu_to_be_32(UINT32_C(6) << 28),
		.payload_len = rte_cpu_to_be_16(PAYLOAD),
		.proto = IPPROTO_ICMPV6,
		.hop_limits = LINK_HOP_LIMIT,
	};
	dp_ip6_write((uint8_t *)&frame->ip.src_addr, attachment->address6);
	dp_ip6_write((uint8_t *)&frame->ip.dst_addr, to);
	frame->ndp = (struct ndp_hdr){0};
	dp_ip6_write(frame->ndp.target, target);
	frame->option = (struct ndp_option){.length = sizeof(frame->option) / 8, .mac = attachment->mac};
}

static void
finish_frame(struct ndp_frame *frame)
{
	frame->ndp.checksum = rte_ipv6_udptcp_cksum(&frame->ip, &frame->ndp);
}

/* Makes the mbuf hold exactly one message of ours. */
static struct ndp_frame *
make_room(struct rte_mbuf *m)
{
	uint32_t length = rte_pktmbuf_pkt_len(m);

	if (m->nb_segs != 1)
		return NULL;
	if (length > sizeof(struct ndp_frame))
		rte_pktmbuf_trim(m, (uint16_t)(length - sizeof(struct ndp_frame)));
	else if (rte_pktmbuf_append(m, (uint16_t)(sizeof(struct ndp_frame) - length)) == NULL)
		return NULL;
	return rte_pktmbuf_mtod(m, struct ndp_frame *);
}

/* ff02::1: who has no address yet asks whether it may take ours (RFC 4862 section 5.4.3), and hears the answer there. */
static const struct dp_ip6 all_nodes = {.high = UINT64_C(0xff02000000000000), .low = 1};
static const struct rte_ether_addr all_nodes_mac = {.addr_bytes = {0x33, 0x33, 0, 0, 0, 1}};

bool
dp_ndp_answer(const struct dp_attachment *attachment, struct rte_mbuf *m)
{
	struct ndp_message message;
	struct rte_ether_addr to;
	struct ndp_frame *frame;
	bool nameless;

	if (!read_message(m, &message) || !message.solicitation || !dp_ip6_equals(message.target, attachment->address6))
		return false;
	to = message.has_mac ? message.mac : rte_pktmbuf_mtod(m, const struct rte_ether_hdr *)->src_addr;
	nameless = (message.source.high | message.source.low) == 0;
	frame = make_room(m);
	if (frame == NULL)
		return false;
	write_frame(frame, attachment, nameless ? &all_nodes_mac : &to, nameless ? all_nodes : message.source, message.target);
	frame->ndp.type = ND_NEIGHBOR_ADVERT;
	frame->ndp.flags = (uint8_t)(FLAG_ROUTER | FLAG_OVERRIDE | (nameless ? 0 : FLAG_SOLICITED));
	frame->option.type = OPTION_TARGET;
	finish_frame(frame);
	return true;
}

struct rte_mbuf *
dp_ndp_question(struct rte_mempool *pool, const struct dp_attachment *attachment, struct dp_ip6 address)
{
	/* The solicited-node address (RFC 4291 section 2.7.1) and its MAC (RFC 2464 section 7). */
	const struct dp_ip6 group = {
		.high = UINT64_C(0xff02000000000000), .low = UINT64_C(0x1ff000000) | (address.low & 0xffffff)};
	const struct rte_ether_addr mac = {.addr_bytes = {0x33, 0x33, 0xff, (uint8_t)(address.low >> 16),
		(uint8_t)(address.low >> 8), (uint8_t)address.low}};
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);
	struct ndp_frame *frame;

	if (m == NULL)
		return NULL;
	*dp_meta(m) = (struct dp_meta){.out_port = attachment->port, .flags = DP_META_LEFT};
	frame = make_room(m);
	if (frame == NULL) {
		rte_pktmbuf_free(m);
		return NULL;
	}
	write_frame(frame, attachment, &mac, group, address);
	frame->ndp.type = ND_NEIGHBOR_SOLICIT;
	frame->option.type = OPTION_SOURCE;
	finish_frame(frame);
	return m;
}

bool
dp_ndp_read_sender(const struct rte_mbuf *m, struct dp_ip6 *address, struct rte_ether_addr *mac)
{
	struct ndp_message message;

	if (!read_message(m, &message) || !message.has_mac)
		return false;
	*address = message.solicitation ? message.source : message.target;
	*mac = message.mac;
	return true;
}
