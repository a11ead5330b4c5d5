/* SPDX-License-Identifier: Apache-2.0 */
/* The I/O thread's part: whose packet is this? Only what is needed for that is read; the rest is the worker's work. */
#include <rte_ip.h>

#include "../counters/drop.h"
#include "../counters/latency.h"
#include "../function/arp.h"
#include "../function/ndp.h"
#include "../packet/outer.h"
#include "../view/state.h"
#include "probe_classify.h"

static int
consume(struct dp *dp, const struct dp_state *state, struct rte_mbuf *m, dp_drop_reason_t reason)
{
	dp_drop(dp, state, m, reason, DP_WRITER_IO);
	return DP_CONSUMED;
}

static int
consume_malformed(struct dp *dp, struct rte_mbuf *m)
{
	dp_drop_malformed(dp, m, DP_WRITER_IO);
	return DP_CONSUMED;
}

/* Of the IP packet at `offset`; 0 = nothing is there. What the header before says must be true: the parser goes by this. */
static uint8_t
version_at(const uint8_t *data, uint32_t size, uint32_t offset)
{
	return offset < size ? data[offset] >> 4 : 0;
}

static bool
is_for_us(const struct dp_state *state, const struct dp_outer *outer)
{
	if (unlikely(state->ipv6))
		return outer->ipv6 && dp_ip6_equals(outer->destination6, state->address6);
	return !outer->ipv6 && outer->destination == state->address && outer->source != 0;
}

static int
classify_fabric(struct dp *dp, const struct dp_state *state, uint16_t in_port, struct rte_mbuf *m)
{
	struct dp_meta *meta = dp_meta(m);
	const struct dp_state_tenant *tenant;
	const uint8_t *data = rte_pktmbuf_mtod(m, const uint8_t *);
	uint32_t size = rte_pktmbuf_data_len(m);
	struct dp_outer outer;
	uint8_t version;
	bool entered;

	if (!dp_outer_parse(data, size, rte_pktmbuf_pkt_len(m), &outer) || !is_for_us(state, &outer))
		return consume_malformed(dp, m);
	if (outer.tenant_id == 0)
		return dp_probe_classify(dp, in_port, outer.next_protocol, outer.inner_offset, m);
	tenant = dp_state_find_tenant(state, outer.tenant_id);
	if (tenant == NULL)
		return consume_malformed(dp, m);
	version = version_at(data, size, outer.inner_offset); /* before the meta is written: it might be the data, to a compiler */
	meta->tenant_id = outer.tenant_id;
	meta->sender = outer.source;
	meta->inner_offset = outer.inner_offset;
	meta->inner_length = outer.inner_length;
	meta->view_id = outer.view_id;
	entered = (outer.spi & DP_SPI_ENTERED) != 0;
	outer.spi &= ~(uint32_t)DP_SPI_ENTERED;
	meta->spi = outer.spi > DP_SPI_COPY ? 0 : (uint8_t)outer.spi; /* 0 is no path of ours either */
	meta->si = outer.si;
	meta->ttl = outer.ttl;
	meta->from_si = outer.from_si;
	meta->trace = outer.trace;
	meta->flags = (outer.explain ? DP_META_EXPLAIN : 0) | (outer.spi == DP_SPI_COPY ? DP_META_COPY : 0)
		| (entered ? DP_META_ENTERED : 0);
	if (tenant->views[outer.view_id] == NULL)
		return consume(dp, state, m, DP_REASON(UNKNOWN_VIEW));
	if (outer.next_protocol != DP_NSH_NEXT_IPV4 && outer.next_protocol != DP_NSH_NEXT_IPV6)
		return consume(dp, state, m, DP_REASON(UNSUPPORTED));
	if (version != (outer.next_protocol == DP_NSH_NEXT_IPV6 ? 6 : 4))
		return consume(dp, state, m, DP_REASON(MALFORMED));
	return tenant->slot;
}

/* Answered here, so that a tenant's full ring can't make its router silent; what the asker says of itself is the worker's
 * to know: it may be a host that came back with another MAC. */
static int
reply(const struct dp_state_port *port, struct rte_mbuf *m, const struct dp_neighbour_news *news, bool named)
{
	if (named)
		dp_neighbours_tell(&port->tenant->tenant->neighbours, news);
	dp_meta(m)->out_port = port->attachment->port;
	dp_meta(m)->flags = DP_META_LEFT;
	return DP_REPLY;
}

static int
classify_arp(const struct dp_state_port *port, struct rte_mbuf *m)
{
	struct dp_neighbour_news news = {.attachment = port->attachment->key};
	uint32_t address = 0;
	bool named = dp_arp_read_sender(m, &address, &news.mac);

	news.address = dp_ip6_mapped(address);
	return dp_arp_answer(port->attachment, m) ? reply(port, m, &news, named) : port->tenant->slot;
}

static int
classify_ndp(const struct dp_state_port *port, struct rte_mbuf *m)
{
	struct dp_neighbour_news news = {.attachment = port->attachment->key};
	bool named = dp_ndp_read_sender(m, &news.address, &news.mac);

	return dp_ndp_answer(port->attachment, m) ? reply(port, m, &news, named) : port->tenant->slot;
}

static int
classify_edge(struct dp *dp, const struct dp_state *state, const struct dp_state_port *port, struct rte_mbuf *m)
{
	const struct rte_ether_hdr *ether = rte_pktmbuf_mtod(m, const struct rte_ether_hdr *);
	struct dp_meta *meta = dp_meta(m);
	uint8_t version = 4;

	meta->tenant_id = port->tenant->tenant_id;
	if (rte_pktmbuf_data_len(m) < sizeof(*ether) + sizeof(struct rte_ipv4_hdr))
		return consume(dp, state, m, DP_REASON(MALFORMED));
	meta->inner_length = (uint16_t)RTE_MIN(rte_pktmbuf_pkt_len(m) - sizeof(*ether), (size_t)UINT16_MAX);
	if (ether->ether_type == rte_cpu_to_be_16(RTE_ETHER_TYPE_ARP))
		return classify_arp(port, m);
	if (ether->ether_type == rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV6) && port->attachment->ipv6) {
		if (dp_ndp_is_message(m))
			return classify_ndp(port, m);
		version = 6;
	} else if (ether->ether_type != rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4)) {
		return consume(dp, state, m, DP_REASON(UNSUPPORTED));
	}
	if (!rte_is_same_ether_addr(&ether->dst_addr, &port->attachment->mac))
		return consume(dp, state, m, DP_REASON(NO_ROUTE)); /* a broadcast, or for somebody else: not to be routed */
	if (version_at((const uint8_t *)ether, rte_pktmbuf_data_len(m), sizeof(*ether)) != version)
		return consume(dp, state, m, DP_REASON(MALFORMED));
	meta->inner_offset = sizeof(*ether);
	return port->tenant->slot;
}

int
dp_classify(struct dp *dp, const struct dp_state *state, uint16_t in_port, uint64_t now, struct rte_mbuf *m)
{
	*dp_meta(m) = (struct dp_meta){.received = dp_latency_stamp(now), .in_port = in_port, .out_port = DP_PORT_NONE};
	if (in_port >= DP_MAX_PORTS)
		return consume_malformed(dp, m);
	if (state->is_fabric[in_port])
		return classify_fabric(dp, state, in_port, m);
	if (state->ports[in_port].tenant == NULL)
		return consume_malformed(dp, m); /* an edge port without an attachment */
	return classify_edge(dp, state, &state->ports[in_port], m);
}
