/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What receiving and sending share. The peer may die at any instruction and may be hostile: every index and descriptor
 * read from shared memory is read once and checked against this side's own bounds before it is used.
 */
#ifndef NFAAS_MEMIF_QUEUE_H
#define NFAAS_MEMIF_QUEUE_H

#include "port/memif_ring.h"

static inline struct memif_desc *
memif_desc_at(const struct memif_queue *q, uint16_t index)
{
	return &q->ring->desc[index & (q->size - 1)];
}

/* The index the other side moves, on either ring: the client moves head, the server tail. */
static inline uint16_t
memif_peer_index(const struct memif_connection *c, const struct memif_queue *q)
{
	return __atomic_load_n(c->client ? &q->ring->tail : &q->ring->head, __ATOMIC_ACQUIRE);
}

/* Frames to receive; 0 also where it would be more than the ring holds: the peer's index is rubbish. */
static inline uint16_t
memif_waiting(const struct memif_connection *c)
{
	uint16_t waiting = (uint16_t)(memif_peer_index(c, &c->rx) - c->rx.next);

	return waiting <= c->rx.size ? waiting : 0;
}

/* Buffers this side may fill now. */
static inline uint16_t
memif_room(const struct memif_connection *c)
{
	const struct memif_queue *q = &c->tx;
	uint16_t peer = memif_peer_index(c, q);
	uint16_t room = c->client ? (uint16_t)(q->size - (uint16_t)(q->next - peer)) : (uint16_t)(peer - q->next);

	return room <= q->size ? room : 0;
}

/* Where the buffer of a descriptor is, or NULL when it lies outside its region. */
static inline uint8_t *
memif_buffer(const struct memif_connection *c, const struct memif_queue *q, uint16_t index, uint32_t length)
{
	const struct memif_desc *d = memif_desc_at(q, index);

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

#endif
