/* SPDX-License-Identifier: Apache-2.0 */
#include "held.h"

#include <string.h>

#include <rte_common.h>

struct dp_held_flow *
dp_held_claim(struct dp_held *held, uint64_t position, const struct dp_flow *flow, uint32_t now)
{
	for (unsigned i = 0; i < DP_HELD_FLOWS; i++)
		if (held->flows[i].n == 0) {
			held->flows[i].position = position;
			held->flows[i].flow = *flow;
			held->flows[i].since = now;
			return &held->flows[i];
		}
	return NULL;
}

static bool
covers(const struct dp_held_packet *a, const struct dp_held_packet *b)
{
	return a->from <= b->from && a->from + a->length >= b->from + b->length;
}

static bool
overlaps(const struct dp_held_packet *a, const struct dp_held_packet *b)
{
	return a->from < b->from + b->length && b->from < a->from + a->length;
}

/* In the order of their bytes. */
static void
insert(struct dp_held_flow *flow, const struct dp_held_packet *segment)
{
	unsigned at = flow->n++;

	for (; at > 0 && flow->packets[at - 1].from > segment->from; at--)
		flow->packets[at] = flow->packets[at - 1];
	flow->packets[at] = *segment;
}

enum dp_held_result
dp_held_keep_segment(struct dp_held *held, struct dp_held_flow *flow, const struct dp_held_packet *segment,
	struct rte_mbuf **replaced)
{
	struct dp_held_packet *met = NULL;
	unsigned n_met = 0;

	*replaced = NULL;
	for (unsigned i = 0; i < flow->n; i++)
		if (overlaps(&flow->packets[i], segment)) {
			met = &flow->packets[i];
			n_met++;
		}
	if (n_met > 1 || (n_met == 1 && (covers(met, segment) || !covers(segment, met))))
		return DP_HELD_AGAIN;
	if (n_met == 1) {
		*replaced = met->m;
		*met = *segment;
		return DP_HELD_KEPT;
	}
	if (flow->n == DP_HELD_PACKETS)
		return DP_HELD_FULL;
	insert(flow, segment);
	held->n_packets++;
	return DP_HELD_KEPT;
}

enum dp_held_result
dp_held_keep_datagram(struct dp_held *held, struct dp_held_flow *flow, const struct dp_held_packet *datagram)
{
	if (flow->n == DP_HELD_PACKETS)
		return DP_HELD_FULL;
	flow->packets[flow->n++] = *datagram;
	held->n_packets++;
	return DP_HELD_KEPT;
}

unsigned
dp_held_take(struct dp_held *held, struct dp_held_flow *flow, struct rte_mbuf *packets[DP_HELD_PACKETS])
{
	unsigned n = flow->n;

	for (unsigned i = 0; i < n; i++)
		packets[i] = flow->packets[i].m;
	flow->n = 0;
	held->n_packets -= n;
	return n;
}

size_t
dp_held_join(const struct dp_held_flow *flow, uint8_t *to, size_t size)
{
	size_t length = 0;

	for (unsigned i = 0; i < flow->n && flow->packets[i].from == length && length < size; i++) {
		size_t n = RTE_MIN(flow->packets[i].length, size - length);

		memcpy(to + length, dp_held_payload(&flow->packets[i]), n);
		length += n;
	}
	return length;
}
