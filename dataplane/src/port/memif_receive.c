/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A frame of one buffer, as nearly all are, is found and checked before there is an mbuf for it; a burst of them shares the
 * rest. Nothing is prefetched: the CPU foresees what comes next, and more lines in its first cache only push out the packets.
 */
#include <rte_memcpy.h>

#include "port/memif_queue.h"

struct frame {
	const uint8_t *from;
	uint32_t length;
};

/* A buffer of the pool is as rte_pktmbuf_free() left it: one segment, one reference. */
static inline void
fill_buffer(struct rte_mbuf *m, uint16_t length)
{
	m->data_off = RTE_PKTMBUF_HEADROOM;
	m->port = RTE_MBUF_PORT_INVALID;
	m->ol_flags = 0;
	m->packet_type = 0;
	m->pkt_len = length;
	m->data_len = length;
	m->vlan_tci = 0;
}

/* Frames of one whole buffer each, from q->next on: where they are. Stops at the first that is another. */
static uint16_t
find_frames(const struct memif_connection *c, uint16_t n, uint32_t longest, struct frame *frames)
{
	const struct memif_queue *q = &c->rx;
	uint16_t i;

	for (i = 0; i < n; i++) {
		uint16_t index = (uint16_t)(q->next + i);
		const struct memif_desc *d = memif_desc_at(q, index);
		uint32_t length = __atomic_load_n(&d->length, __ATOMIC_RELAXED);
		const uint8_t *from = memif_buffer(c, q, index, length);
		if (unlikely(from == NULL || length > longest || (__atomic_load_n(&d->flags, __ATOMIC_RELAXED) & MEMIF_DESC_NEXT)))
			break;
		frames[i] = (struct frame){from, length};
	}
	return i;
}

static void
copy_frames(const struct frame *frames, struct rte_mbuf **pkts, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++) {
		fill_buffer(pkts[i], (uint16_t)frames[i].length);
		rte_memcpy(rte_pktmbuf_mtod(pkts[i], void *), frames[i].from, frames[i].length);
	}
}

/*
 * Copies the frame that starts at `index`, of any number of buffers, into m. Returns how many it had, 0 when its end has not
 * come yet; *good = false when the frame cannot be taken (outside its region, or longer than an mbuf).
 */
static uint16_t
copy_parts(const struct memif_connection *c, uint16_t index, uint16_t waiting, struct rte_mbuf *m, bool *good)
{
	const struct memif_queue *q = &c->rx;

	*good = true;
	for (uint16_t used = 0; used < waiting; used++) {
		const struct memif_desc *d = memif_desc_at(q, (uint16_t)(index + used));
		uint32_t length = __atomic_load_n(&d->length, __ATOMIC_RELAXED);
		uint16_t flags = __atomic_load_n(&d->flags, __ATOMIC_RELAXED);
		const uint8_t *from = memif_buffer(c, q, (uint16_t)(index + used), length);

		if (unlikely(from == NULL || length > rte_pktmbuf_tailroom(m)))
			*good = false;
		if (likely(*good)) {
			rte_memcpy(rte_pktmbuf_mtod_offset(m, uint8_t *, m->data_len), from, length);
			m->data_len += (uint16_t)length;
		}
		if (likely((flags & MEMIF_DESC_NEXT) == 0)) {
			m->pkt_len = m->data_len;
			return (uint16_t)(used + 1);
		}
	}
	return 0;
}

/* Takes one frame of whatever kind. Returns how many buffers it had; 0 = its end has not come yet. */
static uint16_t
take_odd_frame(const struct memif_connection *c, uint16_t waiting, struct rte_mbuf *m)
{
	bool good;
	uint16_t used;

	rte_pktmbuf_reset(m);
	used = copy_parts(c, c->rx.next, waiting, m, &good);
	if (used == 0 && waiting == c->rx.size) {
		used = waiting; /* a frame longer than the whole ring has no end to wait for */
		good = false;
	}
	if (used == 0 || !good)
		rte_pktmbuf_reset(m); /* an empty frame: the datapath counts it as malformed */
	return used;
}

/* The next frames, at most n of `waiting` buffers, into new buffers of the pool. *used = how many of the ring's they had. */
static uint16_t
take_frames(struct memif_connection *c, struct rte_mempool *pool, struct rte_mbuf **pkts, uint16_t n, uint16_t waiting,
	uint16_t *used)
{
	const uint32_t longest = rte_pktmbuf_data_room_size(pool) - RTE_PKTMBUF_HEADROOM;
	struct frame frames[DP_BURST];
	uint16_t found = find_frames(c, RTE_MIN(n, waiting), longest, frames);

	*used = found;
	n = RTE_MAX(found, (uint16_t)1);
	if (unlikely(rte_mempool_get_bulk(pool, (void **)pkts, n) != 0))
		return 0; /* left in the ring: the peer sees it full and counts what it drops */
	if (likely(found > 0)) {
		copy_frames(frames, pkts, found);
		return found;
	}
	*used = take_odd_frame(c, waiting, pkts[0]);
	if (*used > 0)
		return 1;
	rte_pktmbuf_free(pkts[0]);
	return 0;
}

/* Gives the buffers from `first` to c->rx.next back to the peer. */
static inline void
release_received(const struct memif_connection *c, uint16_t first)
{
	const struct memif_queue *q = &c->rx;

	if (c->client) {
		for (uint16_t i = first; i != q->next; i++)
			memif_desc_at(q, i)->length = MEMIF_BUFFER_SIZE;
		__atomic_store_n(&q->ring->head, (uint16_t)(q->next + q->size), __ATOMIC_RELEASE);
	} else {
		__atomic_store_n(&q->ring->tail, q->next, __ATOMIC_RELEASE);
	}
}

uint16_t
memif_receive(struct memif_connection *c, struct rte_mempool *pool, struct rte_mbuf **pkts, uint16_t n)
{
	const uint16_t first = c->rx.next;
	uint16_t waiting = memif_waiting(c), used, got = 0;

	n = RTE_MIN(n, (uint16_t)DP_BURST);
	for (; got < n && waiting > 0; waiting = (uint16_t)(waiting - used)) {
		uint16_t taken = take_frames(c, pool, pkts + got, (uint16_t)(n - got), waiting, &used);
		if (taken == 0)
			break;
		c->rx.next = (uint16_t)(c->rx.next + used);
		got = (uint16_t)(got + taken);
	}
	if (c->rx.next != first)
		release_received(c, first);
	return got;
}
