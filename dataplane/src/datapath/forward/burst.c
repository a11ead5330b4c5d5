/* SPDX-License-Identifier: Apache-2.0 */
#include "burst.h"

#include "release.h"
#include "walk.h"

#define NOWHERE UINT16_MAX

struct wave {
	struct dp_packet *packets;
	uint16_t n;           /* packets in it */
	uint8_t at[DP_BURST]; /* which ones, in order */
	uint16_t unordered;   /* place in out[] from which on packets may have overtaken others; NOWHERE = none has stayed */
	uint8_t sent_by[DP_OUT_MAX]; /* by place in out[], from there on: the packet on whose way it was sent */
};

/* What the flow table has for a packet once its bucket is there. */
static inline void
prefetch(const struct dp_context *context, const struct dp_packet *packet)
{
	dp_flow_table_prefetch_entry(context->flows, packet->hash, context->now);
}

/* True: it is at another node, where its flow is looked for. Where functions left something to be done, it goes to its end first: they speak of it alone. */
static __rte_always_inline bool
step(struct dp_context *context, struct dp_packet *packet)
{
	bool stays = packet->node->untracked ? dp_walk_untracked(context, packet) : dp_walk_step(context, packet);

	while (stays && packet->node->untracked)
		stays = dp_walk_untracked(context, packet);
	if (unlikely((context->n_made | context->n_again) != 0)) {
		if (stays)
			dp_walk(context, packet);
		else
			dp_settle(context, packet);
	} else if (stays) {
		dp_flow_table_prefetch(context->flows, packet->hash);
		return true;
	}
	if (packet->waited_for)
		dp_release_fragments(context, packet->fragment);
	return false;
}

/* One packet's part of a wave; `left` are those after it. */
static inline void
run(struct dp_context *context, struct wave *wave, uint8_t at, uint16_t left)
{
	uint16_t sent = context->n_out;

	context->reserved_out = (uint16_t)(1 + left + wave->n);
	if (step(context, &wave->packets[at])) {
		wave->at[wave->n++] = at;
		wave->unordered = RTE_MIN(wave->unordered, sent);
	}
	for (; unlikely(wave->unordered <= sent) && sent < context->n_out; sent++)
		wave->sent_by[sent] = at;
}

/* Leaves those in the wave that are still here. */
static void
run_again(struct dp_context *context, struct wave *wave)
{
	uint16_t n = wave->n;

	for (uint16_t i = 0; i < n; i++)
		prefetch(context, &wave->packets[wave->at[i]]);
	wave->n = 0;
	for (uint16_t i = 0; i < n; i++)
		run(context, wave, wave->at[i], (uint16_t)(n - i - 1));
}

/* By the packets' order; what was sent on the way of one stays as it is. */
static void
put_in_order(struct dp_context *context, const struct wave *wave)
{
	struct rte_mbuf *unordered[DP_OUT_MAX];
	uint16_t place[DP_BURST] = {0}, next = wave->unordered;

	for (uint16_t i = wave->unordered; i < context->n_out; i++) {
		unordered[i] = context->out[i];
		place[wave->sent_by[i]]++;
	}
	for (uint16_t at = 0; at < DP_BURST; at++) {
		uint16_t n = place[at];

		place[at] = next;
		next += n;
	}
	for (uint16_t i = wave->unordered; i < next; i++)
		context->out[place[wave->sent_by[i]]++] = unordered[i];
}

void
dp_walk_burst(struct dp_context *context, struct dp_packet *packets, uint16_t n)
{
	struct wave wave;
	bool overtaken = false;

	wave.packets = packets;
	wave.n = 0;
	wave.unordered = NOWHERE;
	for (uint16_t i = 0; i < n; i++)
		prefetch(context, &packets[i]);
	for (uint16_t i = 0; i < n; i++)
		run(context, &wave, (uint8_t)i, (uint16_t)(n - i - 1));
	while (wave.n > 0) {
		overtaken |= wave.unordered < context->n_out;
		run_again(context, &wave);
	}
	if (overtaken)
		put_in_order(context, &wave);
}
