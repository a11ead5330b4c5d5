/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hosts on a tenant's attachments: addresses to MACs by ARP (RFC 826) and neighbour discovery (RFC 4861), and the packets that wait for an answer. One table
 * per tenant, of fixed size, touched only by the tenant's worker.
 */
#ifndef NFAAS_DP_NEIGHBOUR_H
#define NFAAS_DP_NEIGHBOUR_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_ether.h>
#include <rte_mbuf.h>

#include "../base/ip6.h"

#define DP_NEIGHBOURS 1024           /* per tenant */
#define DP_NEIGHBOUR_WAYS 8
#define DP_NEIGHBOUR_PENDING 16      /* packets that wait for one host */
#define DP_NEIGHBOUR_PENDING_TOTAL 256 /* per tenant: a scan must not drain the mbuf pool */

#define DP_NEIGHBOUR_NEWS 16 /* a power of two; more within one housekeeping are lost, and asked for again */

enum dp_neighbour_state {
	DP_NEIGHBOUR_FREE,
	DP_NEIGHBOUR_INCOMPLETE, /* asked, no answer yet */
	DP_NEIGHBOUR_REACHABLE,
};

struct dp_neighbour {
	uint64_t attachment; /* dp_attachment.key */
	struct dp_ip6 address; /* IPv4: dp_ip6_mapped() */
	uint32_t confirmed;  /* tick of the last answer; incomplete: of the first question */
	uint32_t asked;      /* tick of the last question */
	uint32_t used;       /* tick of the last packet */
	struct rte_ether_addr mac;
	uint8_t state;       /* enum dp_neighbour_state */
	uint8_t n_pending;
	struct rte_mbuf *pending[DP_NEIGHBOUR_PENDING];
};

/* What a host said of itself in a question that the I/O thread has answered. */
struct dp_neighbour_news {
	uint64_t attachment;
	struct dp_ip6 address;
	struct rte_ether_addr mac;
};

struct dp_neighbours {
	struct dp_neighbour *entries;
	uint32_t news_told;    /* I/O thread */
	uint32_t news_heard;   /* worker */
	unsigned n_pending;    /* packets, over all entries */
	unsigned n_incomplete;
	unsigned next;         /* entry that is housekept next */
	struct dp_neighbour_news news[DP_NEIGHBOUR_NEWS]; /* last: a packet reads all the rest */
};

bool dp_neighbours_init(struct dp_neighbours *neighbours);
/* Frees the packets that still wait, uncounted: the tenant is gone. */
void dp_neighbours_fini(struct dp_neighbours *neighbours);

/* NULL when unknown. */
struct dp_neighbour *dp_neighbour_find(struct dp_neighbours *neighbours, uint64_t attachment, struct dp_ip6 address);

/* A fresh entry, incomplete, for a host that is not in the table. Replaces the one of its set that is longest unused
 * and has nobody waiting; NULL when all have. */
struct dp_neighbour *dp_neighbour_add(struct dp_neighbours *neighbours, uint64_t attachment, struct dp_ip6 address,
	uint32_t now);

/* Frees the entry; nothing may wait for it. */
void dp_neighbour_remove(struct dp_neighbours *neighbours, struct dp_neighbour *neighbour);

/* Queues a packet. False when its or the tenant's bound is reached. */
bool dp_neighbour_enqueue(struct dp_neighbours *neighbours, struct dp_neighbour *neighbour, struct rte_mbuf *m);

/* Notes an answer. Packets that wait stay queued. */
void dp_neighbour_confirm(struct dp_neighbours *neighbours, struct dp_neighbour *neighbour,
	const struct rte_ether_addr *mac, uint32_t now);

/* I/O thread: passes news to the worker, who hears them before it sends to a host; lost when too many are unheard. */
void dp_neighbours_tell(struct dp_neighbours *neighbours, const struct dp_neighbour_news *news);
/* Worker. Whether there are any: for each packet that is sent to a host. */
static inline bool
dp_neighbours_have_news(const struct dp_neighbours *neighbours)
{
	return neighbours->news_heard != __atomic_load_n(&neighbours->news_told, __ATOMIC_RELAXED);
}
/* Worker. False when there are no more. */
bool dp_neighbours_hear(struct dp_neighbours *neighbours, struct dp_neighbour_news *news);

#endif
