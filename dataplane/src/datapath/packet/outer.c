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
#define LABEL_MASK 0xfffff /* of version, traffic class and flow label */
#define LABEL_HASH_SHIFT 8
#define LABEL_TRACE_SHIFT 12

static bool
parse_ipv4(const uint8_t *data, uint32_t contiguous, uint32_t available, struct dp_outer *outer, uint32_t *header)
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
	outer->ipv6 = false;
	return true;
}

static bool
parse_ipv6(const uint8_t *data, uint32_t contiguous, uint32_t available, struct dp_outer *outer, uint32_t *header)
{
	const struct rte_ipv6_hdr *ip = (const void *)data;
	struct dp_ip6 source;
	uint32_t first;

	if (contiguous < sizeof(*ip))
		return false;
	first = rte_be_to_cpu_32(ip->vtc_flow);
	*header = sizeof(*ip);
	outer->inner_length = rte_be_to_cpu_16(ip->payload_len);
	if (first >> 28 != 6 || ip->proto != IPPROTO_GRE || outer->inner_length > available - *header)
		return false;
	source = dp_ip6_read((const uint8_t *)&ip->src_addr);
	if (!dp_ip6_is_host(source))
		return false;
	outer->source = dp_outer_key(source);
	outer->destination6 = dp_ip6_read((const uint8_t *)&ip->dst_addr);
	outer->destination = dp_outer_key(outer->destination6);
	outer->from_si = (uint8_t)first;
	outer->trace = (uint8_t)(first >> LABEL_TRACE_SHIFT); /* with the O bit */
	outer->ipv6 = true;
	return true;
}

static bool
parse_ip(const uint8_t *data, uint32_t contiguous, uint32_t available, struct dp_outer *outer, uint32_t *header)
{
	const struct rte_ether_hdr *ether = (const void *)data;
	uint32_t at = sizeof(*ether);

	if (contiguous < at)
		return false;
	if (ether->ether_type == rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4))
		return parse_ipv4(data + at, contiguous - at, available - at, outer, header);
	return ether->ether_type == rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV6)
		&& parse_ipv6(data + at, contiguous - at, available - at, outer, header);
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
	uint32_t at = sizeof(struct rte_ether_hdr), ip_header, nsh_header, end;

	if (!parse_ip(data, contiguous, available, outer, &ip_header))
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

static const struct dp_gre_hdr prepared_gre = {
	.flags = RTE_BE16(DP_GRE_FLAGS_KEY),
	.protocol = RTE_BE16(ETHER_TYPE_NSH),
};
static const struct dp_nsh_hdr prepared_nsh = {.md_type = NSH_MD_TYPE_2};

static void
prepare_ipv4(struct dp_outer_hdr *hdr, uint32_t source, uint32_t destination)
{
	hdr->ip = (struct rte_ipv4_hdr){
		.version_ihl = RTE_IPV4_VHL_DEF,
		.fragment_offset = rte_cpu_to_be_16(RTE_IPV4_HDR_DF_FLAG),
		.time_to_live = OUTER_TTL,
		.next_proto_id = IPPROTO_GRE,
		.src_addr = rte_cpu_to_be_32(source),
		.dst_addr = rte_cpu_to_be_32(destination),
	};
	hdr->gre = prepared_gre;
	hdr->nsh = prepared_nsh;
	hdr->ip.hdr_checksum = rte_ipv4_cksum(&hdr->ip); /* dp_outer_write() adds length and identification */
}

static void
prepare_ipv6(struct dp_outer6_hdr *hdr, struct dp_ip6 source, struct dp_ip6 destination)
{
	hdr->ip = (struct rte_ipv6_hdr){.proto = IPPROTO_GRE, .hop_limits = OUTER_TTL};
	dp_ip6_write((uint8_t *)&hdr->ip.src_addr, source);
	dp_ip6_write((uint8_t *)&hdr->ip.dst_addr, destination);
	hdr->gre = prepared_gre;
	hdr->nsh = prepared_nsh;
}

void
dp_outer_prepare(union dp_outer_prepared *prepared, bool ipv6, const struct dp_outer_end *from,
	const struct dp_outer_end *to)
{
	*prepared = (union dp_outer_prepared){
		.ether = {
			.dst_addr = to->mac,
			.src_addr = from->mac,
			.ether_type = rte_cpu_to_be_16(ipv6 ? RTE_ETHER_TYPE_IPV6 : RTE_ETHER_TYPE_IPV4),
		},
	};
	if (ipv6)
		prepare_ipv6(&prepared->ipv6, from->address6, to->address6);
	else
		prepare_ipv4(&prepared->ipv4, from->address, to->address);
}

/* RFC 1624 equation 3, for a field that was 0: HC' = ~(~HC + m'). */
static rte_be16_t
checksum_add(rte_be16_t checksum, rte_be16_t field)
{
	uint32_t sum = (uint16_t)~checksum + (uint32_t)field;

	return (rte_be16_t)~((sum & 0xffff) + (sum >> 16));
}

static void
write_ipv4(struct rte_ipv4_hdr *ip, rte_be16_t prepared_checksum, uint16_t length, const struct dp_outer *outer)
{
	ip->total_length = rte_cpu_to_be_16(length);
	ip->packet_id = rte_cpu_to_be_16((uint16_t)(outer->trace << 8 | outer->from_si));
	ip->hdr_checksum = checksum_add(checksum_add(prepared_checksum, ip->total_length), ip->packet_id);
}

static void
write_ipv6(struct rte_ipv6_hdr *ip, uint16_t length, const struct dp_outer *outer)
{
	uint32_t label = (outer->flow_hash << LABEL_HASH_SHIFT & LABEL_MASK) | outer->from_si;

	if (outer->explain)
		label = (label & ((1 << LABEL_TRACE_SHIFT) - 1)) | (uint32_t)outer->trace << LABEL_TRACE_SHIFT;
	ip->vtc_flow = rte_cpu_to_be_32(UINT32_C(6) << 28 | label);
	ip->payload_len = rte_cpu_to_be_16(length);
}

static inline void
write_rest(struct dp_gre_hdr *gre, struct dp_nsh_hdr *nsh, const struct dp_outer *outer)
{
	uint16_t base = (uint16_t)((outer->explain ? NSH_O_BIT : 0) | (outer->ttl & 0x3f) << 6 | NSH_WORDS);

	gre->key = rte_cpu_to_be_32(outer->tenant_id << 8 | outer->view_id);
	nsh->base = rte_cpu_to_be_16(base);
	nsh->next_protocol = outer->next_protocol;
	nsh->path = rte_cpu_to_be_32(outer->spi << 8 | outer->si);
}

void
dp_outer_write(void *hdr, const union dp_outer_prepared *prepared, const struct dp_outer *outer)
{
	if (dp_outer_is_ipv6(prepared)) {
		struct dp_outer6_hdr *to = hdr;

		*to = prepared->ipv6;
		write_ipv6(&to->ip, (uint16_t)(sizeof(to->gre) + sizeof(to->nsh) + outer->inner_length), outer);
		write_rest(&to->gre, &to->nsh, outer);
	} else {
		struct dp_outer_hdr *to = hdr;

		*to = prepared->ipv4;
		write_ipv4(&to->ip, prepared->ipv4.ip.hdr_checksum,
			(uint16_t)(sizeof(*to) - sizeof(to->ether) + outer->inner_length), outer);
		write_rest(&to->gre, &to->nsh, outer);
	}
}
