/* SPDX-License-Identifier: Apache-2.0 */
/* What the benchmarks of stages share: cycles per packet, one thread, the best of several rounds, since other work on the
 * machine can only add. Nothing is asserted. */
#ifndef NFAAS_TEST_BENCH_H
#define NFAAS_TEST_BENCH_H

#include <rte_cycles.h>

#include "world.h"

#define BENCH_FRAME 128 /* bytes of a frame that are put back before it is used again */

void bench_report(const char *stage, double cycles_per_packet);

/* Frames that a pod gets again and again, in bursts. */
struct bench_frames {
	unsigned n; /* a multiple of DP_BURST */
	struct rte_mbuf **pkts;
	uint8_t (*bytes)[BENCH_FRAME];
	uint16_t data_off, length;
};

struct bench_frames bench_frames_new(unsigned n);
void bench_frames_free(struct bench_frames *frames);
/* Keeps a copy of the frame as number i; all are of one length. */
void bench_hold(struct bench_frames *frames, unsigned i, const struct rte_mbuf *m);
/* Makes the burst's frames again what they were. */
void bench_put_back(struct bench_frames *frames, unsigned burst);
/* A frame that left firewall-1 forward for gateway B, as it came from gateway A to the chain's first position behind it. */
void bench_turn_back(struct rte_mbuf *m);

#endif
