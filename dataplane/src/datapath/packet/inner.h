/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_INNER_H
#define NFAAS_DP_INNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/hash.h"
#include "../base/ip6.h"

/* What a flow is hashed by, and all of it for IPv4: two words without padding. The first fields of struct dp_flow. */
struct dp_flow_key {
	uint32_t address[2];
	uint16_t port[2];
	uint8_t protocol;
	uint8_t ipv6;
	uint8_t zero[2];
};
_Static_assert(sizeof(struct dp_flow_key) == 16, "a flow's key is two words");

/*
 * A flow, whichever way a packet of it goes: the ends are ordered by (address, port). Host byte order. No padding: it
 * is compared as bytes by dp_flow_equals().
 */
struct dp_flow {
	uint32_t address[2]; /* IPv4; of IPv6 what dp_ip6_fold() makes of `ends`: to hash, not to compare */
	uint16_t port[2];    /* TCP, UDP, SCTP ports; ICMP echo: the identifier twice; otherwise 0 */
	uint8_t protocol;
	uint8_t ipv6;        /* 0 or 1 */
	uint8_t zero[2];
	struct dp_ip6 ends[2]; /* of IPv6 only */
};
_Static_assert(offsetof(struct dp_flow, ends) == sizeof(struct dp_flow_key), "a flow begins with its key");

static inline bool
dp_flow_equals(const struct dp_flow *a, const struct dp_flow *b)
{
	return memcmp(a, b, sizeof(struct dp_flow_key)) == 0
		&& (!a->ipv6 || memcmp(a->ends, b->ends, sizeof(a->ends)) == 0);
}

enum dp_inner_kind {
	DP_INNER_WHOLE,
	DP_INNER_FIRST_FRAGMENT, /* has ports */
	DP_INNER_LATER_FRAGMENT, /* has none */
	DP_INNER_RELATED,        /* an ICMP error; `flow` is that of the packet it complains about */
};

/* What the fragments of one datagram have in common (RFC 791 section 3.2, RFC 8200 section 4.5). Host byte order, no
 * padding. */
struct dp_fragment_key {
	uint32_t source;      /* IPv4, else 0 */
	uint32_t destination;
	uint32_t id;          /* 16 bits in IPv4 */
	uint16_t protocol;    /* IPv4; in IPv6 it tells no datagram from another */
	uint16_t ipv6;        /* 0 or 1 */
	struct dp_ip6 source6; /* IPv6, else zero */
	struct dp_ip6 destination6;
};
_Static_assert(sizeof(struct dp_fragment_key) == 48, "a key is compared as bytes");

/* What the datapath needs to know of a tenant's packet. Host byte order. What IPv4 has no use for is not even zeroed: it
 * would cost every packet. */
struct dp_inner {
	uint32_t source;      /* IPv4, else 0, which is nobody's */
	uint32_t destination;
	uint16_t source_port;
	uint16_t destination_port;
	uint16_t length;    /* of the IP packet, bytes */
	uint16_t header_length; /* up to the transport header: with IPv4 options or IPv6 extension headers */
	bool ipv6;
	uint8_t protocol;   /* of the transport header: TCP, ICMP, ICMPv6, ... */
	uint8_t tcp_flags;  /* 0 unless TCP with its header here */
	uint8_t icmp_type;  /* of ICMP or ICMPv6, by `protocol` */
	uint8_t kind;       /* enum dp_inner_kind */
	uint8_t side;       /* the end of `flow` (0 or 1) that this packet comes from */
	uint8_t ttl;        /* or hop limit */
	bool whole_only;    /* may not be fragmented: DF, or IPv6 */
	bool unresolved;    /* `flow` lacks its ports: they are those of the first fragment of `fragment` */
	struct dp_flow flow;
	struct dp_ip6 source6; /* of IPv6 only */
	struct dp_ip6 destination6;
	struct dp_fragment_key fragment; /* of a fragment, or of the one that an ICMP error quotes; else not set */
};

/*
 * Parses an IPv4 or IPv6 packet, by its version, and its transport header. `contiguous` bytes can be read at `data`; the packet has `available`
 * bytes in all (more when in several segments). False when it is not well formed: wrong version or lengths, a transport
 * header cut short, a TCP fragment that would overlap the header (RFC 1858 section 3). ICMP errors follow the flow they
 * are about (RFC 5508 section 4). A later fragment, and an error about one, tells only which datagram it is of. An IPv6 packet
 * has at most DP_IPV6_EXTENSIONS_MAX extension headers, all of them, and of a fragmented one the transport header too, in
 * its first fragment (RFC 7112).
 */
#define DP_IPV6_EXTENSIONS_MAX 8
bool dp_inner_parse(const uint8_t *data, uint32_t contiguous, uint32_t available, struct dp_inner *inner);

/* Whether the protocol's header starts with a source and a destination port. */
bool dp_protocol_has_ports(uint8_t protocol);

/* Whether the packet is an error message of ICMP (RFC 1122 section 3.2.2) or ICMPv6 (RFC 4443 section 2.1). */
bool dp_inner_is_icmp_error(const struct dp_inner *inner);

/* Whether it is an echo request or reply, of ICMP or ICMPv6. */
bool dp_inner_is_echo_request(const struct dp_inner *inner);
bool dp_inner_is_echo_reply(const struct dp_inner *inner);

/* The flow of a packet's own addresses and ports. */
struct dp_flow dp_inner_flow_with_ports(const struct dp_inner *inner, uint8_t *side);

/* Symmetric by construction, and the same in every pod. */
static inline uint32_t
dp_flow_hash(const struct dp_flow *flow)
{
	uint64_t ends = (uint64_t)flow->address[0] << 32 | flow->address[1];
	uint64_t rest = (uint64_t)flow->port[0] << 48 | (uint64_t)flow->port[1] << 32 | (uint64_t)flow->protocol << 8
		| flow->ipv6;
	uint64_t hash = dp_hash_mix(ends ^ DP_HASH_SEED_A, rest ^ DP_HASH_SEED_B);

	return (uint32_t)(dp_hash_mix(hash ^ DP_HASH_SEED_B, DP_HASH_SEED_A) >> 32);
}

#endif
