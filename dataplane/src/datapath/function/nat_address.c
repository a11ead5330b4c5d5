/* SPDX-License-Identifier: Apache-2.0 */
/* Public addresses of a NAT's table, and which of their ports are free. */
#include <stdlib.h>

#include "nat_table.h"

#define BLOCK_WORDS (DP_NAT_BLOCK_PORTS / 64)
#define ODD_PORTS UINT64_C(0xaaaaaaaaaaaaaaaa)

/* The worker's count of an address that no state names can only fall. */
static bool
is_free_place(const struct dp_nat_address *address)
{
	return address == NULL
		|| (address->references == 0 && __atomic_load_n(&address->mappings, __ATOMIC_ACQUIRE) == 0);
}

int
dp_nat_table_add_address(struct dp_nat_table *table, uint32_t address)
{
	int place = -1;

	for (int i = 0; i < DP_NAT_ADDRESSES; i++) {
		if (table->addresses[i] != NULL && table->addresses[i]->address == address) {
			table->addresses[i]->references++;
			return i;
		}
		if (place < 0 && is_free_place(table->addresses[i]))
			place = i;
	}
	if (place < 0)
		return -1;
	if (table->addresses[place] == NULL)
		table->addresses[place] = calloc(1, sizeof(struct dp_nat_address));
	if (table->addresses[place] == NULL)
		return -2;
	table->addresses[place]->address = address;
	table->addresses[place]->references = 1;
	return place;
}

/* The word's free port that comes next behind a random one. */
static uint16_t
pick_port(uint64_t free_ports, unsigned first, unsigned from)
{
	uint64_t turned = from == 0 ? free_ports : free_ports >> from | free_ports << (64 - from);

	return (uint16_t)(first + (from + (unsigned)__builtin_ctzll(turned)) % 64);
}

uint16_t
dp_nat_free_port(const struct dp_nat_address *address, enum dp_nat_protocol protocol, unsigned block, bool odd,
	uint64_t random)
{
	unsigned first = (DP_NAT_PORT_FIRST + block * DP_NAT_BLOCK_PORTS) / 64, start = (unsigned)(random >> 8) % BLOCK_WORDS;
	unsigned other = 0;
	uint64_t parity = odd ? ODD_PORTS : ~ODD_PORTS;

	for (unsigned i = 0; i < BLOCK_WORDS; i++) {
		unsigned word = first + (start + i) % BLOCK_WORDS;
		uint64_t free_ports = ~address->used[protocol][word];

		if ((free_ports & parity) != 0)
			return pick_port(free_ports & parity, word * 64, random & 63);
		if (free_ports != 0 && other == 0)
			other = word;
	}
	return other == 0 ? 0 : pick_port(~address->used[protocol][other], other * 64, random & 63);
}
