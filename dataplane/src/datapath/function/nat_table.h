/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mappings of one NAT node of one tenant in this pod, and which ports they use. Memory is fixed. It outlives states:
 * a flip moves nobody to another port. Mappings and ports are the tenant's worker's; which addresses there are, and all
 * references, are the control thread's.
 */
#ifndef NFAAS_DP_NAT_TABLE_H
#define NFAAS_DP_NAT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../flow/flow_table.h"
#include "../packet/translate.h"

#define DP_NAT_ADDRESSES 64
#define DP_NAT_PORT_FIRST 1024u
#define DP_NAT_BLOCK_PORTS 512u
#define DP_NAT_BLOCKS ((65536u - DP_NAT_PORT_FIRST) / DP_NAT_BLOCK_PORTS) /* per address, each for every protocol */

enum dp_nat_protocol { DP_NAT_TCP, DP_NAT_UDP, DP_NAT_ICMP, DP_NAT_PROTOCOLS };

/* An inside host's port (or query identifier) and the public one it has, whoever it speaks to (RFC 4787 section 4.1). */
struct dp_nat_mapping {
	struct dp_endpoint inside;
	struct dp_endpoint outside;
	uint32_t seen;         /* tick of the last packet */
	uint32_t next_inside;  /* index; 0 = the chain ends. In a free one: the next free one */
	uint32_t next_outside;
	uint16_t connections;  /* TCP: flows of it that are not closed */
	uint8_t address;       /* index in addresses[] */
	uint8_t protocol : 2;  /* enum dp_nat_protocol */
	uint8_t class : 6;     /* enum dp_flow_class: of its liveliest flow; decides how long it may be silent */
};

struct dp_nat_address {
	unsigned references;   /* by nodes of states */
	uint32_t address;
	uint64_t mappings;     /* worker; the address's place is free when this and `references` are 0 */
	uint64_t used[DP_NAT_PROTOCOLS][65536 / 64]; /* bit per port */
};

struct dp_nat_table {
	unsigned references;   /* by nodes of states */
	uint32_t tenant_id;
	uint64_t key;          /* of the node */
	uint64_t seed;
	uint32_t mask;         /* of mapping numbers and of both kinds of chains */
	uint32_t n_touched;    /* mappings 1..n_touched have been used once */
	uint32_t free;         /* head of those freed; 0 = none */
	uint32_t age_next;
	uint64_t live;
	struct dp_nat_mapping *mappings; /* [0] is none */
	uint32_t *inside;      /* heads of chains by inside end */
	uint32_t *outside;
	struct dp_nat_address *addresses[DP_NAT_ADDRESSES];
};

/* max_mappings: a power of two. NULL when out of memory. */
struct dp_nat_table *dp_nat_table_create(uint32_t tenant_id, uint64_t key, uint32_t max_mappings, uint64_t seed);
void dp_nat_table_free(struct dp_nat_table *table);

/* Control thread. The place of an address, one reference more. -1 = no room, as long as mappings of former addresses
 * live; -2 = out of memory. */
int dp_nat_table_add_address(struct dp_nat_table *table, uint32_t address);

/* False for a protocol that is not translated. */
bool dp_nat_protocol_of(uint8_t ip_protocol, enum dp_nat_protocol *protocol);

/* `addresses`: bit per place that may serve. NULL = none, or it has been silent too long. */
struct dp_nat_mapping *dp_nat_find_inside(struct dp_nat_table *table, enum dp_nat_protocol protocol,
	struct dp_endpoint inside, uint64_t addresses, uint32_t now);
struct dp_nat_mapping *dp_nat_find_outside(struct dp_nat_table *table, enum dp_nat_protocol protocol,
	struct dp_endpoint outside, uint32_t now);

/* By its number, which a flow has noted, if it still is that of the inside end. */
struct dp_nat_mapping *dp_nat_at(struct dp_nat_table *table, uint32_t number, enum dp_nat_protocol protocol,
	struct dp_endpoint inside, uint64_t addresses, uint32_t now);
static inline uint32_t
dp_nat_number(const struct dp_nat_table *table, const struct dp_nat_mapping *mapping)
{
	return (uint32_t)(mapping - table->mappings);
}

/* A free port of the block, of the parity asked for if there is one (RFC 4787 section 4.2.2), else any; `random` says
 * where to look first (RFC 6056). 0 = none. */
uint16_t dp_nat_free_port(const struct dp_nat_address *address, enum dp_nat_protocol protocol, unsigned block, bool odd,
	uint64_t random);

/* A mapping to a free port of the address at `place`. NULL when the table is full. */
struct dp_nat_mapping *dp_nat_add(struct dp_nat_table *table, enum dp_nat_protocol protocol, struct dp_endpoint inside,
	unsigned place, uint16_t port, enum dp_flow_class class, uint32_t now);

/* Notes a packet of a flow of it: the flow's class before and behind the packet; DP_FLOW_FREE before = a new flow. */
void dp_nat_touch(struct dp_nat_mapping *mapping, uint8_t before, uint8_t behind, uint32_t now);

/* Frees the expired ones of the next n. */
void dp_nat_age(struct dp_nat_table *table, uint32_t n, uint32_t now);

#endif
