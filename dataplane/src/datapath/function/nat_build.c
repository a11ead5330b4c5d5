/* SPDX-License-Identifier: Apache-2.0 */
/* The NAT's configuration: public addresses, and the blocks of their ports that this pod owns. */
#include <string.h>

#include "nat.h"

#define QUARANTINE_MS_DEFAULT 120000u
#define QUARANTINE_MS_MAX 86400000u

uint32_t
dp_nat_block_hash(uint32_t address, unsigned block)
{
	return (uint32_t)(dp_hash_mix(address ^ DP_HASH_SEED_A, block ^ DP_HASH_SEED_B) >> 32);
}

int
dp_nat_find_public(const struct dp_nat *nat, uint32_t address)
{
	unsigned low = 0, high = nat->n_public;

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (nat->public[middle].address == address)
			return (int)middle;
		if (nat->public[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}

/* Inserts in order. */
static bool
add_public(struct dp_build *build, struct dp_nat *nat, uint32_t address)
{
	unsigned at = nat->n_public;

	if (dp_nat_find_public(nat, address) >= 0)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), NULL, "%u.%u.%u.%u is there twice", address >> 24,
			address >> 16 & 255, address >> 8 & 255, address & 255);
	for (; at > 0 && nat->public[at - 1].address > address; at--)
		nat->public[at] = nat->public[at - 1];
	nat->public[at] = (struct dp_nat_public){.address = address};
	nat->n_public++;
	return true;
}

static bool
add_prefix(struct dp_build *build, struct dp_nat *nat, const Nfaas__Dataplane__V1__Prefix *message)
{
	struct dp_prefix prefix;
	bool ipv4;

	if (!dp_build_prefix(build, message, NULL, &prefix, &ipv4))
		return false;
	if (!ipv4)
		return dp_build_fail(build, DP_CODE(UNSUPPORTED), NULL, "only IPv4 is translated");
	if (~prefix.mask >= (uint32_t)DP_NAT_ADDRESSES - nat->n_public)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), NULL, "more than %d public addresses", DP_NAT_ADDRESSES);
	for (uint32_t i = 0; i <= ~prefix.mask; i++)
		if (!add_public(build, nat, prefix.address + i))
			return false;
	return true;
}

static bool
read_prefixes(struct dp_build *build, struct dp_nat *nat, const Nfaas__Dataplane__V1__Nat *message)
{
	if (message->n_public_prefixes == 0 && message->n_prefix_translations == 0)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "public_prefixes",
			"a NAT needs a public address or a prefix to translate");
	for (size_t i = 0; i < message->n_public_prefixes; i++) {
		size_t mark = dp_path_enter(build, ".public_prefixes[%zu]", i);

		if (!add_prefix(build, nat, message->public_prefixes[i]))
			return false;
		dp_path_leave(build, mark);
	}
	return true;
}

/* The node's configuration in a state, of whichever view: they share the table. */
static const struct dp_nat *
find_nat(const struct dp_state *state, uint32_t tenant_id, uint64_t key)
{
	for (unsigned v = 0; state != NULL && v < state->n_views; v++)
		for (unsigned i = 0; state->views[v].nodes != NULL && i < state->views[v].n_nodes; i++) {
			const struct dp_node *node = &state->views[v].nodes[i];
			const struct dp_nat *nat = node->function == &dp_function_nat ? node->config : NULL;

			if (nat != NULL && nat->table != NULL && nat->table->tenant_id == tenant_id && nat->table->key == key)
				return nat;
		}
	return NULL;
}

static bool
lend_table(struct dp_build *build, uint32_t tenant_id, const struct dp_node *node, struct dp_nat *nat)
{
	const struct dp_nat *other = find_nat(build->previous, tenant_id, node->key);

	if (other == NULL)
		other = find_nat(build->state, tenant_id, node->key);
	nat->table = other != NULL ? other->table
		: dp_nat_table_create(tenant_id, node->key, build->dp->max_flows, build->dp->seed);
	if (nat->table == NULL)
		return dp_build_fail_memory(build);
	nat->table->references++;
	return true;
}

static bool
place_addresses(struct dp_build *build, struct dp_nat *nat)
{
	for (unsigned i = 0; i < nat->n_public; i++) {
		int place = dp_nat_table_add_address(nat->table, nat->public[i].address);

		if (place == -2)
			return dp_build_fail_memory(build);
		if (place < 0)
			return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), "public_prefixes",
				"former addresses are still in use: at most %d with them", DP_NAT_ADDRESSES);
		nat->public[i].place = (uint8_t)place;
		nat->places |= UINT64_C(1) << place;
	}
	return true;
}

/* The block as a state before had it, NULL if that did not own it. */
static const struct dp_nat_block *
find_block(const struct dp_nat_public *public, unsigned number)
{
	for (unsigned i = 0; i < public->n_blocks; i++)
		if (public->blocks[i].number == number)
			return &public->blocks[i];
	return NULL;
}

/* A pod that knew of the address and did not own the block takes it from another one, which may have mappings there. */
static uint32_t
usable_from(const struct dp_nat *before, uint32_t address, unsigned number, uint32_t now, uint32_t quarantine)
{
	int known = before != NULL ? dp_nat_find_public(before, address) : -1;
	const struct dp_nat_block *block = known >= 0 ? find_block(&before->public[known], number) : NULL;

	if (block != NULL)
		return block->usable_from;
	return known >= 0 ? now + quarantine : now;
}

static bool
claim_blocks(struct dp_build *build, const struct dp_node *node, const struct dp_nat *before, struct dp_nat_public *public,
	uint32_t quarantine)
{
	const struct dp_state_pool *pool = node->pool;

	public->blocks = dp_build_alloc(build, DP_NAT_BLOCKS, sizeof(*public->blocks));
	if (public->blocks == NULL)
		return false;
	for (unsigned number = 0; number < DP_NAT_BLOCKS; number++) {
		int32_t owner = dp_pool_pick(pool->pool, dp_nat_block_hash(public->address, number));

		if (owner >= 0 && pool->hops[owner].self)
			public->blocks[public->n_blocks++] = (struct dp_nat_block){
				.usable_from = usable_from(before, public->address, number, build->now, quarantine),
				.number = (uint8_t)number,
			};
	}
	return true;
}

static bool
build_local(struct dp_build *build, uint32_t tenant_id, struct dp_node *node, struct dp_nat *nat, uint32_t quarantine_ms)
{
	const struct dp_nat *before = find_nat(build->previous, tenant_id, node->key);
	uint32_t quarantine = (uint32_t)((quarantine_ms * (uint64_t)DP_FLOW_TICKS_PER_SECOND + 999) / 1000);

	if (!lend_table(build, tenant_id, node, nat))
		return false;
	node->config = nat; /* from here on dp_nat_release() undoes it */
	if (!place_addresses(build, nat))
		return false;
	for (unsigned i = 0; i < nat->n_public; i++)
		if (!claim_blocks(build, node, before, &nat->public[i], quarantine))
			return false;
	return true;
}

bool
dp_nat_build(struct dp_build *build, const struct dp_state_tenant *tenant, const Nfaas__Dataplane__V1__Node *node_message,
	struct dp_node *node)
{
	const Nfaas__Dataplane__V1__Nat *message = node_message->nat;
	uint32_t quarantine_ms = message->quarantine_ms == 0 ? QUARANTINE_MS_DEFAULT : message->quarantine_ms;
	size_t mark = dp_path_enter(build, ".nat");
	struct dp_nat *nat = dp_build_alloc(build, 1, sizeof(*nat));

	if (nat == NULL)
		return false;
	if (quarantine_ms > QUARANTINE_MS_MAX)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "quarantine_ms", "%u is not in 1..%u", quarantine_ms,
			QUARANTINE_MS_MAX);
	nat->accept_any_remote = message->accept_any_remote;
	nat->hears = build->desired->state_group != NULL;
	if (!read_prefixes(build, nat, message) || !dp_nat_build_prefixes(build, message, &nat->npt)
		|| (node->local && nat->n_public > 0 && !build_local(build, tenant->tenant_id, node, nat, quarantine_ms)))
		return false;
	node->config = nat;
	dp_path_leave(build, mark);
	return true;
}

void
dp_nat_release(struct dp_node *node)
{
	struct dp_nat *nat = node->config;

	if (nat->table == NULL)
		return;
	for (int i = 0; i < __builtin_popcountll(nat->places); i++) /* a half-built one has placed only its first ones */
		nat->table->addresses[nat->public[i].place]->references--;
	if (--nat->table->references == 0)
		dp_nat_table_free(nat->table);
}
