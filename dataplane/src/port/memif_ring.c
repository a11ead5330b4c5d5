/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The peer may die at any instruction and may be hostile: every index and descriptor read from shared memory is read
 * once and checked against this side's own bounds before it is used.
 */
#include "port/memif_ring.h"

#include <unistd.h>

#include <rte_memcpy.h>
#include <rte_prefetch.h>

#define PREFETCH_AHEAD 4

/* The index the other side moves, on either ring: the client moves head, the server tail. */
static inline uint16_t
peer_index(const struct memif_connection *c, const struct memif_queue *q)
{
	return __atomic_load_n(c->client ? &q->ring->tail : &q->ring->head, __ATOMIC_ACQUIRE);
}

static inline uint16_t
frames_waiting(const struct memif_connection *c)
{
	return (uint16_t)(peer_index(c, &c->rx) - c->rx.next);
}

/* Where the buffer of a descriptor is, or NULL when it lies outside its region. */
static inline uint8_t *
buffer_of(const struct memif_connection *c, const struct memif_queue *q, uint16_t index, uint32_t length)
{
	const struct memif_desc *d = &q->ring->desc[index & (q->size - 1)];

	if (c->client) { /* own memory in its own order: nothing to believe */
		uint32_t offset = q->buffers + (index & (q->size - 1)) * MEMIF_BUFFER_SIZE;
		return length <= MEMIF_BUFFER_SIZE ? (uint8_t *)c->regions[0].base + offset : NULL;
	}
	uint16_t region = __atomic_load_n(&d->region, __ATOMIC_RELAXED);
	uint32_t offset = __atomic_load_n(&d->offset, __ATOMIC_RELAXED);
	if (unlikely(region >= c->n_regions || (uint64_t)offset + length > c->regions[region].size))
		return NULL;
	return (uint8_t *)c->regions[region].base + offset;
}

/*
 * Copies the frame that starts at `index` into m. Returns how many descriptors it had, 0 when its end has not come
 * yet; *good = false when the frame cannot be taken (outside its region, or longer than an mbuf).
 */
static uint16_t
copy_frame_in(const struct memif_connection *c, uint16_t index, uint16_t waiting, struct rte_mbuf *m, bool *good)
{
	const struct memif_queue *q = &c->rx;

	*good = true;
	for (uint16_t used = 0; used < waiting; used++) {
		const struct memif_desc *d = &q->ring->desc[(uint16_t)(index + used) & (q->size - 1)];
		uint32_t length = __atomic_load_n(&d->length, __ATOMIC_RELAXED);
		uint16_t flags = __atomic_load_n(&d->flags, __ATOMIC_RELAXED);
		const uint8_t *from = buffer_of(c, q, (uint16_t)(index + used), length);

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

static inline void
prefetch_frame(const struct memif_connection *c, uint16_t index)
{
	const uint8_t *buffer = buffer_of(c, &c->rx, index, 0);

	if (buffer != NULL)
		rte_prefetch0(buffer);
}

/* Gives the buffers up to `next` back to the peer. */
static inline void
release_received(const struct memif_connection *c, struct memif_queue *q, uint16_t next)
{
	if (c->client) {
		for (uint16_t i = q->next; i != next; i++)
			q->ring->desc[i & (q->size - 1)].length = MEMIF_BUFFER_SIZE;
		__atomic_store_n(&q->ring->head, (uint16_t)(next + q->size), __ATOMIC_RELEASE);
	} else {
		__atomic_store_n(&q->ring->tail, next, __ATOMIC_RELEASE);
	}
	q->next = next;
}

uint16_t
memif_receive(struct memif_connection *c, struct rte_mempool *pool, struct rte_mbuf **pkts, uint16_t n)
{
	uint16_t waiting = frames_waiting(c), next = c->rx.next, got = 0;

	if (waiting == 0 || waiting > c->rx.size) /* more than the ring holds: the peer's index is rubbish */
		return 0;
	n = RTE_MIN(n, waiting);
	if (rte_pktmbuf_alloc_bulk(pool, pkts, n) != 0)
		return 0; /* left in the ring: the peer sees it full and counts what it drops */
	for (uint16_t i = 0; i < RTE_MIN(n, PREFETCH_AHEAD); i++)
		prefetch_frame(c, (uint16_t)(next + i));
	while (got < n && waiting > 0) {
		bool good;
		prefetch_frame(c, (uint16_t)(next + PREFETCH_AHEAD));
		uint16_t used = copy_frame_in(c, next, waiting, pkts[got], &good);
		if (unlikely(used == 0)) {
			rte_pktmbuf_reset(pkts[got]);
			if (waiting < c->rx.size)
				break;
			used = waiting; /* a frame longer than the whole ring has no end to wait for */
			good = false;
		}
		if (unlikely(!good))
			rte_pktmbuf_reset(pkts[got]); /* an empty frame: the datapath counts it as malformed */
		next = (uint16_t)(next + used);
		waiting = (uint16_t)(waiting - used);
		got++;
	}
	release_received(c, &c->rx, next);
	if (unlikely(got < n))
		rte_pktmbuf_free_bulk(pkts + got, n - got);
	return got;
}

bool
memif_is_crowded(const struct memif_connection *c)
{
	uint16_t waiting = frames_waiting(c);

	return waiting > c->rx.size / 2 && waiting <= c->rx.size;
}

/* Buffers this side may fill now. */
static inline uint16_t
room(const struct memif_connection *c)
{
	const struct memif_queue *q = &c->tx;
	uint16_t peer = peer_index(c, q);
	uint16_t free = c->client ? (uint16_t)(q->size - (uint16_t)(q->next - peer)) : (uint16_t)(peer - q->next);

	return free <= q->size ? free : 0;
}

bool
memif_is_filling(const struct memif_connection *c)
{
	return room(c) < c->tx.size / 2;
}

/* Copies m into buffers from `index` on. Returns how many it took; 0 = they do not suffice. */
static uint16_t
copy_frame_out(const struct memif_connection *c, uint16_t index, uint16_t free, const struct rte_mbuf *m)
{
	const struct memif_queue *q = &c->tx;
	uint32_t done = 0, left = m->data_len;

	for (uint16_t used = 0; used < free; used++) {
		struct memif_desc *d = &q->ring->desc[(uint16_t)(index + used) & (q->size - 1)];
		uint32_t capacity = c->client ? MEMIF_BUFFER_SIZE : __atomic_load_n(&d->length, __ATOMIC_RELAXED);
		uint32_t part = RTE_MIN(left, capacity);
		uint8_t *to = buffer_of(c, q, (uint16_t)(index + used), part);

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

uint16_t
memif_send(struct memif_connection *c, struct rte_mbuf **pkts, uint16_t n, enum tx_stop *why)
{
	struct memif_queue *q = &c->tx;
	uint16_t free = room(c), next = q->next, sent = 0;

	*why = TX_FULL;
	for (; sent < n; sent++) {
		if (unlikely(pkts[sent]->nb_segs > 1 && rte_pktmbuf_linearize(pkts[sent]) < 0)) {
			*why = TX_TOO_BIG;
			break;
		}
		uint16_t used = copy_frame_out(c, next, free, pkts[sent]);
		if (used == 0)
			break;
		next = (uint16_t)(next + used);
		free = (uint16_t)(free - used);
	}
	if (sent == 0)
		return 0;
	q->next = next;
	__atomic_store_n(c->client ? &q->ring->head : &q->ring->tail, next, __ATOMIC_RELEASE);
	notify(q);
	rte_pktmbuf_free_bulk(pkts, sent);
	return sent;
}

bool
memif_interrupt_enable(struct memif_connection *c)
{
	__atomic_store_n(&c->rx.ring->flags, 0, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	uint16_t waiting = frames_waiting(c);
	return waiting != 0 && waiting <= c->rx.size;
}

void
memif_interrupt_disable(struct memif_connection *c)
{
	__atomic_store_n(&c->rx.ring->flags, MEMIF_RING_MASK_INTERRUPT, __ATOMIC_RELAXED);
}
