/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Datagrams in fragments: only the first fragment has ports, so it tells which flow the others are of; those that come
 * before it wait. One table per tenant, of fixed size, touched only by the tenant's worker.
 */
#ifndef NFAAS_DP_FRAGMENTS_H
#define NFAAS_DP_FRAGMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_mbuf.h>

#include "../packet/inner.h"

#define DP_FRAGMENTS 1024             /* datagrams under way, per tenant */
#define DP_FRAGMENT_WAYS 8
#define DP_FRAGMENT_PENDING 8         /* fragments that wait for one first: a datagram of 12 kB */
#define DP_FRAGMENT_PENDING_TOTAL 128 /* per tenant: they must not drain the mbuf pool */

enum dp_fragment_state {
	DP_FRAGMENT_FREE,
	DP_FRAGMENT_WAITING, /* for the first */
	DP_FRAGMENT_KNOWN,
};

struct dp_fragment {
	struct dp_fragment_key key;
	uint32_t seen;       /* waiting: tick of the first question; known: of the last fragment */
	struct dp_flow flow; /* once known */
	uint8_t side;
	uint8_t state;       /* enum dp_fragment_state */
	uint8_t n_pending;
	struct rte_mbuf *pending[DP_FRAGMENT_PENDING];
};

struct dp_fragments {
	struct dp_fragment *entries;
	uint64_t seed;
	unsigned n_pending; /* packets, over all entries */
	unsigned next;      /* entry that is housekept next */
};

bool dp_fragments_init(struct dp_fragments *fragments, uint64_t seed);
/* Frees the packets that still wait, uncounted: the tenant is gone. */
void dp_fragments_fini(struct dp_fragments *fragments);

/* The datagram's entry, NULL if it has none, or none that is still to be believed. `now` in ticks. */
struct dp_fragment *dp_fragment_find(struct dp_fragments *fragments, const struct dp_fragment_key *key, uint32_t now);

/* Notes the flow of a datagram's first fragment. Its entry, where others may wait; NULL when there is no room. */
struct dp_fragment *dp_fragment_note(struct dp_fragments *fragments, const struct dp_fragment_key *key,
	const struct dp_flow *flow, uint8_t side, uint32_t now);

/* Keeps a fragment until its first comes. False when a bound is reached. */
bool dp_fragment_wait(struct dp_fragments *fragments, const struct dp_fragment_key *key, struct rte_mbuf *m,
	uint32_t now);

/* The fragment that waits longest; there is one. */
struct rte_mbuf *dp_fragment_take(struct dp_fragments *fragments, struct dp_fragment *fragment);

/* Whether an entry's time is over: what waits in it is to be dropped, then it is to be freed. */
bool dp_fragment_is_over(const struct dp_fragment *fragment, uint32_t now);

#endif
