/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_INNER_H
#define NFAAS_DP_INNER_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/hash.h"

/*
 * A flow, whichever way a packet of it goes: the ends are ordered by (address, port). Host byte order. No padding: it
 * is hashed and compared as two words.
 */
struct dp_flow {
	uint32_t address[2];
	uint16_t port[2];  /* TCP, UDP, SCTP ports; ICMP echo: the identifier twice; otherwise 0 */
	uint8_t protocol;
	uint8_t zero[3];
};
_Static_assert(sizeof(struct dp_flow) == 16, "a flow is two words");

enum dp_inner_kind {
	DP_INNER_WHOLE,
	DP_INNER_FIRST_FRAGMENT, /* has ports */
	DP_INNER_LATER_FRAGMENT, /* has none */
	DP_INNER_RELATED,        /* an ICMP error; `flow` is that of the packet it complains about */
};

/* What the fragments of one datagram have in common (RFC 791 section 3.2). Host byte order, no padding. */
struct dp_fragment_key {
	uint32_t source;
	uint32_t destination;
	uint16_t id;
	uint16_t protocol;
};
_Static_assert(sizeof(struct dp_fragment_key) == 12, "a key is compared as bytes");

/* What the datapath needs to know of a tenant's IPv4 packet. Host byte order. */
struct dp_inner {
	struct dp_flow flow;
	uint32_t source;
	uint32_t destination;
	uint16_t source_port;
	uint16_t destination_port;
	uint16_t length;    /* of the IP packet, bytes */
	uint8_t header_length;
	uint8_t protocol;
	uint8_t tcp_flags;  /* 0 unless TCP with its header here */
	uint8_t icmp_type;
	uint8_t kind;       /* enum dp_inner_kind */
	uint8_t side;       /* the end of `flow` (0 or 1) that this packet comes from */
	uint8_t ttl;
	bool whole_only;    /* DF: may not be fragmented */
	bool unresolved;    /* `flow` lacks its ports: they are those of the first fragment of `fragment` */
	struct dp_fragment_key fragment; /* of a fragment, or of the one that an ICMP error quotes */
};

/*
 * Parses an IPv4 packet and its transport header. `contiguous` bytes can be read at `data`; the packet has `available`
 * bytes in all (more when in several segments). False when it is not well formed: wrong version or lengths, a transport
 * header cut short, a TCP fragment that would overlap the header (RFC 1858 section 3). ICMP errors follow the flow they
 * are about (RFC 5508 section 4). A later fragment, and an error about one, tells only which datagram it is of.
 */
bool dp_inner_parse(const uint8_t *data, uint32_t contiguous, uint32_t available, struct dp_inner *inner);

/* Whether the protocol's header starts with a source and a destination port. */
bool dp_protocol_has_ports(uint8_t protocol);

/* Whether the ICMP type is that of an error message (RFC 1122 section 3.2.2). */
bool dp_icmp_is_error(uint8_t type);

/* The flow of a packet's own addresses and ports. */
struct dp_flow dp_inner_flow_with_ports(const struct dp_inner *inner, uint8_t *side);

/* Symmetric by construction, and the same in every pod. */
static inline uint32_t
dp_flow_hash(const struct dp_flow *flow)
{
	uint64_t ends = (uint64_t)flow->address[0] << 32 | flow->address[1];
	uint64_t rest = (uint64_t)flow->port[0] << 48 | (uint64_t)flow->port[1] << 32 | (uint64_t)flow->protocol << 8;
	uint64_t hash = dp_hash_mix(ends ^ DP_HASH_SEED_A, rest ^ DP_HASH_SEED_B);

	return (uint32_t)(dp_hash_mix(hash ^ DP_HASH_SEED_B, DP_HASH_SEED_A) >> 32);
}

#endif
