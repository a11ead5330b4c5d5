/* SPDX-License-Identifier: Apache-2.0 */
#include "mss.h"

#include <string.h>

#include <rte_common.h>
#include <rte_tcp.h>

#include "checksum.h"

#define OPTION_END 0
#define OPTION_NOP 1
#define OPTION_MSS 2
#define OPTION_MSS_LENGTH 4

/* Where the MSS option is in a TCP header of `size` bytes; 0 = nowhere. */
static uint32_t
find_option(const uint8_t *tcp, uint32_t size)
{
	uint32_t at = sizeof(struct rte_tcp_hdr);

	while (at + 1 < size && tcp[at] != OPTION_END) {
		if (tcp[at] == OPTION_NOP) {
			at++;
			continue;
		}
		if (tcp[at + 1] < 2 || at + tcp[at + 1] > size)
			return 0;
		if (tcp[at] == OPTION_MSS)
			return tcp[at + 1] == OPTION_MSS_LENGTH ? at : 0;
		at += tcp[at + 1];
	}
	return 0;
}

bool
dp_mss_clamp(uint8_t *ip, uint32_t contiguous, const struct dp_inner *inner, uint16_t max)
{
	uint8_t *start = ip + inner->header_length;
	struct rte_tcp_hdr *tcp = (struct rte_tcp_hdr *)start;
	rte_be16_t before, after = rte_cpu_to_be_16(max);
	uint32_t size, at;

	if (!(inner->tcp_flags & RTE_TCP_SYN_FLAG) || inner->kind != DP_INNER_WHOLE)
		return false;
	size = RTE_MIN((tcp->data_off >> 4) * 4u, RTE_MIN(contiguous, inner->length) - inner->header_length);
	at = find_option(start, size);
	if (at == 0)
		return false;
	memcpy(&before, start + at + 2, sizeof(before));
	if (rte_be_to_cpu_16(before) <= max)
		return false;
	memcpy(start + at + 2, &after, sizeof(after));
	/* At an odd offset the value's bytes are in two words, and count as if they were swapped. */
	tcp->cksum = at % 2 == 0 ? dp_checksum_replace(tcp->cksum, before, after)
		: dp_checksum_replace(tcp->cksum, rte_bswap16(before), rte_bswap16(after));
	return true;
}
