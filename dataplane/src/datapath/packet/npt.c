/* SPDX-License-Identifier: Apache-2.0 */
#include "npt.h"

#include <rte_common.h>
#include <rte_ip.h>

#include "inner_parse.h"

#define WORD UINT64_C(0xffff)

static uint16_t
add_ones_complement(uint16_t a, uint16_t b)
{
	uint32_t sum = (uint32_t)a + b;

	return (uint16_t)((sum & WORD) + (sum >> 16));
}

static uint16_t
sum_of(uint64_t half)
{
	uint16_t sum = 0;

	for (unsigned shift = 0; shift < 64; shift += 16)
		sum = add_ones_complement(sum, (uint16_t)(half >> shift));
	return sum;
}

struct dp_npt_prefix
dp_npt_prefix_make(struct dp_ip6 internal, struct dp_ip6 external, unsigned length)
{
	struct dp_npt_prefix prefix = {.internal = dp_prefix6_make(internal, length),
		.external = dp_prefix6_make(external, length), .in_subnet = length <= 48};

	prefix.adjustment = add_ones_complement(sum_of(prefix.internal.address.high),
		(uint16_t)~sum_of(prefix.external.address.high));
	return prefix;
}

/* False for the word that one's complement has no inverse for: it is another zero. */
static bool
adjust(uint64_t *half, unsigned shift, uint16_t adjustment)
{
	uint16_t word = (uint16_t)(*half >> shift);

	if (word == WORD)
		return false;
	word = add_ones_complement(word, adjustment);
	*half = (*half & ~(WORD << shift)) | (uint64_t)(word == WORD ? 0 : word) << shift;
	return true;
}

/* The first word that can take it up, which then is the first one on the way back too. */
static bool
adjust_identifier(uint64_t *identifier, uint16_t adjustment)
{
	unsigned shift = 48;

	if (*identifier == 0)
		return false;
	while (!adjust(identifier, shift, adjustment)) {
		if (shift == 0)
			return false;
		shift -= 16;
	}
	return *identifier != 0;
}

bool
dp_npt_map(const struct dp_npt *npt, enum dp_npt_way way, struct dp_ip6 *address)
{
	for (unsigned i = 0; i < npt->n; i++) {
		const struct dp_npt_prefix *prefix = &npt->prefixes[i];
		const struct dp_prefix6 *from = way == DP_NPT_OUT ? &prefix->internal : &prefix->external;
		const struct dp_prefix6 *to = way == DP_NPT_OUT ? &prefix->external : &prefix->internal;
		uint16_t adjustment = way == DP_NPT_OUT ? prefix->adjustment : (uint16_t)~prefix->adjustment;
		struct dp_ip6 mapped = {.high = (address->high & ~from->mask.high) | to->address.high, .low = address->low};

		if (!dp_prefix6_holds(from, *address))
			continue;
		if (!(prefix->in_subnet ? adjust(&mapped.high, 0, adjustment) : adjust_identifier(&mapped.low, adjustment)))
			return false;
		*address = mapped;
		return true;
	}
	return false;
}

struct dp_flow
dp_npt_flow(const struct dp_npt *npt, enum dp_npt_way way, const struct dp_inner *inner, uint8_t *side)
{
	uint8_t from = inner->side;
	struct dp_ip6 source = inner->flow.ends[from], destination = inner->flow.ends[!from];
	const struct dp_transport transport = {.protocol = inner->flow.protocol, .source_port = inner->flow.port[from],
		.destination_port = inner->flow.port[!from]};
	struct dp_flow flow;

	(void)dp_npt_map(npt, way, way == DP_NPT_OUT ? &source : &destination);
	*side = dp_flow_set6(&flow, source, destination, &transport);
	return flow;
}

/* The other end of the packet that an error quotes, also where that tells of no flow. */
static void
rewrite_quoted(const struct dp_npt *npt, enum dp_npt_way way, uint8_t *quoted, uint32_t size)
{
	uint8_t *end = quoted + (way == DP_NPT_OUT ? offsetof(struct rte_ipv6_hdr, dst_addr)
		: offsetof(struct rte_ipv6_hdr, src_addr));
	struct dp_ip6 address;

	if (size < sizeof(struct rte_ipv6_hdr) || quoted[0] >> 4 != 6)
		return;
	address = dp_ip6_read(end);
	if (dp_npt_map(npt, way, &address))
		dp_ip6_write(end, address);
}

/* A later fragment has no header that tells what it is of. */
static bool
is_error(const struct dp_inner *inner)
{
	return (inner->kind == DP_INNER_WHOLE || inner->kind == DP_INNER_RELATED) && dp_inner_is_icmp_error(inner);
}

bool
dp_npt_translate(const struct dp_npt *npt, enum dp_npt_way way, uint8_t *data, uint32_t contiguous, struct dp_inner *inner)
{
	uint32_t readable = RTE_MIN(contiguous, inner->length), quoted = inner->header_length + DP_INNER_ICMP_HEADER;
	struct dp_ip6 *end = way == DP_NPT_OUT ? &inner->source6 : &inner->destination6;

	if (!dp_npt_map(npt, way, end) && !(way == DP_NPT_OUT && is_error(inner)))
		return false;
	dp_ip6_write(data + (way == DP_NPT_OUT ? offsetof(struct rte_ipv6_hdr, src_addr)
		: offsetof(struct rte_ipv6_hdr, dst_addr)), *end);
	if (is_error(inner) && readable > quoted)
		rewrite_quoted(npt, way, data + quoted, readable - quoted);
	inner->flow = dp_npt_flow(npt, way, inner, &inner->side);
	if (inner->kind == DP_INNER_FIRST_FRAGMENT || inner->kind == DP_INNER_LATER_FRAGMENT)
		*(way == DP_NPT_OUT ? &inner->fragment.source6 : &inner->fragment.destination6) = *end;
	return true;
}
