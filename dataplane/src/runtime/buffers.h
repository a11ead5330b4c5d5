/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tenant's share of the packet buffers. All tenants of a pod take theirs from one pool; each may have so many in its
 * rings, in work and waiting in its tables, and no more: what is beyond is its own loss (BUFFER_QUOTA), so that no
 * tenant can leave another without buffers. The pool holds everybody's quota (eal_buffer_count()).
 *
 * The I/O thread counts packets in at the door, the worker counts what it made more of them (copies, ICMP errors, ARP
 * questions). Each sees a little less than the truth while the other moves a burst: the bound is the quota and one
 * burst's worth, BUFFERS_OVER.
 */
#ifndef NFAAS_BUFFERS_H
#define NFAAS_BUFFERS_H

#include "datapath/datapath.h"

struct rte_ring;
struct tenant_queue;

#define BUFFERS_MIN 256      /* least quota: a burst and all that it may become fit */
#define BUFFERS_DEFAULT 1536 /* three quarters of both rings */
#define BUFFERS_MAX 4096
#define BUFFERS_OVER (DP_BURST + DP_OUT_MAX)

/* Buffers of the tenant in this pod. Any thread; a moment's figure. */
uint32_t buffers_in_use(const struct tenant_queue *queue);

/* Whether half of the ring, one of the tenant's two, or of its quota is used: then mirrors' copies leave the rest to
 * originals. */
bool buffers_are_short(const struct tenant_queue *queue, const struct rte_ring *ring);

/* I/O thread: how many of n packets may go on the tenant's ring. */
uint16_t buffers_admit(struct tenant_queue *queue, uint16_t n);

/* Worker: n packets are in work, beside those that the datapath keeps. */
void buffers_begin(struct tenant_queue *queue, const struct dp_state *state, uint16_t n);
/* Worker: the work is done, n_out packets came of it. Returns how many of those may be sent: all but what is beyond the
 * quota. Those are still in use until buffers_end(). */
uint16_t buffers_allow(struct tenant_queue *queue, const struct dp_state *state, uint16_t n_out);
/* Worker: they are sent or dropped. */
void buffers_end(struct tenant_queue *queue, const struct dp_state *state);

#endif
