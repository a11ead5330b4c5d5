/* SPDX-License-Identifier: Apache-2.0 */
/* The shared memory of a memif connection: made by the client, mapped and checked by the server. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "port/memif_ring.h"

static size_t
ring_bytes(uint32_t size)
{
	return RTE_ALIGN_CEIL(sizeof(struct memif_ring) + size * sizeof(struct memif_desc), RTE_CACHE_LINE_SIZE);
}

void
memif_connection_init(struct memif_connection *c, bool client)
{
	memset(c, 0, sizeof(*c));
	c->client = client;
	c->rx.event_fd = c->tx.event_fd = -1;
	for (unsigned i = 0; i < MEMIF_MAX_REGIONS; i++)
		c->regions[i].fd = -1;
}

static int
make_region(struct memif_region *region, size_t size)
{
	region->fd = memfd_create("nfaas-memif", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (region->fd < 0)
		return -errno;
	/* Sealed, so that neither side can make the other fault by shrinking it. */
	if (ftruncate(region->fd, (off_t)size) < 0 || fcntl(region->fd, F_ADD_SEALS, F_SEAL_SHRINK) < 0)
		return -errno;
	region->base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, region->fd, 0);
	if (region->base == MAP_FAILED) {
		region->base = NULL;
		return -errno;
	}
	region->size = size;
	return 0;
}

static int
make_queue(struct memif_connection *c, struct memif_queue *q, size_t ring_offset, size_t buffers)
{
	q->size = 1u << MEMIF_LOG2_RING_SIZE;
	q->ring = (void *)((uint8_t *)c->regions[0].base + ring_offset);
	q->buffers = (uint32_t)buffers;
	q->ring->cookie = MEMIF_COOKIE;
	q->ring->flags = MEMIF_RING_MASK_INTERRUPT;
	for (uint32_t i = 0; i < q->size; i++)
		q->ring->desc[i] = (struct memif_desc){
			.length = MEMIF_BUFFER_SIZE, .offset = q->buffers + i * MEMIF_BUFFER_SIZE};
	q->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return q->event_fd < 0 ? -errno : 0;
}

int
memif_connection_allocate(struct memif_connection *c)
{
	const uint32_t size = 1u << MEMIF_LOG2_RING_SIZE;
	const size_t rings = 2 * ring_bytes(size), buffers = (size_t)size * MEMIF_BUFFER_SIZE;
	int rc = make_region(&c->regions[0], rings + 2 * buffers);

	if (rc < 0)
		return rc;
	c->n_regions = 1;
	if ((rc = make_queue(c, &c->tx, 0, rings)) < 0)
		return rc;
	return make_queue(c, &c->rx, ring_bytes(size), rings + buffers);
}

void
memif_connection_offer(struct memif_connection *c)
{
	__atomic_store_n(&c->rx.ring->head, (uint16_t)c->rx.size, __ATOMIC_RELEASE);
}

static const char *
map_region(struct memif_region *region)
{
	struct stat st;

	if (fstat(region->fd, &st) < 0 || region->size == 0 || (uint64_t)st.st_size < region->size)
		return "region is smaller than announced";
	if ((fcntl(region->fd, F_GET_SEALS) & F_SEAL_SHRINK) == 0)
		return "region is not sealed against shrinking";
	region->base = mmap(NULL, region->size, PROT_READ | PROT_WRITE, MAP_SHARED, region->fd, 0);
	if (region->base == MAP_FAILED) {
		region->base = NULL;
		return "region can't be mapped";
	}
	return NULL;
}

const char *
memif_connection_map(struct memif_connection *c)
{
	for (unsigned i = 0; i < c->n_regions; i++) {
		const char *wrong = map_region(&c->regions[i]);
		if (wrong != NULL)
			return wrong;
	}
	return NULL;
}

const char *
memif_connection_place(struct memif_connection *c, struct memif_queue *q, const struct memif_add_ring *ring)
{
	if (ring->region >= c->n_regions || ring->log2_ring_size > MEMIF_MAX_LOG2_RING_SIZE ||
	    ring->offset % RTE_CACHE_LINE_SIZE != 0)
		return "a ring is out of bounds";
	q->size = 1u << ring->log2_ring_size;
	if ((uint64_t)ring->offset + ring_bytes(q->size) > c->regions[ring->region].size)
		return "a ring is out of bounds";
	q->ring = (void *)((uint8_t *)c->regions[ring->region].base + ring->offset);
	q->next = q->ring->tail; /* the server's index on both rings */
	if (q->ring->cookie != MEMIF_COOKIE)
		return "a ring has no cookie";
	return NULL;
}

static void
release_queue(struct memif_queue *q)
{
	if (q->event_fd >= 0)
		close(q->event_fd);
	q->event_fd = -1;
	q->ring = NULL;
}

void
memif_connection_release(struct memif_connection *c)
{
	release_queue(&c->rx);
	release_queue(&c->tx);
	for (unsigned i = 0; i < c->n_regions; i++) {
		if (c->regions[i].base != NULL)
			munmap(c->regions[i].base, c->regions[i].size);
		if (c->regions[i].fd >= 0)
			close(c->regions[i].fd);
		c->regions[i] = (struct memif_region){.fd = -1};
	}
	c->n_regions = 0;
}
