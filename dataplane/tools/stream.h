/* SPDX-License-Identifier: Apache-2.0 */
/* One tenant's packets as nfaas-pktgen sends them, when they are due, and what came back of them. */
#ifndef NFAAS_TOOLS_STREAM_H
#define NFAAS_TOOLS_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_udp.h>

#include "packet/outer.h"
#include "times.h"

struct frame {
	struct dp_outer_hdr outer;
	struct rte_ipv4_hdr inner;
	struct rte_udp_hdr udp;
	uint64_t sent_at; /* TSC */
} __rte_packed __rte_aligned(2);

struct stream {
	uint32_t tenant_id, pps, flows, bytes; /* bytes: of the tenant's IP packet */
	uint64_t sent, refused, received;
	uint64_t newest_sent, newest_received; /* TSC when sent */
	struct times times;
	uint64_t next; /* TSC when the next burst is due */
	struct frame frame;
};

/* "TENANT,PPS[,FLOWS[,BYTES]]". False when it is not that. */
bool stream_parse(struct stream *stream, const char *text);

/* Makes the stream's next n packets in empty buffers, one flow after the other. */
void stream_fill(struct stream *stream, struct rte_mbuf **pkts, uint16_t n, uint64_t now);

/* The next burst is due after `mean` cycles; `random`: on average, and independently of other streams (exponential). What the
 * program was late for is made up for, but not more than `catch_up` cycles of it. */
void stream_schedule(struct stream *stream, uint64_t mean, bool random, uint64_t now, uint64_t catch_up);

void stream_received(struct stream *stream, const struct frame *frame, uint64_t now);

/* The packet sent last, at most `for_cycles` ago, has not come back. */
bool stream_is_under_way(const struct stream *stream, uint64_t now, uint64_t for_cycles);

#endif
