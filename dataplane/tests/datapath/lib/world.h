/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small fabric in one process: two gateways and two firewalls, each a datapath of its own, joined port to port. Every
 * tenant has the same addresses on purpose: a client behind gateway A and a server behind gateway B.
 */
#ifndef NFAAS_TEST_WORLD_H
#define NFAAS_TEST_WORLD_H

#include "datapath.h"
#include "desired.h"
#include "frame.h"
#include "packet/outer.h"
#include "test.h"

enum pod { GATEWAY_A, GATEWAY_B, FIREWALL_1, FIREWALL_2, PODS };
#define WORLD_TENANTS 2
#define TENANT_ID(t) (100 + (t))
#define CLIENT IP(10, 1, 0, 2)
#define SERVER IP(10, 2, 0, 2)
#define CLIENT_ROUTER IP(10, 1, 0, 1)
#define SERVER_ROUTER IP(10, 2, 0, 1)
#define EDGE_PORT(t) (10 + (t))
#define SPARE WORLD_TENANTS /* each gateway has one more port, "edge-2", that is nobody's */
#define WORLD_HZ UINT64_C(1000000) /* the clock of tests: ticks of a microsecond */
#define DELIVERED_MAX 1024

/* One view of every tenant: client - firewall - server, or client - server. */
struct world_view {
	uint32_t id;           /* 0 = none */
	const char *uid;
	uint32_t share;
	bool keep_flows;       /* those in it stay, whatever the share */
	bool no_firewall;
	bool twice;            /* two firewalls in a row, "first" and "second", on the same pods */
	bool branches;         /* TCP by firewall "web", the rest by firewall "rest", on the same pods */
	void (*graph)(struct desired *desired, view_t *view); /* draws all of it, on gateway-a, gateway-b and firewalls */
	void (*rules)(struct desired *desired, node_t *firewall); /* NULL = allow ICMP and TCP 80 */
};

struct world {
	struct dp *dp[PODS];
	struct dp_state *state[PODS];
	uint64_t now;
	struct world_view views[4];
	uint32_t weight[PODS];   /* of each firewall in its pool */
	bool absent[PODS];       /* not in its pool */
	uint32_t slow_start_ms;  /* of the pool of firewalls */
	bool dead[PODS];         /* all others find that it does not answer */
	bool link_down[PODS];    /* no gateway has a link to it */
	bool hosts_are_silent;   /* do not answer ARP, nor neighbour solicitations */
	bool ipv6;               /* attachments have IPv6 addresses too: frame_ip6() of the IPv4 ones */
	uint16_t edge_mtu[2];    /* by gateway; 0 = the default */
	uint32_t fabric_mtu;     /* 0 = the default */
	struct rte_mbuf *delivered[2][WORLD_TENANTS + 1][DELIVERED_MAX]; /* by gateway; last, of its spare port */
	unsigned n_delivered[2][WORLD_TENANTS + 1];
	unsigned seen[PODS];     /* frames that came to the pod by the fabric */
	struct rte_mbuf *last_fabric; /* copy of the last frame on the fabric */
	unsigned n_tenants;
	enum dp_role role;       /* of the pods between the gateways */
};

/* One view, id 1, uid "one", with all shares; applied everywhere. */
struct world *world_new(void);
/* The pods between the gateways run another function; their pool is "firewalls" all the same. */
struct world *world_new_of(enum dp_role role, void (*graph)(struct desired *desired, view_t *view));
void world_free(struct world *world);

/* A pod's port to another. */
struct dp_port world_link(enum pod pod, enum pod peer);
/* Bytes of the fabric's headers: 50, outside IPv6 70. */
uint16_t world_overhead(void);
/* What the fabric's last frame says; it must be well-formed. */
struct dp_outer world_last_outer(const struct world *world);

/* The message for one pod, to be changed before use. */
struct desired *world_desired(const struct world *world, enum pod pod);
/* Applies a message to one pod; checks that it is accepted. */
void world_apply_message(struct world *world, enum pod pod, const struct desired *desired);
/* The same, expecting a refusal. */
struct dp_error world_refuse(struct world *world, enum pod pod, const struct desired *desired);
void world_apply(struct world *world);
/* A pod is killed and started again: all it knew is gone. */
void world_restart(struct world *world, enum pod pod);

/* A host sends; packets travel until all are at rest. True when the host on the other side got exactly one more. */
bool world_client_sends(struct world *world, unsigned tenant, const struct frame *frame);
bool world_server_sends(struct world *world, unsigned tenant, const struct frame *frame);
/* Any frame into any port of any pod; in bursts of up to 32. */
void world_inject(struct world *world, enum pod pod, uint16_t port, struct rte_mbuf **pkts, unsigned n);
/* The last frame a host got; stays the world's. */
struct rte_mbuf *world_last(const struct world *world, enum pod gateway, unsigned tenant);
void world_clear(struct world *world);
/* Time passes, with housekeeping every 10 ms. */
void world_wait(struct world *world, uint64_t milliseconds);

struct world_counts {
	uint64_t injected, left, dropped, copied, entered, handed;
	uint64_t injected_bytes, left_bytes, dropped_bytes, copied_bytes;
};
/* Of one view over all pods. */
struct world_counts world_count(const struct world *world, unsigned tenant, const char *uid);
uint64_t world_drops(const struct world *world, enum pod pod, unsigned tenant, const char *uid, const char *node,
	Nfaas__Dataplane__V1__DropReason reason);
/* Those that no view is charged with. */
uint64_t world_tenant_drops(const struct world *world, enum pod pod, unsigned tenant,
	Nfaas__Dataplane__V1__DropReason reason);
struct world_tenant_counts {
	uint64_t icmp_errors, icmp_errors_limited, mss_clamped, nat_mappings, nat_blocks;
};
struct world_tenant_counts world_tenant_count(const struct world *world, enum pod pod, unsigned tenant);
uint64_t world_rule(const struct world *world, unsigned tenant, const char *uid, const char *rule);
uint64_t world_edge(const struct world *world, unsigned tenant, const char *uid, const char *from, const char *to,
	Nfaas__Dataplane__V1__Direction direction);
/* ViewCounters.kept_flows; -1 = not counted. */
int64_t world_kept(const struct world *world, enum pod pod, unsigned tenant, const char *uid);
uint64_t world_malformed(const struct world *world, enum pod pod);

extern const struct rte_ether_addr world_host_mac, world_router_mac;

/* Packets between the two hosts. */
struct frame over_ipv6(struct frame frame);
struct frame tcp_to_server(uint16_t client_port, uint16_t server_port, uint8_t flags);
struct frame tcp_to_client(uint16_t client_port, uint16_t server_port, uint8_t flags);
struct frame echo_request(uint16_t identifier);
struct frame echo_reply(uint16_t identifier);

#define DROP(name) NFAAS__DATAPLANE__V1__DROP_REASON__DROP_REASON_##name
#define FORWARD NFAAS__DATAPLANE__V1__DIRECTION__DIRECTION_FORWARD
#define REVERSE NFAAS__DATAPLANE__V1__DIRECTION__DIRECTION_REVERSE
#define CODE(name) NFAAS__DATAPLANE__V1__ERROR_CODE__ERROR_CODE_##name

#endif
