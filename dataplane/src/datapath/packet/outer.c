/* SPDX-License-Identifier: Apache-2.0 */
#include "outer.h"

#include <netinet/in.h>

#include <rte_byteorder.h>

#define ETHER_TYPE_NSH 0x894f
#define NSH_VERSION_MASK 0xc000
#define NSH_O_BIT 0x2000
#define NSH_MD_TYPE_2 2
#define NSH_WORDS 2
#define OUTER_TTL 64

static bool
parse_ip(const uint8_t *data, uint32_t contiguous, uint32_t available, struct dp_outer *outer, uint32_t *header)
{
	const struct rte_ipv4_hdr *ip = (const void *)data;
	uint32_t length;

	if (contiguous < sizeof(*ip) || ip->version != 4)
		return false;
	*header = rte_ipv4_hdr_len(ip);
	length = rte_be_to_cpu_16(ip->total_length);
	if (*header < sizeof(*ip) || *header > contiguous || length < *header || length > available)
		return false;
	if (ip->next_proto_id != IPPROTO_GRE)
		return false;
	if (ip->fragment_offset & rte_cpu_to_be_16(RTE_IPV4_HDR_MF_FLAG | RTE_IPV4_HDR_OFFSET_MASK))
		return false;
	outer->source = rte_be_to_cpu_32(ip->src_addr);
	outer->destination = rte_be_to_cpu_32(ip->dst_addr);
	outer->from_si = (uint8_t)rte_be_to_cpu_16(ip->packet_id);
	outer->trace = (uint8_t)(rte_be_to_cpu_16(ip->packet_id) >> 8);
	outer->inner_length = (uint16_t)(length - *header);
	return true;
}

static bool
parse_gre(const uint8_t *data, uint32_t size, struct dp_outer *outer)
{
	const struct dp_gre_hdr *gre = (const void *)data;
	uint32_t key;

	if (size < sizeof(*gre) || gre->flags != rte_cpu_to_be_16(DP_GRE_FLAGS_KEY)
		|| gre->protocol != rte_cpu_to_be_16(ETHER_TYPE_NSH))
		return false;
	key = rte_be_to_cpu_32(gre->key);
	outer->tenant_id = key >> 8;
	outer->view_id = (uint8_t)key;
	return true;
}

/* Bytes of NSH with its metadata; 0 = malformed. */
static uint32_t
parse_nsh(const uint8_t *data, uint32_t size, struct dp_outer *outer)
{
	const struct dp_nsh_hdr *nsh = (const void *)data;
	uint32_t path, length;
	uint16_t base;

	if (size < sizeof(*nsh))
		return 0;
	base = rte_be_to_cpu_16(nsh->base);
	length = (base & 0x3f) * 4;
	if ((base & NSH_VERSION_MASK) != 0 || (nsh->md_type & 0x0f) != NSH_MD_TYPE_2)
		return 0;
	if (length < sizeof(*nsh) || length > size)
		return 0;
	path = rte_be_to_cpu_32(nsh->path);
	outer->spi = path >> 8;
	outer->si = (uint8_t)path;
	outer->ttl = (base >> 6) & 0x3f;
	outer->explain = (base & NSH_O_BIT) != 0;
	outer->next_protocol = nsh->next_protocol;
	return length;
}

bool
dp_outer_parse(const uint8_t *data, uint32_t contiguous, uint32_t available, struct dp_outer *outer)
{
	const struct rte_ether_hdr *ether = (const void *)data;
	uint32_t at = sizeof(*ether), ip_header, nsh_header, end;

	if (contiguous < sizeof(*ether) || ether->ether_type != rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4))
		return false;
	if (!parse_ip(data + at, contiguous - at, available - at, outer, &ip_header))
		return false;
	at += ip_header;
	end = RTE_MIN(at + outer->inner_length, contiguous);
	if (!parse_gre(data + at, end - at, outer))
		return false;
	at += sizeof(struct dp_gre_hdr);
	nsh_header = parse_nsh(data + at, end - at, outer);
	if (nsh_header == 0)
		return false;
	outer->inner_length -= (uint16_t)(sizeof(struct dp_gre_hdr) + nsh_header);
	outer->inner_offset = (uint16_t)(at + nsh_header);
	return true;
}

void
dp_outer_prepare(struct dp_outer_hdr *hdr, uint32_t source, uint32_t destination,
	const struct rte_ether_addr *source_mac, const struct rte_ether_addr *destination_mac)
{
	*hdr = (struct dp_outer_hdr){
		.ether = {
			.dst_addr = *destination_mac,
			.src_addr = *source_mac,
			.ether_type = rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4),
		},
		.ip = {
			.version_ihl = RTE_IPV4_VHL_DEF,
			.fragment_offset = rte_cpu_to_be_16(RTE_IPV4_HDR_DF_FLAG),
			.time_to_live = OUTER_TTL,
			.next_proto_id = IPPROTO_GRE,
			.src_addr = rte_cpu_to_be_32(source),
			.dst_addr = rte_cpu_to_be_32(destination),
		},
		.gre = {
			.flags = rte_cpu_to_be_16(DP_GRE_FLAGS_KEY),
			.protocol = rte_cpu_to_be_16(ETHER_TYPE_NSH),
		},
		.nsh = {
			.md_type = NSH_MD_TYPE_2,
		},
	};
	hdr->ip.hdr_checksum = rte_ipv4_cksum(&hdr->ip); /* dp_outer_write() adds length and identification */
}

/* RFC 1624 equation 3, for a field that was 0: HC' = ~(~HC + m'). */
static rte_be16_t
checksum_add(rte_be16_t checksum, rte_be16_t field)
{
	uint32_t sum = (uint16_t)~checksum + (uint32_t)field;

	return (rte_be16_t)~((sum & 0xffff) + (sum >> 16));
}

void
dp_outer_write(struct dp_outer_hdr *hdr, const struct dp_outer_hdr *prepared, const struct dp_outer *outer)
{
	uint16_t length = (uint16_t)(sizeof(*hdr) - sizeof(hdr->ether) + outer->inner_length);
	uint16_t base = (uint16_t)((outer->explain ? NSH_O_BIT : 0) | (outer->ttl & 0x3f) << 6 | NSH_WORDS);

	*hdr = *prepared;
	hdr->ip.total_length = rte_cpu_to_be_16(length);
	hdr->ip.packet_id = rte_cpu_to_be_16((uint16_t)(outer->trace << 8 | outer->from_si));
	hdr->ip.hdr_checksum = checksum_add(
		checksum_add(prepared->ip.hdr_checksum, hdr->ip.total_length), hdr->ip.packet_id);
	hdr->gre.key = rte_cpu_to_be_32(outer->tenant_id << 8 | outer->view_id);
	hdr->nsh.base = rte_cpu_to_be_16(base);
	hdr->nsh.next_protocol = outer->next_protocol;
	hdr->nsh.path = rte_cpu_to_be_32(outer->spi << 8 | outer->si);
}
