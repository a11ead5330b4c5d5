/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <rte_ip.h>

#include "../explain/record.h"
#include "../forward/dscp.h"
#include "../forward/next_hop.h"
#include "../packet/plain_gre.h"
#include "arp.h"
#include "gateway.h"
#include "gateway_error.h"
#include "ndp.h"
#include "neighbour_send.h"

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

/* Cuts the frame down to the tenant's packet behind an empty Ethernet header. */
static bool
strip(struct dp_packet *packet)
{
	struct rte_mbuf *m = packet->m;
	uint32_t excess = rte_pktmbuf_pkt_len(m) - packet->meta->inner_offset - packet->inner.length;

	if (excess > 0 && rte_pktmbuf_trim(m, (uint16_t)excess) != 0)
		return false;
	if (rte_pktmbuf_adj(m, packet->meta->inner_offset) == NULL)
		return false;
	packet->meta->inner_offset = sizeof(struct rte_ether_hdr);
	return rte_pktmbuf_prepend(m, sizeof(struct rte_ether_hdr)) != NULL;
}

/* RFC 1812 section 5.3.1, RFC 1624 equation 3: the first 16 bits that change are TTL and protocol. IPv6 has no checksum. */
static void
decrement_ttl(struct dp_packet *packet)
{
	struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(packet->m, struct rte_ipv4_hdr *, packet->meta->inner_offset);
	uint32_t sum;

	if (packet->inner.ipv6) {
		((struct rte_ipv6_hdr *)ip)->hop_limits--;
		return;
	}
	ip->time_to_live--;
	sum = ip->hdr_checksum + (uint32_t)rte_cpu_to_be_16(0x0100);
	ip->hdr_checksum = (rte_be16_t)((sum & 0xffff) + (sum >> 16));
}

static bool
is_reachable(const struct dp_attachment *attachment, const struct dp_inner *inner)
{
	if (inner->ipv6)
		return dp_prefixes_hold6(&attachment->prefixes, inner->destination6) && dp_ip6_is_host(inner->destination6)
			&& !dp_ip6_equals(inner->destination6, attachment->address6);
	return dp_prefixes_hold(&attachment->prefixes, inner->destination) && inner->destination != attachment->address;
}

/* Of hosts nobody has sent to it is of no use. */
static void
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

static bool
refuse(struct dp_context *context, struct dp_packet *packet, dp_drop_reason_t reason)
{
	dp_drop(context->dp, context->state, packet->m, reason, DP_WRITER_WORKER);
	return false;
}

/* The host on the attachment's link that gets the packet: its destination, or the flow's server. False: there is none. */
static bool
choose_host(struct dp_context *context, const struct dp_attachment *attachment, struct dp_packet *packet,
	struct dp_ip6 *host)
{
	const struct dp_state_pool *servers = attachment->servers;
	const struct dp_hop *hop;

	*host = packet->inner.ipv6 ? packet->inner.destination6 : dp_ip6_mapped(packet->inner.destination);
	if (servers == NULL)
		return true;
	hop = dp_next_hop_choose(context, packet, servers, NULL);
	if (hop != NULL)
		*host = dp_ip6_mapped(servers->pool->backends[hop - servers->hops].address);
	return hop != NULL;
}

/* Before a stripped packet. */
static bool
wrap(struct dp_packet *packet, const struct dp_attachment *attachment, uint32_t server)
{
	const struct dp_plain_gre grown = {
		.source = attachment->address,
		.destination = server,
		.key = packet->meta->tenant_id << 8 | packet->meta->view_id,
		.protocol = packet->inner.ipv6 ? RTE_ETHER_TYPE_IPV6 : RTE_ETHER_TYPE_IPV4,
		.type_of_service = dp_traffic_class(packet),
		.inner_length = packet->inner.length,
	};
	struct dp_plain_gre_hdr *hdr = (void *)rte_pktmbuf_prepend(packet->m, DP_PLAIN_GRE_OVERHEAD);

	if (hdr == NULL)
		return false;
	dp_plain_gre_write(hdr, &grown);
	return true;
}

static void
send_or_wait(struct dp_context *context, const struct dp_attachment *attachment, struct dp_ip6 host,
	struct dp_packet *packet)
{
	struct dp_neighbour *neighbour = find_or_ask(context, attachment, host);

	if (neighbour != NULL && neighbour->state == DP_NEIGHBOUR_REACHABLE)
		send_to_host(context, attachment, neighbour, packet->m);
	else if (neighbour == NULL
		|| !dp_neighbour_enqueue(&context->tenant->tenant->neighbours, neighbour, packet->m))
		refuse(context, packet, DP_REASON(NEIGHBOUR));
}

/* As it is, to the collector: the addresses in it are of somewhere else. */
static void
leave_by_tap(struct dp_context *context, const struct dp_attachment *attachment, struct dp_packet *packet)
{
	packet->inner.length = RTE_MIN(packet->inner.length, attachment->mtu);
	if (strip(packet))
		send_or_wait(context, attachment, dp_ip6_mapped(attachment->collector), packet);
	else
		refuse(context, packet, DP_REASON(MALFORMED));
}

bool
dp_gateway_leave(struct dp_context *context, struct dp_packet *packet)
{
	const struct dp_attachment *attachment = packet->node->attachment;
	uint16_t mtu = attachment->leave_mtu;
	struct dp_ip6 host;

	if (attachment->collector != 0) {
		leave_by_tap(context, attachment, packet);
		return false;
	}
	if (!is_reachable(attachment, &packet->inner))
		return refuse(context, packet, DP_REASON(NO_ROUTE));
	if (packet->inner.ttl <= 1)
		return dp_gateway_refuse_leave(context, packet, DP_REASON(TTL_EXPIRED), DP_ICMP_TTL_EXPIRED);
	if (packet->inner.length > mtu)
		return packet->inner.whole_only
			? dp_gateway_refuse_leave(context, packet, DP_REASON(TOO_BIG), DP_ICMP_TOO_BIG(mtu))
			: refuse(context, packet, DP_REASON(TOO_BIG));
	if (!choose_host(context, attachment, packet, &host))
		return refuse(context, packet, DP_REASON(NO_BACKEND));
	decrement_ttl(packet);
	dp_gateway_clamp_mss(context, packet, mtu);
	if (!strip(packet))
		return refuse(context, packet, DP_REASON(MALFORMED));
	if (attachment->servers != NULL && !wrap(packet, attachment, (uint32_t)host.low))
		return refuse(context, packet, DP_REASON(NO_MEMORY));
	send_or_wait(context, attachment, host, packet);
	return false;
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
dp_gateway_housekeep(struct dp_context *context)
{
	struct dp_neighbours *neighbours = &context->tenant->tenant->neighbours;

	hear_news(context, neighbours);
	bool waiting = neighbours->n_incomplete > 0 || neighbours->n_pending > 0;
	unsigned n = waiting ? DP_NEIGHBOURS : HOUSEKEEP_STEP;

	for (; n > 0; n--) {
		struct dp_neighbour *neighbour = &neighbours->entries[neighbours->next];

		neighbours->next = (neighbours->next + 1) % DP_NEIGHBOURS;
		if (neighbour->state != DP_NEIGHBOUR_FREE)
			housekeep_neighbour(context, neighbour);
	}
}
