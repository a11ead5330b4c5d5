/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_NAT_H
#define NFAAS_DP_NAT_H

#include "function.h"
#include "nat_table.h"
#include "../packet/npt.h"

/* A block of ports that this pod owns. */
struct dp_nat_block {
	uint32_t usable_from; /* tick: until then it rests, as its former owner's mappings may live */
	uint8_t number;       /* 0..DP_NAT_BLOCKS-1 */
};

struct dp_nat_public {
	uint32_t address;
	uint8_t place;                 /* in the table */
	uint8_t n_blocks;
	struct dp_nat_block *blocks;   /* sorted by number */
};

/* What a node is configured to; immutable. Every pod of the view has it, since each must know whose a block is. */
struct dp_nat {
	struct dp_nat_table *table; /* NULL = another pod's node, or no public address */
	struct dp_npt npt;          /* of IPv6; n = 0: none is translated */
	uint64_t places;            /* bit per place of public[] in the table */
	bool accept_any_remote;
	bool hears;                 /* of other replicas' mappings: a block that rests is better than none */
	uint8_t n_public;
	struct dp_nat_public public[DP_NAT_ADDRESSES]; /* sorted by address */
};

/* Control thread. See struct dp_function. */
bool dp_nat_build(struct dp_build *build, const struct dp_state_tenant *tenant,
	const Nfaas__Dataplane__V1__Node *message, struct dp_node *node);
void dp_nat_release(struct dp_node *node);

/* Control thread. The prefixes of IPv6, into nat->npt. */
bool dp_nat_build_prefixes(struct dp_build *build, const Nfaas__Dataplane__V1__Nat *message, struct dp_npt *npt);

/* Worker. What nat.c does, of IPv6. */
dp_drop_reason_t dp_nat_process_ip6(struct dp_context *context, struct dp_packet *packet);
void dp_nat_steer_ip6(const struct dp_nat *nat, const struct dp_packet *packet, struct dp_steering *steering);

/* What Maglev chooses the owner of a block by. */
uint32_t dp_nat_block_hash(uint32_t address, unsigned block);

/* Index in public[], -1 = not one of them. */
int dp_nat_find_public(const struct dp_nat *nat, uint32_t address);

/* The next local NAT of the tenant that has mappings, from *view and *node on, which then stand behind it; both begin at 0.
 * NULL = no more. */
const struct dp_nat *dp_nat_next(const struct dp_state_tenant *tenant, unsigned *view, unsigned *node);

/* Worker. A mapping is shared with its flows; see struct dp_function. */
bool dp_nat_tell(const struct dp_state_tenant *tenant, struct dp_flow_record *record, uint32_t now);
enum dp_flow_taken dp_nat_take(const struct dp_state_tenant *tenant, const struct dp_flow_record *record, uint32_t now);

/* Worker. Frees expired mappings. */
void dp_nat_housekeep(struct dp_context *context);

/* Any thread that may read the state: what a tenant's NATs have in this pod. */
struct dp_nat_usage {
	uint64_t mappings;
	uint64_t blocks;
};
struct dp_nat_usage dp_nat_usage(const struct dp_state_tenant *tenant);

#endif
