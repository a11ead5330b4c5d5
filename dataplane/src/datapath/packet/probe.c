/* SPDX-License-Identifier: Apache-2.0 */
#include "probe.h"

static struct dp_probe *
write_outer(void *frame, bool ipv6, const struct dp_outer_end *from, const struct dp_outer_end *to)
{
	const struct dp_outer outer = {.ttl = 1, .next_protocol = DP_NSH_NEXT_PROBE, .inner_length = sizeof(struct dp_probe)};
	union dp_outer_prepared prepared;

	dp_outer_prepare(&prepared, ipv6, from, to);
	dp_outer_write(frame, &prepared, &outer);
	return (struct dp_probe *)((uint8_t *)frame + dp_outer_size(ipv6));
}

void
dp_probe_ask(void *frame, bool ipv6, const struct dp_outer_end *from, const struct dp_outer_end *to, uint32_t sequence)
{
	struct dp_probe *probe = write_outer(frame, ipv6, from, to);

	probe->kind = rte_cpu_to_be_32(DP_PROBE_QUESTION);
	probe->sequence = rte_cpu_to_be_32(sequence);
}

/* Who sent a frame, and whom to. */
static void
read_ends(const void *frame, bool ipv6, struct dp_outer_end *from, struct dp_outer_end *to)
{
	const union dp_outer_prepared *hdr = frame;

	*from = (struct dp_outer_end){.mac = hdr->ether.src_addr};
	*to = (struct dp_outer_end){.mac = hdr->ether.dst_addr};
	if (ipv6) {
		from->address6 = dp_ip6_read((const uint8_t *)&hdr->ipv6.ip.src_addr);
		to->address6 = dp_ip6_read((const uint8_t *)&hdr->ipv6.ip.dst_addr);
	} else {
		from->address = rte_be_to_cpu_32(hdr->ipv4.ip.src_addr);
		to->address = rte_be_to_cpu_32(hdr->ipv4.ip.dst_addr);
	}
}

void
dp_probe_turn(void *frame, bool ipv6)
{
	struct dp_outer_end asker, self;

	read_ends(frame, ipv6, &asker, &self);
	write_outer(frame, ipv6, &self, &asker)->kind = rte_cpu_to_be_32(DP_PROBE_ANSWER);
}
