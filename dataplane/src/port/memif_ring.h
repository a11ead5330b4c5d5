/* SPDX-License-Identifier: Apache-2.0 */
/* The data path of one memif connection: two rings in shared memory. */
#ifndef NFAAS_MEMIF_RING_H
#define NFAAS_MEMIF_RING_H

#include "port/memif_wire.h"
#include "port/port.h"

#define MEMIF_MAX_REGIONS 8
#define MEMIF_LOG2_RING_SIZE 11 /* rides out a millisecond off the CPU at 2 million packets a second */
#define MEMIF_BUFFER_SIZE 2048 /* an inner packet of 1500 bytes with its outer headers has 1564 */

struct memif_region {
	void *base;
	uint64_t size;
	int fd;
};

struct memif_queue {
	struct memif_ring *ring;
	uint32_t size;      /* descriptors; a power of two */
	uint16_t next;      /* this side's index: what it takes or fills next */
	int event_fd;       /* written by the producer when the consumer sleeps */
	uint32_t buffers;   /* client: offset of this ring's buffers in region 0 */
};

/* Everything of one connection; immutable but for the rings once it is published. */
struct memif_connection {
	bool client;
	unsigned n_regions;
	struct memif_region regions[MEMIF_MAX_REGIONS];
	struct memif_queue rx, tx;
};

/* Makes the client's region with its rings and eventfds. 0 or -errno. */
int memif_connection_allocate(struct memif_connection *connection);

/* Client, once connected: gives all of its empty buffers to the server. Not before: DPDK's server sets both indices
 * to 0 when it connects. */
void memif_connection_offer(struct memif_connection *connection);

/* Server: maps the regions received; then places each ring, checking that it lies inside one. NULL, or what is
 * wrong. */
const char *memif_connection_map(struct memif_connection *connection);
const char *memif_connection_place(struct memif_connection *connection, struct memif_queue *queue,
	const struct memif_add_ring *ring);

/* Unmaps and closes everything; fit for a connection that got only half-way. */
void memif_connection_release(struct memif_connection *connection);

void memif_connection_init(struct memif_connection *connection, bool client);

/* Both take at most DP_BURST at once. */
uint16_t memif_receive(struct memif_connection *connection, struct rte_mempool *pool, struct rte_mbuf **pkts,
	uint16_t n);
/* More than half of the receive ring is filled. */
bool memif_is_crowded(const struct memif_connection *connection);
/* Less than half of the send ring is free. */
bool memif_is_filling(const struct memif_connection *connection);
uint16_t memif_send(struct memif_connection *connection, struct rte_mbuf **pkts, uint16_t n, enum tx_stop *why);

/* Asks the peer to write rx.event_fd with the next frame; true when frames wait already. */
bool memif_interrupt_enable(struct memif_connection *connection);
void memif_interrupt_disable(struct memif_connection *connection);

#endif
