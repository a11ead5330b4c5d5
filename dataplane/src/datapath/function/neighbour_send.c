/* SPDX-License-Identifier: Apache-2.0 */
/* What goes to hosts on an attachment's link: at once, or when the host has told its MAC. */
#include "neighbour_send.h"

#include <string.h>

#include <rte_ip.h>

#include "../explain/record.h"
#include "arp.h"
#include "ndp.h"

#define TICKS(tenths_of_a_second) (tenths_of_a_second)
#define ASK_AGAIN_AFTER TICKS(3)
#define GIVE_UP_AFTER TICKS(10)
#define RECONFIRM_AFTER TICKS(300) /* asks while the old answer is still used */
#define HOUSEKEEP_STEP 64 /* entries looked at when nobody waits */
#define FORGET_AFTER TICKS(600)    /* without an answer the host is unknown again */

static struct rte_mbuf *
make_question(const struct dp_context *context, const struct dp_attachment *attachment, struct dp_ip6 address)
{
	return dp_ip6_is_mapped(address) ? dp_arp_question(context->dp->pool, attachment, (uint32_t)address.low)
		: dp_ndp_question(context->dp->pool, attachment, address);
}

static void
ask(struct dp_context *context, const struct dp_attachment *attachment, struct dp_neighbour *neighbour)
{
	struct rte_mbuf *m = dp_has_spare_out(context)
		? make_question(context, attachment, neighbour->address) : NULL;

	neighbour->asked = context->now;
	if (m == NULL)
		return; /* asked again soon */
	dp_meta(m)->tenant_id = context->tenant->tenant_id;
	dp_send(context, m, attachment->port);
}

/* From here on the packet has left the chain: what the port can't take is the tenant's loss, not the view's. */
static void
send_to_host(struct dp_context *context, const struct dp_attachment *attachment, const struct dp_neighbour *neighbour,
	struct rte_mbuf *m)
{
	struct rte_ether_hdr *ether = rte_pktmbuf_mtod(m, struct rte_ether_hdr *);
	struct dp_meta *meta = dp_meta(m);
	const struct dp_view *view = context->tenant->views[meta->view_id];

	ether->dst_addr = neighbour->mac;
	ether->src_addr = attachment->mac;
	ether->ether_type = rte_cpu_to_be_16(*(const uint8_t *)(ether + 1) >> 4 == 6 ? RTE_ETHER_TYPE_IPV6 : RTE_ETHER_TYPE_IPV4);
	if (view != NULL)
		dp_count(&view->counters->left, meta->inner_length);
	meta->flags |= DP_META_LEFT;
	if (dp_is_explained(meta))
		dp_explain_left(context, m);
	dp_send(context, m, attachment->port);
}

void
dp_neighbour_flush(struct dp_context *context, const struct dp_attachment *attachment, struct dp_neighbour *neighbour)
{
	unsigned sent = 0;

	while (sent < neighbour->n_pending && dp_has_spare_out(context))
		send_to_host(context, attachment, neighbour, neighbour->pending[sent++]);
	neighbour->n_pending -= (uint8_t)sent;
	context->tenant->tenant->neighbours.n_pending -= sent;
	memmove(neighbour->pending, neighbour->pending + sent, neighbour->n_pending * sizeof(neighbour->pending[0]));
}

/* Of hosts nobody has sent to it is of no use. */
static __rte_noinline void
hear_news(struct dp_context *context, struct dp_neighbours *neighbours)
{
	struct dp_neighbour_news news;

	while (dp_neighbours_hear(neighbours, &news)) {
		struct dp_neighbour *neighbour = dp_neighbour_find(neighbours, news.attachment, news.address);

		if (neighbour != NULL)
			dp_neighbour_confirm(neighbours, neighbour, &news.mac, context->now);
	}
}

static struct dp_neighbour *
find_or_ask(struct dp_context *context, const struct dp_attachment *attachment, struct dp_ip6 address)
{
	struct dp_neighbours *neighbours = &context->tenant->tenant->neighbours;
	struct dp_neighbour *neighbour;

	if (unlikely(dp_neighbours_have_news(neighbours)))
		hear_news(context, neighbours); /* a worker that slept was not told yet */
	neighbour = dp_neighbour_find(neighbours, attachment->key, address);
	if (neighbour == NULL) {
		neighbour = dp_neighbour_add(neighbours, attachment->key, address, context->now);
		if (neighbour != NULL)
			ask(context, attachment, neighbour);
		return neighbour;
	}
	neighbour->used = context->now;
	if (neighbour->state == DP_NEIGHBOUR_REACHABLE && context->now - neighbour->confirmed > RECONFIRM_AFTER
		&& context->now - neighbour->asked > GIVE_UP_AFTER)
		ask(context, attachment, neighbour);
	return neighbour;
}

void
dp_neighbour_send(struct dp_context *context, const struct dp_attachment *attachment, struct dp_ip6 host, struct rte_mbuf *m)
{
	struct dp_neighbour *neighbour = find_or_ask(context, attachment, host);

	if (neighbour != NULL && neighbour->state == DP_NEIGHBOUR_REACHABLE)
		send_to_host(context, attachment, neighbour, m);
	else if (neighbour == NULL
		|| !dp_neighbour_enqueue(&context->tenant->tenant->neighbours, neighbour, m))
		dp_drop(context->dp, context->state, m, DP_REASON(NEIGHBOUR), DP_WRITER_WORKER);
}

static const struct dp_attachment *
find_attachment(const struct dp_state_tenant *tenant, uint64_t key)
{
	for (unsigned i = 0; i < tenant->n_attachments; i++)
		if (tenant->attachments[i].key == key)
			return &tenant->attachments[i];
	return NULL;
}

static void
give_up(struct dp_context *context, struct dp_neighbour *neighbour, dp_drop_reason_t reason)
{
	struct dp_neighbours *neighbours = &context->tenant->tenant->neighbours;

	for (unsigned i = 0; i < neighbour->n_pending; i++)
		dp_drop(context->dp, context->state, neighbour->pending[i], reason, DP_WRITER_WORKER);
	neighbours->n_pending -= neighbour->n_pending;
	neighbour->n_pending = 0;
	dp_neighbour_remove(neighbours, neighbour);
}

static void
housekeep_neighbour(struct dp_context *context, struct dp_neighbour *neighbour)
{
	const struct dp_attachment *attachment = find_attachment(context->tenant, neighbour->attachment);
	uint32_t age = context->now - neighbour->confirmed;

	if (attachment == NULL)
		give_up(context, neighbour, DP_REASON(LINK_DOWN));
	else if (neighbour->state == DP_NEIGHBOUR_REACHABLE && neighbour->n_pending > 0)
		dp_neighbour_flush(context, attachment, neighbour);
	else if (age > (neighbour->state == DP_NEIGHBOUR_REACHABLE ? FORGET_AFTER : GIVE_UP_AFTER))
		give_up(context, neighbour, DP_REASON(NEIGHBOUR));
	else if (neighbour->state == DP_NEIGHBOUR_INCOMPLETE && context->now - neighbour->asked >= ASK_AGAIN_AFTER)
		ask(context, attachment, neighbour);
}

void
dp_neighbours_housekeep(struct dp_context *context)
{
	struct dp_neighbours *neighbours = &context->tenant->tenant->neighbours;
	bool waiting;
	unsigned n;

	hear_news(context, neighbours);
	waiting = neighbours->n_incomplete > 0 || neighbours->n_pending > 0;
	n = waiting ? DP_NEIGHBOURS : HOUSEKEEP_STEP;
	for (; n > 0; n--) {
		struct dp_neighbour *neighbour = &neighbours->entries[neighbours->next];

		neighbours->next = (neighbours->next + 1) % DP_NEIGHBOURS;
		if (neighbour->state != DP_NEIGHBOUR_FREE)
			housekeep_neighbour(context, neighbour);
	}
}
