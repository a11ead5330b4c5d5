/* SPDX-License-Identifier: Apache-2.0 */
#include "nat_table.h"

#include <netinet/in.h>
#include <stdlib.h>

#include <rte_common.h>

#include "../base/counter.h"
#include "../base/pages.h"

void
dp_nat_table_free(struct dp_nat_table *table)
{
	size_t size = (size_t)table->mask + 1;

	dp_pages_free(table->mappings, size * sizeof(*table->mappings));
	dp_pages_free(table->inside, size * sizeof(*table->inside));
	dp_pages_free(table->outside, size * sizeof(*table->outside));
	for (unsigned i = 0; i < DP_NAT_ADDRESSES; i++)
		free(table->addresses[i]);
	free(table);
}

struct dp_nat_table *
dp_nat_table_create(uint32_t tenant_id, uint64_t key, uint32_t max_mappings, uint64_t seed)
{
	struct dp_nat_table *table = calloc(1, sizeof(*table));

	if (table == NULL)
		return NULL;
	*table = (struct dp_nat_table){.tenant_id = tenant_id, .key = key, .seed = seed, .mask = max_mappings - 1,
		.age_next = 1};
	table->mappings = dp_pages_alloc((size_t)max_mappings * sizeof(*table->mappings));
	table->inside = dp_pages_alloc((size_t)max_mappings * sizeof(*table->inside));
	table->outside = dp_pages_alloc((size_t)max_mappings * sizeof(*table->outside));
	if (table->mappings != NULL && table->inside != NULL && table->outside != NULL)
		return table;
	dp_nat_table_free(table);
	return NULL;
}

bool
dp_nat_protocol_of(uint8_t ip_protocol, enum dp_nat_protocol *protocol)
{
	*protocol = ip_protocol == IPPROTO_TCP ? DP_NAT_TCP : ip_protocol == IPPROTO_UDP ? DP_NAT_UDP : DP_NAT_ICMP;
	return ip_protocol == IPPROTO_TCP || ip_protocol == IPPROTO_UDP || ip_protocol == IPPROTO_ICMP;
}

static uint32_t
chain_of(const struct dp_nat_table *table, enum dp_nat_protocol protocol, struct dp_endpoint end)
{
	uint64_t hash = dp_hash_mix(((uint64_t)end.address << 16 | end.port) ^ table->seed, protocol ^ DP_HASH_SEED_B);

	return (uint32_t)(hash >> 32) & table->mask;
}

static bool
is_same(struct dp_endpoint a, struct dp_endpoint b)
{
	return a.address == b.address && a.port == b.port;
}

static void
unlink_inside(struct dp_nat_table *table, const struct dp_nat_mapping *mapping)
{
	uint32_t *at = &table->inside[chain_of(table, mapping->protocol, mapping->inside)];

	while (*at != dp_nat_number(table, mapping))
		at = &table->mappings[*at].next_inside;
	*at = mapping->next_inside;
}

static void
unlink_outside(struct dp_nat_table *table, const struct dp_nat_mapping *mapping)
{
	uint32_t *at = &table->outside[chain_of(table, mapping->protocol, mapping->outside)];

	while (*at != dp_nat_number(table, mapping))
		at = &table->mappings[*at].next_outside;
	*at = mapping->next_outside;
}

static void
remove_mapping(struct dp_nat_table *table, struct dp_nat_mapping *mapping)
{
	struct dp_nat_address *address = table->addresses[mapping->address];

	unlink_inside(table, mapping);
	unlink_outside(table, mapping);
	address->used[mapping->protocol][mapping->outside.port / 64] &= ~(UINT64_C(1) << mapping->outside.port % 64);
	mapping->class = DP_FLOW_FREE;
	mapping->next_inside = table->free;
	table->free = dp_nat_number(table, mapping);
	__atomic_store_n(&table->live, table->live - 1, __ATOMIC_RELAXED);
	__atomic_store_n(&address->mappings, address->mappings - 1, __ATOMIC_RELEASE);
}

static uint32_t
silence_max(uint8_t class)
{
	return dp_flow_silence_max((enum dp_flow_class)class);
}

static bool
is_expired(const struct dp_nat_mapping *mapping, uint32_t now)
{
	return now - mapping->seen > silence_max(mapping->class);
}

struct dp_nat_mapping *
dp_nat_find_inside(struct dp_nat_table *table, enum dp_nat_protocol protocol, struct dp_endpoint inside,
	uint64_t addresses, uint32_t now)
{
	struct dp_nat_mapping *mapping;

	for (uint32_t i = table->inside[chain_of(table, protocol, inside)]; i != 0; i = mapping->next_inside) {
		mapping = &table->mappings[i];
		if (mapping->protocol != protocol || !is_same(mapping->inside, inside)
			|| (addresses >> mapping->address & 1) == 0)
			continue;
		if (!is_expired(mapping, now))
			return mapping;
		remove_mapping(table, mapping);
		return NULL;
	}
	return NULL;
}

struct dp_nat_mapping *
dp_nat_find_outside(struct dp_nat_table *table, enum dp_nat_protocol protocol, struct dp_endpoint outside, uint32_t now)
{
	uint32_t i = table->outside[chain_of(table, protocol, outside)];

	while (i != 0 && (table->mappings[i].protocol != protocol || !is_same(table->mappings[i].outside, outside)))
		i = table->mappings[i].next_outside;
	if (i == 0)
		return NULL;
	if (!is_expired(&table->mappings[i], now))
		return &table->mappings[i];
	remove_mapping(table, &table->mappings[i]);
	return NULL;
}

struct dp_nat_mapping *
dp_nat_at(struct dp_nat_table *table, uint32_t number, enum dp_nat_protocol protocol, struct dp_endpoint inside,
	uint64_t addresses, uint32_t now)
{
	struct dp_nat_mapping *mapping = &table->mappings[number & table->mask];

	if (mapping->class == DP_FLOW_FREE || mapping->protocol != protocol || !is_same(mapping->inside, inside)
		|| (addresses >> mapping->address & 1) == 0 || is_expired(mapping, now))
		return NULL;
	return mapping;
}

static struct dp_nat_mapping *
take_free(struct dp_nat_table *table)
{
	uint32_t number = table->free;

	if (number != 0)
		table->free = table->mappings[number].next_inside;
	else if (table->n_touched < table->mask)
		number = ++table->n_touched;
	return number == 0 ? NULL : &table->mappings[number];
}

struct dp_nat_mapping *
dp_nat_add(struct dp_nat_table *table, enum dp_nat_protocol protocol, struct dp_endpoint inside, unsigned place,
	uint16_t port, enum dp_flow_class class, uint32_t now)
{
	struct dp_nat_address *address = table->addresses[place];
	struct dp_endpoint outside = {.address = address->address, .port = port};
	uint32_t *inside_head = &table->inside[chain_of(table, protocol, inside)];
	uint32_t *outside_head = &table->outside[chain_of(table, protocol, outside)];
	struct dp_nat_mapping *mapping = take_free(table);

	if (mapping == NULL)
		return NULL;
	*mapping = (struct dp_nat_mapping){.inside = inside, .outside = outside, .seen = now, .next_inside = *inside_head,
		.next_outside = *outside_head, .address = (uint8_t)place, .protocol = protocol, .class = class};
	*inside_head = *outside_head = dp_nat_number(table, mapping);
	address->used[protocol][port / 64] |= UINT64_C(1) << port % 64;
	__atomic_store_n(&address->mappings, address->mappings + 1, __ATOMIC_RELAXED);
	__atomic_store_n(&table->live, table->live + 1, __ATOMIC_RELAXED);
	return mapping;
}

void
dp_nat_touch(struct dp_nat_mapping *mapping, uint8_t before, uint8_t behind, uint32_t now)
{
	bool was_open = before != DP_FLOW_FREE && before != DP_FLOW_TCP_CLOSING, is_open = behind != DP_FLOW_TCP_CLOSING;

	mapping->seen = now;
	if (is_open && (!was_open || mapping->connections == 0) && mapping->connections < UINT16_MAX)
		mapping->connections++;
	if (!is_open && was_open && mapping->connections > 0)
		mapping->connections--;
	if (mapping->connections == 0)
		mapping->class = DP_FLOW_TCP_CLOSING;
	else if (mapping->class == DP_FLOW_TCP_CLOSING || silence_max(behind) > silence_max(mapping->class))
		mapping->class = behind & 63;
}

void
dp_nat_age(struct dp_nat_table *table, uint32_t n, uint32_t now)
{
	for (n = RTE_MIN(n, table->n_touched); n > 0; n--) {
		struct dp_nat_mapping *mapping = &table->mappings[table->age_next];

		table->age_next = table->age_next < table->n_touched ? table->age_next + 1 : 1;
		if (mapping->class != DP_FLOW_FREE && is_expired(mapping, now))
			remove_mapping(table, mapping);
	}
}
