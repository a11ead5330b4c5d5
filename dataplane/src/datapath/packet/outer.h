/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fabric's encapsulation: Ethernet | IPv4 or IPv6 | GRE with key (RFC 2784, RFC 2890, RFC 7676) | NSH (RFC 8300) |
 * tenant's packet. We write MD type 2 without metadata: 50 bytes in all, 70 with IPv6. The key is tenantId << 8 | viewId.
 *
 * NSH says where a packet is to go, not which position it comes from; answers need that where branches of a graph meet.
 * The outer IPv4 identification tells: no packet of ours is ever fragmented, so the field is free (RFC 6864 section
 * 4.1), its low byte. It is a hint; 0 = unknown. The high byte is the trace id of a packet that is being explained: it
 * survives functions that rewrite the tenant's packet, and costs no byte.
 *
 * IPv6 has a flow label instead (RFC 6437), by which routers spread flows over equal paths (RFC 6438): its low byte is the
 * sender's position, the same for all packets of a flow on a hop; the other 12 bits are of the flow's hash. A packet that is
 * being explained has its trace id there, and 4 bits of the hash (docs/adr/0014-outer-ipv6-flow-label.md).
 */
#ifndef NFAAS_DP_OUTER_H
#define NFAAS_DP_OUTER_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_ether.h>
#include <rte_ip.h>

#include "../base/ip6.h"

#define DP_GRE_FLAGS_KEY 0x2000 /* K; no checksum, no sequence number, version 0 */
#define DP_SPI_FORWARD 1
#define DP_SPI_REVERSE 2
#define DP_SPI_COPY 3 /* what mirrors copy: forward along an edge to a tap, where nothing ever comes back from */
#define DP_SPI_ENTERED 0x100 /* with a path: the packet has gone from one view into another */

enum dp_direction { DP_FORWARD, DP_REVERSE, DP_DIRECTIONS };

/* The direction of a path; positions of a copy are those of the way forward. */
static inline enum dp_direction
dp_spi_direction(uint8_t spi)
{
	return spi == DP_SPI_REVERSE ? DP_REVERSE : DP_FORWARD;
}
#define DP_NSH_TTL_MAX 63
#define DP_NSH_NEXT_IPV4 1
#define DP_NSH_NEXT_IPV6 2

struct dp_gre_hdr {
	rte_be16_t flags;
	rte_be16_t protocol;
	rte_be32_t key;
} __attribute__((packed));

struct dp_nsh_hdr {
	rte_be16_t base;   /* Ver 2 | O 1 | U 1 | TTL 6 | Length 6, in 4-byte words */
	uint8_t md_type;   /* U 4 | MD type 4 */
	uint8_t next_protocol;
	rte_be32_t path;   /* SPI 24 | SI 8 */
} __attribute__((packed));

struct dp_outer_hdr {
	struct rte_ether_hdr ether;
	struct rte_ipv4_hdr ip;
	struct dp_gre_hdr gre;
	struct dp_nsh_hdr nsh;
} __attribute__((packed, aligned(2)));
_Static_assert(sizeof(struct dp_outer_hdr) == 50, "hop overhead is 50 bytes");

struct dp_outer6_hdr {
	struct rte_ether_hdr ether;
	struct rte_ipv6_hdr ip;
	struct dp_gre_hdr gre;
	struct dp_nsh_hdr nsh;
} __attribute__((packed, aligned(2)));
_Static_assert(sizeof(struct dp_outer6_hdr) == 70, "with IPv6 it is 70 bytes");

/* The part of the headers that is the same for every packet to one backend. Ethernet's type says which they are. */
union dp_outer_prepared {
	struct rte_ether_hdr ether;
	struct dp_outer_hdr ipv4;
	struct dp_outer6_hdr ipv6;
};

/* A pod as its neighbours see it. */
struct dp_outer_end {
	uint32_t address;       /* IPv4, host order */
	struct dp_ip6 address6; /* IPv6 */
	struct rte_ether_addr mac;
};

/* What the outer headers say. Host byte order. */
struct dp_outer {
	uint32_t source;      /* IPv4, or dp_outer_key() */
	uint32_t destination; /* the same */
	struct dp_ip6 destination6; /* with `ipv6` */
	uint32_t flow_hash;   /* to write: what the flow label is made of */
	uint32_t tenant_id;
	uint32_t spi;
	uint16_t inner_offset;
	uint16_t inner_length; /* bytes after NSH, by the outer IP header */
	uint8_t view_id;
	uint8_t si;
	uint8_t ttl;
	uint8_t from_si; /* position of the sender, in the packet's direction; 0 = unknown */
	uint8_t next_protocol;
	uint8_t trace; /* with `explain`: tells packets of one tenant apart */
	bool explain;  /* O bit */
	bool ipv6;     /* outside */
};

/* 32 bits by which tables know a pod with an IPv6 address: the same in every pod, never 0. Two addresses may have one key:
 * who makes a table of pods refuses that (build_pool.c). */
static inline uint32_t
dp_outer_key(struct dp_ip6 address)
{
	uint32_t folded = dp_ip6_fold(address);

	return folded != 0 ? folded : 1;
}

/*
 * Parses a frame from the fabric. `contiguous` bytes can be read at `data`; the frame has `available` in all. False
 * unless each header is whole, of the right version and kind, with lengths that agree. IPv4 options and NSH metadata
 * are skipped; GRE with a checksum or sequence number is not ours and refused, and so are IPv6 extension headers.
 */
bool dp_outer_parse(const uint8_t *data, uint32_t contiguous, uint32_t available, struct dp_outer *outer);

void dp_outer_prepare(union dp_outer_prepared *prepared, bool ipv6, const struct dp_outer_end *from,
	const struct dp_outer_end *to);

static inline bool
dp_outer_is_ipv6(const union dp_outer_prepared *prepared)
{
	return prepared->ether.ether_type == rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV6);
}

/* Bytes of the headers, Ethernet's included. */
static inline uint16_t
dp_outer_size(bool ipv6)
{
	return ipv6 ? sizeof(struct dp_outer6_hdr) : sizeof(struct dp_outer_hdr);
}

/* Writes prepared headers, dp_outer_size() bytes, with what is particular to a packet of inner_length bytes (at most
 * 65535 - 36; with IPv6, whose own header doesn't count, 65535 - 16). */
void dp_outer_write(void *hdr, const union dp_outer_prepared *prepared, const struct dp_outer *outer);

#endif
