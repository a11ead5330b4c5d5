/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The boundary between the process (ports, threads, control socket) and the datapath (what is done to packets).
 *
 * The datapath is pure: it owns no port, thread, socket or clock. It reads an immutable dp_state, which the process
 * publishes by pointer swap (RCU), and per-tenant mutable tables that only that tenant's worker touches.
 *
 *   I/O thread:  rx burst -> dp_classify() -> tenant's ring
 *   worker:      ring -> dp_process_burst() -> packets with an out port -> out ring
 *   I/O thread:  out ring -> tx burst; what does not fit is handed to dp_drop()
 */
#ifndef NFAAS_DATAPATH_H
#define NFAAS_DATAPATH_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_ether.h>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>

#include "nfaas_dataplane.pb-c.h"

#include "base/ip6.h"
#include "flow/flow_share.h"

#define DP_BURST 32
#define DP_PORT_NONE UINT16_MAX
#define DP_MAX_TENANTS 512 /* slots of one process */

/* What a packet is, beside its bytes: kept in an mbuf dynamic field. Zero = unknown. */
struct dp_meta {
	uint32_t tenant_id;
	uint32_t flow_hash;   /* symmetric: equal for both directions of a flow */
	uint32_t received;    /* when the I/O thread received it (counters/latency.h); 0 = made by this pod */
	uint32_t sender;      /* fabric address of the pod it came from, as dp_state.address; 0 = from an edge port */
	uint16_t in_port;     /* index of the port it came in by */
	uint16_t out_port;    /* index of the port to leave by, set by dp_process_burst() */
	uint16_t inner_offset;/* of the tenant's IP header from the start of the data; 0 once encapsulated anew */
	uint16_t inner_length;/* bytes of the tenant's IP packet: what counters count */
	uint8_t view_id;
	uint8_t spi;          /* 1 forward, 2 reverse, 3 a mirror's copy */
	uint8_t si;
	uint8_t flags;        /* DP_META_* */
	uint8_t ttl;          /* NSH TTL as received; 0..63 */
	uint8_t from_si;      /* position of the sender, in the packet's direction; 0 = unknown */
	uint8_t trace;        /* with DP_META_EXPLAIN: its trace id */
};
#define DP_META_EXPLAIN 0x01 /* NSH O bit */
#define DP_META_LEFT 0x02    /* counted as left its view: a later drop is charged to the tenant, not to the view */
#define DP_META_PROBE 0x04   /* no tenant's: a probe on its way out */
#define DP_META_COPY 0x08    /* a mirror's copy: the first to go where room is short */
#define DP_META_ENTERED 0x10 /* has gone from one view into another */

/* Registers the dynamic field. 0, or -rte_errno. Call once, before any other dp_ function. */
int dp_meta_init(void);
extern int dp_meta_offset;
static inline struct dp_meta *
dp_meta(struct rte_mbuf *m)
{
	return RTE_MBUF_DYNFIELD(m, dp_meta_offset, struct dp_meta *);
}

/* Which function a process runs. Names are those of functions in the catalogue. */
enum dp_role {
	DP_ROLE_GATEWAY,
	DP_ROLE_FIREWALL,
	DP_ROLE_RATE_LIMITER,
	DP_ROLE_CLASSIFIER,
	DP_ROLE_WEB_GATEWAY,
	DP_ROLE_NAT,
	DP_ROLE_MIRROR,
};
bool dp_role_parse(const char *name, enum dp_role *role); /* false = no function has that name */
const char *dp_role_name(enum dp_role role);

struct dp_config {
	const char *pod;
	enum dp_role role;
	struct rte_mempool *pool; /* for ARP, ICMP errors and such */
	uint32_t max_flows;       /* per tenant and table; a power of two */
	uint64_t tsc_hz;
};

/* Everything that lives as long as the process. NULL and rte_errno on failure. */
struct dp;
struct dp *dp_create(const struct dp_config *config);
void dp_destroy(struct dp *dp);

/* A port the state may name; the process opens ports before it builds a state. */
struct dp_port {
	char name[64];        /* peer pod or edge port name */
	bool fabric;
	uint16_t index;       /* the process's own index, 0..DP_MAX_PORTS-1, stable while the port lives */
	uint32_t peer_address;/* fabric: IPv4 in host order, or dp_outer_key() of */
	struct dp_ip6 peer_address6; /* IPv6; 0 = the peer has an IPv4 address */
	struct rte_ether_addr mac;      /* own */
	struct rte_ether_addr peer_mac; /* fabric */
	uint16_t mtu;         /* edge: largest IP packet it takes, bytes; 0 = 1500 */
	bool dead;            /* fabric: the peer takes no packets (control/health.h): no pool has it but as the last one */
};
#define DP_MAX_PORTS 64

/* Reads a pod's address from the wire's 4 or 16 bytes into what dp_port has; false = of another size, or no host's. */
bool dp_fabric_address_read(const ProtobufCBinaryData *bytes, uint32_t *address, struct dp_ip6 *address6);

struct dp_error {
	Nfaas__Dataplane__V1__ErrorCode code;
	char message[256];
	char field[160];
	uint32_t tenant_id;
	uint32_t view_id;
};

/*
 * Builds a new immutable state. `previous` (may be NULL) lends the parts that are equal or that outlive views
 * (counters by view uid, connection tables and conntrack by tenant and state_key). Never touches what workers read.
 * `now` is a TSC reading: when backends that are new in a pool joined it. NULL on failure, with *error filled; then
 * nothing has changed.
 */
struct dp_state;
struct dp_state *dp_state_build(struct dp *dp, const Nfaas__Dataplane__V1__DesiredState *desired,
	const struct dp_state *previous, const struct dp_port *ports, unsigned n_ports, uint64_t now,
	struct dp_error *error);

/* Frees a state after every reader has passed a quiescent state since it was replaced. `current` is the state in
 * force (may be NULL): what both share stays. */
void dp_state_free(struct dp *dp, struct dp_state *state, const struct dp_state *current);

/* The tenants of a state, each with its worker slot; a tenant keeps its slot as long as it is in the state. */
unsigned dp_state_n_tenants(const struct dp_state *state);
struct dp_tenant_info {
	uint32_t tenant_id;
	uint16_t slot;
	uint32_t cpu_weight;
	char name[64];
};
void dp_state_tenant(const struct dp_state *state, unsigned i, struct dp_tenant_info *info);

/*
 * I/O thread only. Parses a packet received at `now`, a TSC reading, fills its meta. Returns the tenant's worker slot (>= 0), or
 *   DP_CONSUMED  the packet was freed (dropped and counted, or an ARP message that needed no answer),
 *   DP_REPLY     the packet now holds an answer (ARP) to send by meta->out_port.
 */
#define DP_CONSUMED (-1)
#define DP_REPLY (-2)
int dp_classify(struct dp *dp, const struct dp_state *state, uint16_t in_port, uint64_t now, struct rte_mbuf *m);

/*
 * The tenant's worker only. Takes n (at most DP_BURST) packets of one tenant through every position this pod runs.
 * Writes those to send to out[] (room for DP_OUT_MAX), each a whole frame with meta->out_port set; frees the rest,
 * counted. `now` is a TSC reading. Returns the number in out[].
 */
#define DP_OUT_MAX (4 * DP_BURST)
uint16_t dp_process_burst(struct dp *dp, const struct dp_state *state, uint16_t slot, struct rte_mbuf **pkts,
	uint16_t n, uint64_t now, struct rte_mbuf **out);

/* The tenant's worker only: counts how long the n packets of dp_process_burst()'s out[] were in this pod. `now` is a TSC
 * reading. */
void dp_latency_count(const struct dp *dp, const struct dp_state *state, uint16_t slot, struct rte_mbuf *const *pkts,
	uint16_t n, uint64_t now);

/* The tenant's worker only, every 10 ms or so also when idle: ages tables a bounded step at a time, gives up on
 * neighbours that do not answer, writes packets to send (ARP requests) to out[] as dp_process_burst() does. */
uint16_t dp_housekeep(struct dp *dp, const struct dp_state *state, uint16_t slot, uint64_t now,
	struct rte_mbuf **out);

/* The tenant's worker only: packets the datapath keeps for the tenant, such as those that wait for a neighbour. */
uint32_t dp_buffers_kept(const struct dp_state *state, uint16_t slot);

/*
 * Flows shared with other pods of the same function (flow/flow_share.h). The tenant's worker only: tells the next `buckets`
 * buckets of its flow table in at most `max` records, returns how many; begins a pass first where `begin` says so. And takes in
 * records of others, counting what became of them in taken[]. `now` is a TSC reading.
 */
bool dp_shares_flows(const struct dp *dp); /* whether the function has flows that mean something elsewhere */
uint32_t dp_flows_buckets(const struct dp *dp);
enum dp_flow_pass { DP_FLOW_PASS_GOES_ON, DP_FLOW_PASS_NEWS, DP_FLOW_PASS_WHOLE };
uint32_t dp_flows_tell(struct dp *dp, const struct dp_state *state, uint16_t slot, struct dp_flow_scan *scan,
	enum dp_flow_pass begin, uint32_t buckets, uint64_t now, struct dp_flow_record *records, uint32_t max);
void dp_flows_take(struct dp *dp, const struct dp_state *state, uint16_t slot, const struct dp_flow_record *records, uint32_t n,
	uint64_t now, uint64_t taken[DP_FLOW_TAKEN_KINDS]);

/*
 * Probes of neighbours (packet/probe.h). The control thread makes a question, to be sent by its out_port; NULL when out of
 * buffers. The I/O thread notes answers in dp_classify(): the sequence of the last one by a port, 0 = none yet.
 */
struct rte_mbuf *dp_probe_make(struct dp *dp, const struct dp_state *state, const struct dp_port *port, uint32_t sequence);
uint32_t dp_probe_answered(const struct dp *dp, uint16_t port);
/* Whether a pool names the neighbour at a port, so that it is worth a probe. */
bool dp_state_probes(const struct dp_state *state, const struct dp_port *port);

/* Which thread counts: each has counters of its own, so that none needs an atomic. */
enum dp_writer { DP_WRITER_WORKER, DP_WRITER_IO };

/* Counts a packet as dropped, by tenant, view and position of its meta, and frees it. A copy for which there was no room
 * is counted as TAP_SHED. */
void dp_drop(struct dp *dp, const struct dp_state *state, struct rte_mbuf *m,
	Nfaas__Dataplane__V1__DropReason reason, enum dp_writer writer);

/* Whether mirrors' copies of a tenant are made in this pod or come here. Any thread that may read `state`. */
bool dp_state_copies(const struct dp_state *state, uint16_t slot);

/* I/O thread: whether a port's peer is behind with taking packets, at the last look. Mirrors then hardly make copies for it. */
void dp_note_filling(struct dp *dp, uint16_t port, bool filling);

/* For where room is short: drops the mirrors' copies among n packets and closes up. Returns how many are left. */
uint16_t dp_shed_copies(struct dp *dp, const struct dp_state *state, struct rte_mbuf **pkts, uint16_t n,
	enum dp_writer writer);

/*
 * Explain (explain/explain.h). The control thread starts and stops; one filter per tenant. False with *error filled. `now`
 * is a TSC reading. dp_explain_stop() takes the filter out of the worker's sight; dp_explain_free() when every reader has
 * passed a quiescent state since; NULL = there was none.
 */
struct dp_explain_filter;
bool dp_explain_start(struct dp *dp, const struct dp_state *state,
	const Nfaas__Dataplane__V1__ExplainStartRequest *request, uint64_t now, struct dp_error *error);
struct dp_explain_filter *dp_explain_stop(const struct dp_state *state, uint32_t tenant_id);
void dp_explain_free(struct dp_explain_filter *filter);
uint32_t dp_explain_marked(const struct dp_explain_filter *filter); /* packets */
/* Whether the i-th tenant of the state has a filter that has marked its packets or is out of time. */
bool dp_explain_is_over(const struct dp_state *state, unsigned i, uint64_t now);
/* What this pod decided on the tenant's marked packets, at most max_age_ms ago (0 = all it still knows). Memory as
 * dp_counters_fill(); false when out of memory. An unknown tenant has no records. */
bool dp_explain_fill(struct dp *dp, const struct dp_state *state,
	const Nfaas__Dataplane__V1__ExplainReadRequest *request, uint64_t now,
	Nfaas__Dataplane__V1__ExplainReadResponse *response);

/* The firewalls' log of new flows (flow/flow_log.h), from an entry on; as dp_explain_fill(). */
bool dp_flow_log_fill(struct dp *dp, const struct dp_state *state,
	const Nfaas__Dataplane__V1__FlowLogRequest *request, uint64_t now,
	Nfaas__Dataplane__V1__FlowLogResponse *response);

/*
 * Fills tenants[], views[] and malformed_packets of a response (the process fills the rest: per-tenant CPU, cycles
 * and queue by tenant_id, ports, I/O). Any thread that may read `state`. Memory is malloc'ed in protobuf-c's manner:
 * nfaas__dataplane__v1__counters_response__free_unpacked(response, NULL) frees it. False when out of memory.
 */
bool dp_counters_fill(struct dp *dp, const struct dp_state *state,
	Nfaas__Dataplane__V1__CountersResponse *response);

#endif
