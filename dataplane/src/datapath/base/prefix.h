/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_PREFIX_H
#define NFAAS_DP_PREFIX_H

#include <stdbool.h>
#include <stdint.h>

/* An IPv4 prefix, host byte order. Mask 0 and address 0 = everything. */
struct dp_prefix {
	uint32_t address; /* already masked */
	uint32_t mask;
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

#endif
