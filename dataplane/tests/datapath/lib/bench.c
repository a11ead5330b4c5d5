/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

void
bench_report(const char *stage, double cycles_per_packet)
{
	printf("%-60s %7.1f cycles/packet\n", stage, cycles_per_packet);
}

struct bench_frames
bench_frames_new(unsigned n)
{
	struct bench_frames frames = {.n = n, .pkts = calloc(n, sizeof(*frames.pkts)), .bytes = calloc(n, BENCH_FRAME)};

	CHECK(n % DP_BURST == 0 && frames.pkts != NULL && frames.bytes != NULL);
	return frames;
}

void
bench_frames_free(struct bench_frames *frames)
{
	rte_pktmbuf_free_bulk(frames->pkts, frames->n);
	free(frames->pkts);
	free(frames->bytes);
}

void
bench_hold(struct bench_frames *frames, unsigned i, const struct rte_mbuf *m)
{
	CHECK(rte_pktmbuf_pkt_len(m) <= BENCH_FRAME);
	frames->pkts[i] = rte_pktmbuf_copy(m, test_pool(), 0, UINT32_MAX);
	CHECK(frames->pkts[i] != NULL);
	frames->data_off = frames->pkts[i]->data_off;
	frames->length = (uint16_t)rte_pktmbuf_pkt_len(m);
	memcpy(frames->bytes[i], rte_pktmbuf_mtod(m, void *), frames->length);
}

void
bench_put_back(struct bench_frames *frames, unsigned burst)
{
	for (unsigned i = burst * DP_BURST; i < (burst + 1) * DP_BURST; i++) {
		struct rte_mbuf *m = frames->pkts[i];

		m->data_off = frames->data_off;
		m->data_len = frames->length;
		m->pkt_len = frames->length;
		memcpy(rte_pktmbuf_mtod(m, void *), frames->bytes[i], frames->length);
	}
}

void
bench_turn_back(struct rte_mbuf *m)
{
	struct dp_outer_hdr *outer = rte_pktmbuf_mtod(m, struct dp_outer_hdr *);

	outer->ip.dst_addr = rte_cpu_to_be_32(IP(172, 16, 0, 3));
	outer->ip.src_addr = rte_cpu_to_be_32(IP(172, 16, 0, 1));
	outer->nsh.path = rte_cpu_to_be_32(DP_SPI_FORWARD << 8 | 254);
}
