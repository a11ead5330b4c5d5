/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The index is moved once for a burst; then buffers are freed; and only then is asked whether the peer sleeps: by that time the
 * index has left this CPU, and the fence has little to wait for.
 */
#include <unistd.h>

#include <rte_memcpy.h>

#include "port/memif_queue.h"

/* Buffers from `index` on that take a packet each: where they are. Stops at the first packet that takes more. */
static uint16_t
find_buffers(const struct memif_connection *c, uint16_t index, struct rte_mbuf *const *pkts, uint16_t n, uint8_t **to)
{
	const struct memif_queue *q = &c->tx;
	uint16_t i;

	for (i = 0; i < n; i++) {
		const struct memif_desc *d = memif_desc_at(q, (uint16_t)(index + i));
		uint32_t capacity = c->client ? MEMIF_BUFFER_SIZE : __atomic_load_n(&d->length, __ATOMIC_RELAXED);
		to[i] = memif_buffer(c, q, (uint16_t)(index + i), pkts[i]->data_len);
		if (unlikely(to[i] == NULL || pkts[i]->nb_segs > 1 || pkts[i]->data_len > capacity || pkts[i]->data_len == 0))
			break;
	}
	return i;
}

static void
fill_buffers(const struct memif_connection *c, uint16_t index, struct rte_mbuf *const *pkts, uint16_t n, uint8_t *const *to)
{
	for (uint16_t i = 0; i < n; i++) {
		struct memif_desc *d = memif_desc_at(&c->tx, (uint16_t)(index + i));
		rte_memcpy(to[i], rte_pktmbuf_mtod(pkts[i], const void *), pkts[i]->data_len);
		d->length = pkts[i]->data_len;
		d->flags = 0;
	}
}

/* Copies m into as many buffers from `index` on as it takes. Returns how many; 0 = they do not suffice. */
static uint16_t
fill_parts(const struct memif_connection *c, uint16_t index, uint16_t room, const struct rte_mbuf *m)
{
	const struct memif_queue *q = &c->tx;
	uint32_t done = 0, left = m->data_len;

	for (uint16_t used = 0; used < room; used++) {
		struct memif_desc *d = memif_desc_at(q, (uint16_t)(index + used));
		uint32_t capacity = c->client ? MEMIF_BUFFER_SIZE : __atomic_load_n(&d->length, __ATOMIC_RELAXED);
		uint32_t part = RTE_MIN(left, capacity);
		uint8_t *to = memif_buffer(c, q, (uint16_t)(index + used), part);

		if (unlikely(to == NULL || part == 0))
			return 0;
		rte_memcpy(to, rte_pktmbuf_mtod_offset(m, const uint8_t *, done), part);
		done += part;
		left -= part;
		d->length = part;
		d->flags = left > 0 ? MEMIF_DESC_NEXT : 0;
		if (left == 0)
			return (uint16_t)(used + 1);
	}
	return 0;
}

/* A packet of whatever kind. Returns how many buffers it took; 0 with *why. */
static uint16_t
put_odd_packet(const struct memif_connection *c, uint16_t index, uint16_t room, struct rte_mbuf *m, enum tx_stop *why)
{
	if (m->nb_segs > 1 && rte_pktmbuf_linearize(m) < 0) {
		*why = TX_TOO_BIG;
		return 0;
	}
	return fill_parts(c, index, room, m);
}

/* Back to their pool; what has other references or segments goes the long way. */
static void
free_sent(struct rte_mbuf **pkts, uint16_t n)
{
	struct rte_mempool *pool = pkts[0]->pool;
	struct rte_mbuf *back[DP_BURST];
	uint16_t n_back = 0;

	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *m = rte_pktmbuf_prefree_seg(pkts[i]);
		if (unlikely(m == NULL))
			continue;
		if (likely(m->pool == pool))
			back[n_back++] = m;
		else
			rte_mempool_put(m->pool, m);
	}
	rte_mempool_put_bulk(pool, (void **)back, n_back);
}

static inline void
notify(const struct memif_queue *q)
{
	/* The consumer clears the mask, then looks at the ring again; this side moves the index, then looks at the
	 * mask. A full fence on both sides, so that one of the two sees the other. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if ((__atomic_load_n(&q->ring->flags, __ATOMIC_RELAXED) & MEMIF_RING_MASK_INTERRUPT) == 0) {
		uint64_t one = 1;
		/* EAGAIN: the counter is full, so the peer will wake all the same. */
		if (write(q->event_fd, &one, sizeof(one)) < 0)
			return;
	}
}

/* Puts packets into the buffers from q->next on; *used says how many these took. */
static uint16_t
put_packets(const struct memif_connection *c, struct rte_mbuf **pkts, uint16_t n, uint16_t *used, enum tx_stop *why)
{
	uint8_t *to[DP_BURST];
	uint16_t index = c->tx.next, room = memif_room(c), put = 0;

	*why = TX_FULL;
	while (put < n) {
		uint16_t run = find_buffers(c, index, pkts + put, RTE_MIN((uint16_t)(n - put), room), to);
		fill_buffers(c, index, pkts + put, run, to);
		uint16_t took = run > 0 ? run : put_odd_packet(c, index, room, pkts[put], why);
		if (took == 0)
			break;
		put = (uint16_t)(put + RTE_MAX(run, (uint16_t)1));
		index = (uint16_t)(index + took);
		room = (uint16_t)(room - took);
	}
	*used = (uint16_t)(index - c->tx.next);
	return put;
}

uint16_t
memif_send(struct memif_connection *c, struct rte_mbuf **pkts, uint16_t n, enum tx_stop *why)
{
	struct memif_queue *q = &c->tx;
	uint16_t used, sent = put_packets(c, pkts, RTE_MIN(n, (uint16_t)DP_BURST), &used, why);

	if (sent == 0)
		return 0;
	q->next = (uint16_t)(q->next + used);
	__atomic_store_n(c->client ? &q->ring->head : &q->ring->tail, q->next, __ATOMIC_RELEASE);
	free_sent(pkts, sent);
	notify(q);
	return sent;
}
