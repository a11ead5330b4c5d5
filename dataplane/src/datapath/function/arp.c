/* SPDX-License-Identifier: Apache-2.0 */
#include "arp.h"

#include <rte_arp.h>

struct arp_frame {
	struct rte_ether_hdr ether;
	struct rte_arp_hdr arp;
} __attribute__((packed, aligned(2)));

static bool
is_well_formed(const struct rte_mbuf *m)
{
	const struct arp_frame *frame = rte_pktmbuf_mtod(m, const struct arp_frame *);

	return rte_pktmbuf_data_len(m) >= sizeof(*frame)
		&& frame->arp.arp_hardware == rte_cpu_to_be_16(RTE_ARP_HRD_ETHER)
		&& frame->arp.arp_protocol == rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4)
		&& frame->arp.arp_hlen == RTE_ETHER_ADDR_LEN && frame->arp.arp_plen == sizeof(rte_be32_t);
}

static void
write_frame(struct arp_frame *frame, uint16_t opcode, const struct dp_attachment *attachment,
	const struct rte_ether_addr *to, const struct rte_ether_addr *target_mac, rte_be32_t target)
{
	*frame = (struct arp_frame){
		.ether = {
			.dst_addr = *to,
			.src_addr = attachment->mac,
			.ether_type = rte_cpu_to_be_16(RTE_ETHER_TYPE_ARP),
		},
		.arp = {
			.arp_hardware = rte_cpu_to_be_16(RTE_ARP_HRD_ETHER),
			.arp_protocol = rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4),
			.arp_hlen = RTE_ETHER_ADDR_LEN,
			.arp_plen = sizeof(rte_be32_t),
			.arp_opcode = rte_cpu_to_be_16(opcode),
			.arp_data = {
				.arp_sha = attachment->mac,
				.arp_sip = rte_cpu_to_be_32(attachment->address),
				.arp_tha = *target_mac,
				.arp_tip = target,
			},
		},
	};
}

bool
dp_arp_answer(const struct dp_attachment *attachment, struct rte_mbuf *m)
{
	struct arp_frame *frame = rte_pktmbuf_mtod(m, struct arp_frame *);
	struct rte_ether_addr asker;
	rte_be32_t address;

	if (!is_well_formed(m) || frame->arp.arp_opcode != rte_cpu_to_be_16(RTE_ARP_OP_REQUEST)
		|| frame->arp.arp_data.arp_tip != rte_cpu_to_be_32(attachment->address))
		return false;
	asker = frame->arp.arp_data.arp_sha;
	address = frame->arp.arp_data.arp_sip;
	write_frame(frame, RTE_ARP_OP_REPLY, attachment, &asker, &asker, address);
	return true;
}

struct rte_mbuf *
dp_arp_question(struct rte_mempool *pool, const struct dp_attachment *attachment, uint32_t address)
{
	static const struct rte_ether_addr nobody;
	static const struct rte_ether_addr everybody = {.addr_bytes = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);
	struct arp_frame *frame;

	if (m == NULL)
		return NULL;
	*dp_meta(m) = (struct dp_meta){.out_port = attachment->port, .flags = DP_META_LEFT};
	frame = (struct arp_frame *)rte_pktmbuf_append(m, sizeof(*frame));
	if (frame == NULL) {
		rte_pktmbuf_free(m);
		return NULL;
	}
	write_frame(frame, RTE_ARP_OP_REQUEST, attachment, &everybody, &nobody, rte_cpu_to_be_32(address));
	return m;
}

bool
dp_arp_read_sender(const struct rte_mbuf *m, uint32_t *address, struct rte_ether_addr *mac)
{
	const struct arp_frame *frame = rte_pktmbuf_mtod(m, const struct arp_frame *);

	if (!is_well_formed(m))
		return false;
	*address = rte_be_to_cpu_32(frame->arp.arp_data.arp_sip);
	*mac = frame->arp.arp_data.arp_sha;
	return rte_is_valid_assigned_ether_addr(mac);
}
