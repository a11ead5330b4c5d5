/* SPDX-License-Identifier: Apache-2.0 */
#include "probe_classify.h"

#include "../counters/drop.h"
#include "../packet/probe.h"

static int
turn(uint16_t in_port, bool ipv6, struct rte_mbuf *m)
{
	struct dp_meta *meta = dp_meta(m);

	dp_probe_turn(rte_pktmbuf_mtod(m, void *), ipv6);
	meta->out_port = in_port;
	meta->flags = DP_META_PROBE;
	return DP_REPLY;
}

__rte_noinline int
dp_probe_classify(struct dp *dp, uint16_t in_port, uint8_t next_protocol, uint16_t inner_offset, struct rte_mbuf *m)
{
	const struct dp_probe *probe = rte_pktmbuf_mtod_offset(m, const struct dp_probe *, inner_offset);
	bool ipv6 = dp_outer_is_ipv6(rte_pktmbuf_mtod(m, const union dp_outer_prepared *));

	if (next_protocol != DP_NSH_NEXT_PROBE || inner_offset != dp_outer_size(ipv6)
		|| rte_pktmbuf_data_len(m) < dp_probe_size(ipv6)) {
		dp_drop_malformed(dp, m, DP_WRITER_IO);
		return DP_CONSUMED;
	}
	if (probe->kind == rte_cpu_to_be_32(DP_PROBE_QUESTION))
		return turn(in_port, ipv6, m);
	if (probe->kind != rte_cpu_to_be_32(DP_PROBE_ANSWER)) {
		dp_drop_malformed(dp, m, DP_WRITER_IO);
		return DP_CONSUMED;
	}
	__atomic_store_n(&dp->answered[in_port], rte_be_to_cpu_32(probe->sequence), __ATOMIC_RELAXED);
	rte_pktmbuf_free(m);
	return DP_CONSUMED;
}

struct rte_mbuf *
dp_probe_make(struct dp *dp, const struct dp_state *state, const struct dp_port *port, uint32_t sequence)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(dp->pool);
	void *frame = m == NULL ? NULL : rte_pktmbuf_append(m, dp_probe_size(state->ipv6));
	const struct dp_outer_end self = dp_state_end(state, port), peer = dp_port_peer(port);

	if (frame == NULL) {
		rte_pktmbuf_free(m);
		return NULL;
	}
	dp_probe_ask(frame, state->ipv6, &self, &peer, sequence);
	*dp_meta(m) = (struct dp_meta){.in_port = port->index, .out_port = port->index, .flags = DP_META_PROBE};
	return m;
}

uint32_t
dp_probe_answered(const struct dp *dp, uint16_t port)
{
	return __atomic_load_n(&dp->answered[port], __ATOMIC_RELAXED);
}

bool
dp_state_probes(const struct dp_state *state, const struct dp_port *port)
{
	for (unsigned i = 0; i < state->n_pools; i++) {
		const struct dp_state_pool *pool = &state->pools[i];

		for (unsigned b = 0; b < pool->n_named; b++)
			if (dp_port_leads_to(port, &pool->named[b]))
				return true;
	}
	return false;
}
