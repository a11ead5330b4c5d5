/* SPDX-License-Identifier: Apache-2.0 */
/* Frames as hosts send them. Addresses in host order. */
#ifndef NFAAS_TEST_FRAME_H
#define NFAAS_TEST_FRAME_H

#include <netinet/in.h>

#include <rte_ether.h>
#include <rte_icmp.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_tcp.h>

#include "base/ip6.h"

#define SYN RTE_TCP_SYN_FLAG
#define ACK RTE_TCP_ACK_FLAG
#define FIN RTE_TCP_FIN_FLAG
#define RST RTE_TCP_RST_FLAG
#define IP(a, b, c, d) ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))

#define FRAME_EXTENSIONS_MAX 10

struct frame {
	bool ipv6;                 /* the addresses are then frame_ip6() of these; ICMP is IPPROTO_ICMPV6 */
	uint32_t source;
	uint32_t destination;
	struct dp_ip6 source6;     /* instead of frame_ip6(source), unless zero */
	struct dp_ip6 destination6;
	uint8_t protocol;
	uint16_t source_port;      /* ICMP echo: the identifier */
	uint16_t destination_port;
	uint8_t tcp_flags;
	uint8_t icmp_type;
	uint8_t ttl;               /* 0 = 64 */
	uint32_t id;               /* of the datagram; IPv4: 16 bits */
	uint8_t dscp;              /* with ECN bits 0 */
	uint16_t fragment;         /* IPv4's header field: flags and offset; IPv6 has a header for it unless it is 0 */
	bool atomic;               /* IPv6: has that header though it is whole */
	uint8_t n_extensions;      /* IPv6: headers of 8 bytes before that of the fragment */
	uint8_t extensions[FRAME_EXTENSIONS_MAX]; /* their protocol numbers */
	uint16_t payload;          /* bytes */
	const void *data;          /* the payload of TCP and UDP; NULL = filled */
	uint32_t sequence;         /* TCP */
	uint32_t acknowledged;
	uint16_t mss;              /* TCP option; 0 = none */
	uint8_t mss_nops;          /* no-operations before it, at most 3 */
	const struct frame *quoted;/* ICMP errors: the packet they are about */
};

#define FRAME_IP6_LENGTH(length) (96 + (length)) /* of the prefix that is an IPv4 prefix of that length */
/* 2001:db8:: with an IPv4 address as its last four bytes. */
struct dp_ip6 frame_ip6(uint32_t address);

/* The header a packet of the family has before its transport header, bytes. */
uint16_t frame_ip_header_length(const struct frame *frame);

/* Writes what is behind the IP headers; returns its length. */
uint16_t frame_write_transport(uint8_t *at, const struct frame *frame);
uint16_t frame_write_ip6(uint8_t *at, const struct frame *frame);

/* Writes the IP packet at `at`; returns its length. */
uint16_t frame_write_ip(uint8_t *at, const struct frame *frame);

/* An Ethernet frame of at least 60 bytes. */
struct rte_mbuf *frame_make(const struct rte_ether_addr *from, const struct rte_ether_addr *to,
	const struct frame *frame);

/* Neighbour discovery (RFC 4861). */
struct rte_mbuf *frame_make_solicitation(const struct rte_ether_addr *from, struct dp_ip6 source, struct dp_ip6 target);
bool frame_is_solicitation(const struct rte_mbuf *m);
/* The answer to a solicitation. */
struct rte_mbuf *frame_make_advertisement(const struct rte_ether_addr *from, const struct rte_mbuf *solicitation);

struct rte_mbuf *frame_make_arp(const struct rte_ether_addr *from, uint16_t opcode, uint32_t sender, uint32_t target);

#endif
