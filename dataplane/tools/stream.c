/* SPDX-License-Identifier: Apache-2.0 */
#include "stream.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <rte_random.h>

#define FABRIC_PEER RTE_IPV4(10, 200, 0, 9)
#define FABRIC_POD RTE_IPV4(10, 200, 0, 3)
#define SOURCE_PORTS 64512u

/* A packet on its way to the firewall's position, forward. */
static void
fill_outer(struct frame *f, const struct stream *s)
{
	static const struct dp_outer_end peer = {.address = FABRIC_PEER, .mac = {{2, 0, 0, 0, 0, 9}}};
	static const struct dp_outer_end pod = {.address = FABRIC_POD, .mac = {{2, 0, 0, 0, 0, 3}}};
	const struct dp_outer outer = {.tenant_id = s->tenant_id, .view_id = 1, .spi = DP_SPI_FORWARD, .si = 254,
		.ttl = DP_NSH_TTL_MAX, .next_protocol = DP_NSH_NEXT_IPV4, .inner_length = (uint16_t)s->bytes};
	union dp_outer_prepared prepared;

	dp_outer_prepare(&prepared, false, &peer, &pod);
	dp_outer_write(&f->outer, &prepared, &outer);
}

static void
fill_inner(struct frame *f, const struct stream *s)
{
	f->inner = (struct rte_ipv4_hdr){.version_ihl = 0x45, .total_length = rte_cpu_to_be_16((uint16_t)s->bytes),
		.time_to_live = 64, .next_proto_id = IPPROTO_UDP, .src_addr = rte_cpu_to_be_32(RTE_IPV4(10, 1, 0, 2)),
		.dst_addr = rte_cpu_to_be_32(RTE_IPV4(10, 2, 0, 2))};
	f->inner.hdr_checksum = rte_ipv4_cksum(&f->inner);
	f->udp = (struct rte_udp_hdr){.dst_port = rte_cpu_to_be_16(9),
		.dgram_len = rte_cpu_to_be_16((uint16_t)(s->bytes - sizeof(f->inner)))};
}

bool
stream_parse(struct stream *s, const char *text)
{
	*s = (struct stream){.flows = 1, .bytes = 50};
	int n = sscanf(text, "%u,%u,%u,%u", &s->tenant_id, &s->pps, &s->flows, &s->bytes);

	if (n < 2 || s->flows == 0 || s->bytes < 36 || s->bytes > 1500)
		return false;
	fill_outer(&s->frame, s);
	fill_inner(&s->frame, s);
	return true;
}

void
stream_fill(struct stream *s, struct rte_mbuf **pkts, uint16_t n, uint64_t now)
{
	const uint16_t length = (uint16_t)(sizeof(s->frame.outer) + s->bytes);

	for (uint16_t i = 0; i < n; i++) {
		struct frame *f = rte_pktmbuf_mtod(pkts[i], struct frame *);
		uint32_t flow = (uint32_t)((s->sent + i) % s->flows);

		memcpy(f, &s->frame, sizeof(*f));
		f->udp.src_port = rte_cpu_to_be_16((uint16_t)(1024 + flow % SOURCE_PORTS));
		f->udp.dst_port = rte_cpu_to_be_16((uint16_t)(9 + flow / SOURCE_PORTS));
		f->sent_at = now;
		pkts[i]->data_len = length;
		pkts[i]->pkt_len = length;
	}
	s->newest_sent = now;
}

void
stream_schedule(struct stream *s, uint64_t mean, bool random, uint64_t now, uint64_t catch_up)
{
	const double uniform = (double)(rte_rand() >> 11) * 0x1p-53;
	uint64_t gap = random ? (uint64_t)(-(double)mean * log(1 - uniform)) : mean;

	s->next = RTE_MAX(s->next + gap, now - catch_up);
}

void
stream_received(struct stream *s, const struct frame *f, uint64_t now)
{
	s->received++;
	s->newest_received = f->sent_at;
	times_add(&s->times, now - f->sent_at);
}

bool
stream_is_under_way(const struct stream *s, uint64_t now, uint64_t for_cycles)
{
	return s->newest_sent != s->newest_received && now - s->newest_sent < for_cycles;
}
