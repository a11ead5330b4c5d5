/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fabric's encapsulation: Ethernet | IPv4 | GRE with key (RFC 2784, RFC 2890) | NSH (RFC 8300) | tenant's packet.
 * We write MD type 2 without metadata: 50 bytes in all. The key is tenantId << 8 | viewId.
 *
 * NSH says where a packet is to go, not which position it comes from; answers need that where branches of a graph meet.
 * The outer IPv4 identification tells: no packet of ours is ever fragmented, so the field is free (RFC 6864 section
 * 4.1), its low byte. It is a hint; 0 = unknown. The high byte is the trace id of a packet that is being explained: it
 * survives functions that rewrite the tenant's packet, and costs no byte.
 */
#ifndef NFAAS_DP_OUTER_H
#define NFAAS_DP_OUTER_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_ether.h>
#include <rte_ip.h>

#define DP_GRE_FLAGS_KEY 0x2000 /* K; no checksum, no sequence number, version 0 */
#define DP_SPI_FORWARD 1
#define DP_SPI_REVERSE 2
#define DP_SPI_COPY 3 /* what mirrors copy: forward along an edge to a tap, where nothing ever comes back from */
#define DP_SPI_ENTERED 0x100 /* with a path: the packet has gone from one view into another */
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

/* What the outer headers say. Host byte order. */
struct dp_outer {
	uint32_t source;
	uint32_t destination;
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
};

/*
 * Parses a frame from the fabric. `contiguous` bytes can be read at `data`; the frame has `available` in all. False
 * unless each header is whole, of the right version and kind, with lengths that agree. IPv4 options and NSH metadata
 * are skipped; GRE with a checksum or sequence number is not ours and refused.
 */
bool dp_outer_parse(const uint8_t *data, uint32_t contiguous, uint32_t available, struct dp_outer *outer);

/* The part of the headers that is the same for every packet to one backend; addresses in host order. */
void dp_outer_prepare(struct dp_outer_hdr *hdr, uint32_t source, uint32_t destination,
	const struct rte_ether_addr *source_mac, const struct rte_ether_addr *destination_mac);

/* Writes prepared headers with what is particular to a packet of inner_length bytes (at most 65535 - 36). */
void dp_outer_write(struct dp_outer_hdr *hdr, const struct dp_outer_hdr *prepared, const struct dp_outer *outer);

#endif
