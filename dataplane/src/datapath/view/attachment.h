/* SPDX-License-Identifier: Apache-2.0 */
/* Where a tenant's packets come into views and leave them. Part of a state: immutable. */
#ifndef NFAAS_DP_ATTACHMENT_H
#define NFAAS_DP_ATTACHMENT_H

#include "../base/hash.h"
#include "../base/name.h"
#include "../base/prefix.h"
#include "../datapath.h"

#define DP_SHARES 100

struct dp_state_pool;
struct dp_view;

/* Where packets of an attachment enter a view. */
struct dp_injection {
	const struct dp_view *view; /* NULL = no chain */
	uint8_t node;
	uint8_t direction;
};

/* A view that packets of an attachment may enter. */
struct dp_ingress {
	struct dp_injection injection;
	bool keep_flows;
};

/* Views of another chain that a node sends packets into. */
struct dp_enter {
	struct dp_injection shares[DP_SHARES]; /* by percent point */
	unsigned n;
	struct dp_ingress *entrances; /* also those without a share */
	bool keeps;                   /* one of them keeps flows */
};

/* By a hash that is not the one the backends are chosen by, so that a canary's flows spread over all of them. */
static inline const struct dp_injection *
dp_share_choose(const struct dp_injection shares[DP_SHARES], uint32_t flow_hash)
{
	uint32_t hash = (uint32_t)(dp_hash_mix(flow_hash ^ DP_HASH_SEED_A, DP_HASH_SEED_B) >> 16);

	return &shares[dp_hash_scale(hash, DP_SHARES)];
}

struct dp_attachment {
	char name[DP_NAME_SIZE];
	uint64_t key;      /* tells neighbours of one attachment from another's, across states */
	uint32_t address;  /* the gateway's own, host order */
	struct dp_ip6 address6; /* the same; with `ipv6` */
	bool ipv6;         /* carries IPv6 */
	uint32_t collector;/* of a tap: the host that gets all of it, host order; 0 = no tap */
	uint16_t port;     /* DP_PORT_NONE = the port is gone */
	struct rte_ether_addr mac;
	uint16_t mtu;      /* largest IP packet the port takes, bytes */
	uint16_t leave_mtu; /* largest of a tenant that may leave here: less with servers, for their GRE */
	struct dp_prefixes prefixes; /* sources accepted here, destinations reachable here */
	const struct dp_state_pool *servers; /* of direct server return; NULL = packets leave as they are */
	struct dp_injection shares[DP_SHARES]; /* by percent point */
	uint8_t n_ingress;
	struct dp_ingress *ingress; /* NULL = none of its views keeps flows */
};

#endif
