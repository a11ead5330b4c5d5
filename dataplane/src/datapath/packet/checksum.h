/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_CHECKSUM_H
#define NFAAS_DP_CHECKSUM_H

#include <rte_byteorder.h>

/* The checksum of a header in which one 16-bit word changes: RFC 1624 equation 3, HC' = ~(~HC + ~m + m'). */
static inline rte_be16_t
dp_checksum_replace(rte_be16_t checksum, rte_be16_t from, rte_be16_t to)
{
	uint32_t sum = (uint32_t)(uint16_t)~checksum + (uint16_t)~from + to;

	sum = (sum & 0xffff) + (sum >> 16);
	return (rte_be16_t)~((sum & 0xffff) + (sum >> 16));
}

#endif
