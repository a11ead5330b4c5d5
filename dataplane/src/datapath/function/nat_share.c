/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mappings shared with other replicas (flow/flow_share.h): a flow's record says the public end that its inside end has. Whoever
 * takes it in holds that port as if it had given it out itself, so it carries on for a replica that is gone, and gives the
 * port to nobody else, whoever owns the block now. A mapping without flows is not told, nor needed.
 */
#include "nat.h"

/* The tenant's NAT at a position, one that has the address if any has. NULL = none. */
static const struct dp_nat *
find_nat(const struct dp_state_tenant *tenant, uint64_t position, uint32_t address)
{
	const struct dp_nat *found = NULL, *nat;
	unsigned view = 0, node = 0;

	while ((nat = dp_nat_next(tenant, &view, &node)) != NULL) {
		if (nat->table->key != position)
			continue;
		found = nat;
		if (dp_nat_find_public(nat, address) >= 0)
			break;
	}
	return found;
}

static bool
is_end(const struct dp_flow *flow, unsigned side, struct dp_endpoint end)
{
	return flow->address[side] == end.address && flow->port[side] == end.port;
}

static struct dp_flow_entry *
find_entry(const struct dp_state_tenant *tenant, const struct dp_flow_record *record, uint32_t now)
{
	struct dp_flow_table *flows = &tenant->tenant->flows;

	return dp_flow_table_find(flows, dp_flow_table_hash(flows, record->position, &record->flow), record->position,
		&record->flow, now);
}

bool
dp_nat_tell(const struct dp_state_tenant *tenant, struct dp_flow_record *record, uint32_t now)
{
	const struct dp_nat *nat;
	const struct dp_flow_entry *entry;
	const struct dp_nat_mapping *mapping;
	enum dp_nat_protocol protocol;

	if (record->flow.ipv6)
		return true; /* its entry is all */
	nat = find_nat(tenant, record->position, 0);
	entry = find_entry(tenant, record, now);
	if (nat == NULL || entry == NULL || !dp_nat_protocol_of(record->flow.protocol, &protocol))
		return false;
	mapping = &nat->table->mappings[entry->mapping & nat->table->mask];
	if (mapping->class == DP_FLOW_FREE || mapping->protocol != protocol)
		return false;
	record->outside = (struct dp_flow_outside){.address = mapping->outside.address, .port = mapping->outside.port,
		.side = !is_end(&record->flow, 0, mapping->inside), .known = 1};
	return is_end(&record->flow, record->outside.side, mapping->inside);
}

/* What a record says of a mapping; of this pod: where it belongs. */
struct heard {
	struct dp_nat_table *table;
	struct dp_endpoint inside, outside;
	enum dp_nat_protocol protocol;
	uint8_t place;
};

/* False when it can't be of this NAT. */
static bool
read_heard(const struct dp_state_tenant *tenant, const struct dp_flow_record *record, struct heard *heard)
{
	const struct dp_flow_outside *outside = &record->outside;
	const struct dp_nat *nat = find_nat(tenant, record->position, outside->address);
	int public = nat == NULL ? -1 : dp_nat_find_public(nat, outside->address);

	if (public < 0 || record->flow.ipv6 || outside->known != 1 || outside->side > 1
		|| outside->port < DP_NAT_PORT_FIRST || !dp_nat_protocol_of(record->flow.protocol, &heard->protocol))
		return false;
	heard->table = nat->table;
	heard->place = nat->public[public].place;
	heard->inside = (struct dp_endpoint){record->flow.address[outside->side], record->flow.port[outside->side]};
	heard->outside = (struct dp_endpoint){outside->address, outside->port};
	return true;
}

/* The entry now is of the mapping, which lives as long as the liveliest of its flows. */
static void
join(struct dp_flow_table *flows, struct dp_flow_entry *entry, uint8_t before, const struct heard *heard,
	struct dp_nat_mapping *mapping, uint32_t seen)
{
	uint32_t last = mapping->connections > 0 && (int32_t)(mapping->seen - seen) > 0 ? mapping->seen : seen;

	entry->mapping = dp_nat_number(heard->table, mapping);
	dp_nat_touch(mapping, before, *dp_flow_class(flows, entry), last);
}

enum dp_flow_taken
dp_nat_take(const struct dp_state_tenant *tenant, const struct dp_flow_record *record, uint32_t now)
{
	struct dp_flow_table *flows = &tenant->tenant->flows;
	struct dp_nat_mapping *mapping;
	struct dp_flow_entry *entry;
	uint8_t before = DP_FLOW_FREE;
	enum dp_flow_taken taken;
	struct heard heard;

	if (record->flow.ipv6)
		return dp_flow_take(flows, record, now);
	if (!read_heard(tenant, record, &heard))
		return DP_FLOW_TAKEN_INVALID;
	mapping = dp_nat_find_outside(heard.table, heard.protocol, heard.outside, now);
	if (mapping != NULL && !is_end(&record->flow, record->outside.side, mapping->inside))
		return DP_FLOW_TAKEN_INVALID; /* another host's here */
	entry = find_entry(tenant, record, now);
	if (entry != NULL && mapping != NULL && entry->mapping == dp_nat_number(heard.table, mapping))
		before = *dp_flow_class(flows, entry);
	taken = dp_flow_take(flows, record, now);
	if (taken != DP_FLOW_TAKEN_NEW && taken != DP_FLOW_TAKEN_CHANGED)
		return taken;
	if (mapping == NULL)
		mapping = dp_nat_add(heard.table, heard.protocol, heard.inside, heard.place, heard.outside.port,
			(enum dp_flow_class)record->class, now - record->silence);
	entry = find_entry(tenant, record, now);
	if (mapping == NULL || entry == NULL)
		return DP_FLOW_TAKEN_FULL;
	join(flows, entry, before, &heard, mapping, now - record->silence);
	return taken;
}
