/* SPDX-License-Identifier: Apache-2.0 */
#include "probe_classify.h"

#include "../counters/drop.h"
#include "../packet/probe.h"

static int
turn(uint16_t in_port, struct rte_mbuf *m)
{
	struct dp_meta *meta = dp_meta(m);

	dp_probe_turn(rte_pktmbuf_mtod(m, struct dp_probe *));
	meta->out_port = in_port;
	meta->flags = DP_META_PROBE;
	return DP_REPLY;
}

__rte_noinline int
dp_probe_classify(struct dp *dp, uint16_t in_port, uint8_t next_protocol, uint16_t inner_offset, struct rte_mbuf *m)
{
	const struct dp_probe *probe = rte_pktmbuf_mtod(m, const struct dp_probe *);

	if (next_protocol != DP_NSH_NEXT_PROBE || inner_offset != sizeof(probe->outer)
		|| rte_pktmbuf_data_len(m) < sizeof(*probe)) {
		dp_drop_malformed(dp, m, DP_WRITER_IO);
		return DP_CONSUMED;
	}
	if (probe->kind == rte_cpu_to_be_32(DP_PROBE_QUESTION))
		return turn(in_port, m);
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
	struct dp_probe *probe = m == NULL ? NULL : (struct dp_probe *)rte_pktmbuf_append(m, sizeof(*probe));

	if (probe == NULL) {
		rte_pktmbuf_free(m);
		return NULL;
	}
	dp_probe_ask(probe, state->address, port->peer_address, &port->mac, &port->peer_mac, sequence);
	*dp_meta(m) = (struct dp_meta){.in_port = port->index, .out_port = port->index, .flags = DP_META_PROBE};
	return m;
}

uint32_t
dp_probe_answered(const struct dp *dp, uint16_t port)
{
	return __atomic_load_n(&dp->answered[port], __ATOMIC_RELAXED);
}

bool
dp_state_probes(const struct dp_state *state, uint32_t peer_address)
{
	for (unsigned i = 0; i < state->n_pools; i++) {
		const struct dp_state_pool *pool = &state->pools[i];

		for (unsigned b = 0; b < pool->n_named; b++)
			if (pool->named[b].address == peer_address)
				return true;
	}
	return false;
}
