/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_PREFIX_H
#define NFAAS_DP_PREFIX_H

#include <stdbool.h>
#include <stdint.h>

#include "ip6.h"

/* An IPv4 prefix, host byte order. Mask 0 and address 0 = everything. */
struct dp_prefix {
	uint32_t address; /* already masked */
	uint32_t mask;
};

/* An IPv6 prefix; the same. */
struct dp_prefix6 {
	struct dp_ip6 address;
	struct dp_ip6 mask;
};

/* Prefixes of both families. */
struct dp_prefixes {
	struct dp_prefix *ipv4;
	struct dp_prefix6 *ipv6;
	uint16_t n_ipv4;
	uint16_t n_ipv6;
	bool any; /* everything: none was named */
};

static inline bool
dp_prefix_holds(struct dp_prefix prefix, uint32_t address)
{
	return (address & prefix.mask) == prefix.address;
}

/* Length 0..32. */
static inline struct dp_prefix
dp_prefix_make(uint32_t address, unsigned length)
{
	uint32_t mask = length == 0 ? 0 : UINT32_MAX << (32 - length);

	return (struct dp_prefix){.address = address & mask, .mask = mask};
}

static inline bool
dp_prefix6_holds(const struct dp_prefix6 *prefix, struct dp_ip6 address)
{
	return (address.high & prefix->mask.high) == prefix->address.high
		&& (address.low & prefix->mask.low) == prefix->address.low;
}

/* Length 0..128. */
static inline struct dp_prefix6
dp_prefix6_make(struct dp_ip6 address, unsigned length)
{
	struct dp_ip6 mask = {
		.high = length == 0 ? 0 : UINT64_MAX << (length < 64 ? 64 - length : 0),
		.low = length <= 64 ? 0 : UINT64_MAX << (128 - length),
	};

	return (struct dp_prefix6){.address = {address.high & mask.high, address.low & mask.low}, .mask = mask};
}

static inline bool
dp_prefixes_hold(const struct dp_prefixes *prefixes, uint32_t address)
{
	for (uint16_t i = 0; i < prefixes->n_ipv4; i++)
		if (dp_prefix_holds(prefixes->ipv4[i], address))
			return true;
	return prefixes->any;
}

static inline bool
dp_prefixes_hold6(const struct dp_prefixes *prefixes, struct dp_ip6 address)
{
	for (uint16_t i = 0; i < prefixes->n_ipv6; i++)
		if (dp_prefix6_holds(&prefixes->ipv6[i], address))
			return true;
	return prefixes->any;
}

#endif
