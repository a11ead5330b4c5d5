/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_IP6_H
#define NFAAS_DP_IP6_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <rte_byteorder.h>

#include "hash.h"

#define DP_IP6_SIZE 16 /* bytes on the wire */

/* An IPv6 address, host byte order: comparing and masking it take two operations. */
struct dp_ip6 {
	uint64_t high;
	uint64_t low;
};

static inline struct dp_ip6
dp_ip6_read(const uint8_t *wire)
{
	uint64_t words[2];

	memcpy(words, wire, sizeof(words));
	return (struct dp_ip6){.high = rte_be_to_cpu_64(words[0]), .low = rte_be_to_cpu_64(words[1])};
}

static inline void
dp_ip6_write(uint8_t *wire, struct dp_ip6 address)
{
	const uint64_t words[2] = {rte_cpu_to_be_64(address.high), rte_cpu_to_be_64(address.low)};

	memcpy(wire, words, sizeof(words));
}

static inline bool
dp_ip6_equals(struct dp_ip6 a, struct dp_ip6 b)
{
	return a.high == b.high && a.low == b.low;
}

/* Not the unspecified address, which stands for none. */
static inline bool
dp_ip6_is_set(struct dp_ip6 address)
{
	return (address.high | address.low) != 0;
}

static inline bool
dp_ip6_is_above(struct dp_ip6 a, struct dp_ip6 b)
{
	return a.high > b.high || (a.high == b.high && a.low > b.low);
}

/* 32 bits that stand for an address where a hash is made of it; never enough to know it by. The same in every pod. */
static inline uint32_t
dp_ip6_fold(struct dp_ip6 address)
{
	return (uint32_t)(dp_hash_mix(address.high ^ DP_HASH_SEED_A, address.low ^ DP_HASH_SEED_B) >> 32);
}

/* An IPv4 address (host order) among IPv6 ones: ::ffff:0:0/96 (RFC 4291 section 2.5.5.2). Never on the wire here. */
static inline struct dp_ip6
dp_ip6_mapped(uint32_t ipv4)
{
	return (struct dp_ip6){.low = UINT64_C(0xffff00000000) | ipv4};
}

static inline bool
dp_ip6_is_mapped(struct dp_ip6 address)
{
	return address.high == 0 && address.low >> 32 == 0xffff;
}

static inline bool
dp_ip6_is_multicast(struct dp_ip6 address)
{
	return address.high >> 56 == 0xff;
}

/* fe80::/10 (RFC 4291 section 2.5.6): no router passes it on. */
static inline bool
dp_ip6_is_link_local(struct dp_ip6 address)
{
	return address.high >> 54 == 0xfe80 >> 6;
}

/* One host that a router may send to or hear from: neither unspecified, loopback, IPv4-mapped, multicast nor link-local. */
static inline bool
dp_ip6_is_host(struct dp_ip6 address)
{
	return !(address.high == 0 && address.low <= 1) && !dp_ip6_is_mapped(address) && !dp_ip6_is_multicast(address)
		&& !dp_ip6_is_link_local(address);
}

#endif
