/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <netinet/icmp6.h>

#include <rte_arp.h>
#include <rte_cycles.h>


#define QUEUE_MAX 4096
#define HOUSEKEEPING_MS 10

const struct rte_ether_addr world_host_mac = {{0x02, 0, 0, 0, 0, 0x10}};
const struct rte_ether_addr world_router_mac = {{0x02, 0, 0, 0, 0, 0x20}};
static const char *const pod_names[PODS] = {"gateway-a", "gateway-b", "firewall-1", "firewall-2"};

/* Frames under way. */
struct hop {
	enum pod pod;
	uint16_t port;
	struct rte_mbuf *m;
};
static struct hop queue[QUEUE_MAX];
static unsigned queue_head, queue_tail;

static uint32_t
address_of(enum pod pod)
{
	return IP(172, 16, 0, 1 + pod);
}

struct dp_port
world_link(enum pod pod, enum pod peer)
{
	struct dp_port port = {.fabric = true, .index = (uint16_t)peer, .peer_address = address_of(peer),
		.mac = {{2, 1, 0, 0, 0, (uint8_t)pod}}, .peer_mac = {{2, 1, 0, 0, 0, (uint8_t)peer}}};

	if (desired_fabric_ipv6) {
		port.peer_address6 = frame_ip6(address_of(peer));
		port.peer_address = dp_outer_key(port.peer_address6);
	}
	snprintf(port.name, sizeof(port.name), "%s", pod_names[peer]);
	return port;
}

uint16_t
world_overhead(void)
{
	return dp_outer_size(desired_fabric_ipv6);
}

static bool
is_gateway(enum pod pod)
{
	return pod == GATEWAY_A || pod == GATEWAY_B;
}

static void
default_rules(struct desired *desired, node_t *firewall)
{
	rule_t *rule;

	desired_rule(desired, firewall, "ping", ALLOW, IPPROTO_ICMP);
	rule = desired_rule(desired, firewall, "web", ALLOW, IPPROTO_TCP);
	rule->destination_ports = desired_ports(desired, 80, 80);
	desired_rule(desired, firewall, "ping6", ALLOW, IPPROTO_ICMPV6);
}

static void
allow_all(struct desired *desired, node_t *firewall)
{
	desired_rule(desired, firewall, "everything", ALLOW, 0);
}

/* client - (TCP: web, else: rest) - server, both firewalls on one set of pods. */
static void
describe_branches(struct desired *desired, view_t *view)
{
	node_t *client = desired_attachment_node(desired, view, "client", 255, 252, "gateway-a");
	node_t *web = desired_firewall_node(desired, view, "web", 254, 254, "firewalls", DENY);
	node_t *rest = desired_firewall_node(desired, view, "rest", 253, 253, "firewalls", DENY);
	node_t *server = desired_attachment_node(desired, view, "server", 252, 255, "gateway-b");

	allow_all(desired, web);
	allow_all(desired, rest);
	desired_match(desired, desired_edge(desired, client, web))->protocol = IPPROTO_TCP;
	desired_edge(desired, client, rest);
	desired_edge(desired, web, server);
	desired_edge(desired, rest, server);
}

static void
describe_twice(struct desired *desired, view_t *view)
{
	node_t *client = desired_attachment_node(desired, view, "client", 255, 252, "gateway-a");
	node_t *first = desired_firewall_node(desired, view, "first", 254, 253, "firewalls", ALLOW);
	node_t *second = desired_firewall_node(desired, view, "second", 253, 254, "firewalls", ALLOW);
	node_t *server = desired_attachment_node(desired, view, "server", 252, 255, "gateway-b");

	desired_edge(desired, client, first);
	desired_edge(desired, first, second);
	desired_edge(desired, second, server);
}

static void
describe_view(struct desired *desired, const struct world_view *description, uint32_t tenant_id)
{
	view_t *view = desired_view(desired, tenant_id, description->id, description->uid);
	node_t *client, *last, *server;

	if (description->graph != NULL) {
		description->graph(desired, view);
		return;
	}
	if (description->twice) {
		describe_twice(desired, view);
		return;
	}
	if (description->branches) {
		describe_branches(desired, view);
		return;
	}
	last = client = desired_attachment_node(desired, view, "client", 255, 253, "gateway-a");
	if (!description->no_firewall) {
		last = desired_firewall_node(desired, view, "firewall", 254, 254, "firewalls", DENY);
		(description->rules != NULL ? description->rules : default_rules)(desired, last);
		desired_edge(desired, client, last);
	}
	server = desired_attachment_node(desired, view, "server", 253, 255, "gateway-b");
	desired_edge(desired, last, server);
}

static void
describe_attachment(const struct world *world, struct desired *desired, tenant_t *tenant, enum pod pod, unsigned t)
{
	char port[16];
	attachment_t *attachment;

	snprintf(port, sizeof(port), "edge-%u", t);
	attachment = desired_attachment(desired, tenant, pod == GATEWAY_A ? "client" : "server", port,
		pod == GATEWAY_A ? CLIENT_ROUTER : SERVER_ROUTER);
	if (world->ipv6)
		attachment->address6 = desired_prefix6(desired, pod == GATEWAY_A ? CLIENT_ROUTER : SERVER_ROUTER, 24);
	for (unsigned v = 0; v < RTE_DIM(world->views); v++)
		if (world->views[v].id != 0 && (world->views[v].share > 0 || world->views[v].keep_flows))
			desired_share(desired, attachment, world->views[v].id, world->views[v].share)->keep_flows =
				world->views[v].keep_flows;
}

struct desired *
world_desired(const struct world *world, enum pod pod)
{
	struct desired *desired = desired_new(address_of(pod));
	pool_t *firewalls;

	desired->state.fabric->mtu = world->fabric_mtu;
	desired_backend(desired, desired_pool(desired, "gateway-a"), "gateway-a", address_of(GATEWAY_A), 100);
	desired_backend(desired, desired_pool(desired, "gateway-b"), "gateway-b", address_of(GATEWAY_B), 100);
	firewalls = desired_pool(desired, "firewalls");
	firewalls->slow_start_ms = world->slow_start_ms;
	for (enum pod p = FIREWALL_1; p < PODS; p++)
		if (!world->absent[p])
			desired_backend(desired, firewalls, pod_names[p], address_of(p), world->weight[p]);
	for (unsigned t = 0; t < world->n_tenants; t++) {
		tenant_t *tenant = desired_tenant(desired, TENANT_ID(t));

		for (unsigned v = 0; v < RTE_DIM(world->views); v++)
			if (world->views[v].id != 0)
				describe_view(desired, &world->views[v], TENANT_ID(t));
		if (is_gateway(pod))
			describe_attachment(world, desired, tenant, pod, t);
	}
	return desired;
}

static unsigned
ports_of(const struct world *world, enum pod pod, struct dp_port *ports)
{
	unsigned n = 0;

	for (enum pod peer = 0; peer < PODS; peer++) {
		if (peer == pod || world->link_down[peer])
			continue;
		ports[n] = world_link(pod, peer);
		ports[n++].dead = world->dead[peer];
	}
	for (unsigned t = 0; is_gateway(pod) && t <= SPARE; t++) {
		ports[n] = (struct dp_port){.index = EDGE_PORT(t), .mac = world_router_mac,
			.mtu = world->edge_mtu[pod]};
		snprintf(ports[n++].name, sizeof(ports[0].name), "edge-%u", t);
	}
	return n;
}

static struct dp_state *
build(struct world *world, enum pod pod, const struct desired *desired, struct dp_error *error)
{
	struct dp_port ports[PODS + SPARE + 1];
	unsigned n = ports_of(world, pod, ports);

	return dp_state_build(world->dp[pod], &desired->state, world->state[pod], ports, n, world->now, error);
}

void
world_apply_message(struct world *world, enum pod pod, const struct desired *desired)
{
	struct dp_error error = {0};
	struct dp_state *state = build(world, pod, desired, &error), *old = world->state[pod];

	if (state == NULL)
		test_fail(__FILE__, __LINE__, "refused: %s: %s", error.field, error.message);
	world->state[pod] = state;
	dp_state_free(world->dp[pod], old, state);
}

struct dp_error
world_refuse(struct world *world, enum pod pod, const struct desired *desired)
{
	struct dp_error error = {0};

	CHECK(build(world, pod, desired, &error) == NULL);
	CHECK(error.message[0] != '\0');
	return error;
}

static void
apply_pod(struct world *world, enum pod pod)
{
	struct desired *desired = world_desired(world, pod);

	world_apply_message(world, pod, desired);
	desired_free(desired);
}

void
world_apply(struct world *world)
{
	for (enum pod pod = 0; pod < PODS; pod++)
		apply_pod(world, pod);
}

static void
start(struct world *world, enum pod pod)
{
	struct dp_config config = {
		.pod = pod_names[pod],
		.role = is_gateway(pod) ? DP_ROLE_GATEWAY : world->role,
		.pool = test_pool(),
		.max_flows = 32768,
		.tsc_hz = WORLD_HZ,
	};

	world->dp[pod] = dp_create(&config);
	CHECK(world->dp[pod] != NULL);
}

static void
stop(struct world *world, enum pod pod)
{
	dp_state_free(world->dp[pod], world->state[pod], NULL);
	dp_destroy(world->dp[pod]);
	world->state[pod] = NULL;
}

void
world_restart(struct world *world, enum pod pod)
{
	stop(world, pod);
	start(world, pod);
	apply_pod(world, pod);
}

struct world *
world_new_of(enum dp_role role, void (*graph)(struct desired *desired, view_t *view))
{
	struct world *world = calloc(1, sizeof(*world));

	CHECK(world != NULL);
	world->n_tenants = WORLD_TENANTS;
	world->role = role;
	world->weight[FIREWALL_1] = world->weight[FIREWALL_2] = 100;
	world->views[0] = (struct world_view){.id = 1, .uid = "one", .share = 100, .graph = graph};
	for (enum pod pod = 0; pod < PODS; pod++)
		start(world, pod);
	world_apply(world);
	return world;
}

struct world *
world_new(void)
{
	return world_new_of(DP_ROLE_FIREWALL, NULL);
}

void
world_clear(struct world *world)
{
	for (unsigned g = 0; g < 2; g++)
		for (unsigned t = 0; t <= SPARE; t++) {
			rte_pktmbuf_free_bulk(world->delivered[g][t], world->n_delivered[g][t]);
			world->n_delivered[g][t] = 0;
		}
}

void
world_free(struct world *world)
{
	world_clear(world);
	rte_pktmbuf_free(world->last_fabric);
	for (enum pod pod = 0; pod < PODS; pod++)
		stop(world, pod);
	free(world);
}

static void
enqueue(enum pod pod, uint16_t port, struct rte_mbuf *m)
{
	CHECK(queue_tail - queue_head < QUEUE_MAX);
	queue[queue_tail++ % QUEUE_MAX] = (struct hop){.pod = pod, .port = port, .m = m};
}

/* A frame came to a host. */
static void
deliver(struct world *world, enum pod gateway, unsigned tenant, struct rte_mbuf *m)
{
	const struct rte_ether_hdr *ether = rte_pktmbuf_mtod(m, const struct rte_ether_hdr *);
	const struct rte_arp_hdr *arp = (const void *)(ether + 1);

	if (ether->ether_type == rte_cpu_to_be_16(RTE_ETHER_TYPE_ARP)) {
		if (!world->hosts_are_silent && arp->arp_opcode == rte_cpu_to_be_16(RTE_ARP_OP_REQUEST))
			enqueue(gateway, EDGE_PORT(tenant), frame_make_arp(&world_host_mac, RTE_ARP_OP_REPLY,
				rte_be_to_cpu_32(arp->arp_data.arp_tip), rte_be_to_cpu_32(arp->arp_data.arp_sip)));
		rte_pktmbuf_free(m);
		return;
	}
	if (frame_is_solicitation(m)) {
		if (!world->hosts_are_silent)
			enqueue(gateway, EDGE_PORT(tenant), frame_make_advertisement(&world_host_mac, m));
		rte_pktmbuf_free(m);
		return;
	}
	CHECK(world->n_delivered[gateway][tenant] < DELIVERED_MAX);
	world->delivered[gateway][tenant][world->n_delivered[gateway][tenant]++] = m;
}

static void
route(struct world *world, enum pod from, struct rte_mbuf *m)
{
	uint16_t port = dp_meta(m)->out_port;

	if (port >= EDGE_PORT(0)) {
		deliver(world, from, port - EDGE_PORT(0), m);
		return;
	}
	CHECK(port < PODS && port != from);
	rte_pktmbuf_free(world->last_fabric);
	world->last_fabric = rte_pktmbuf_copy(m, test_pool(), 0, UINT32_MAX);
	world->seen[port]++;
	enqueue((enum pod)port, from, m);
}

struct dp_outer
world_last_outer(const struct world *world)
{
	const struct rte_mbuf *m = world->last_fabric;
	struct dp_outer outer;

	CHECK(m != NULL && dp_outer_parse(rte_pktmbuf_mtod(m, const uint8_t *), rte_pktmbuf_data_len(m),
		rte_pktmbuf_pkt_len(m), &outer));
	return outer;
}

static void
process(struct world *world, enum pod pod, uint16_t slot, struct rte_mbuf **pkts, uint16_t n)
{
	struct rte_mbuf *out[DP_OUT_MAX];
	uint16_t n_out = dp_process_burst(world->dp[pod], world->state[pod], slot, pkts, n, world->now, out);

	CHECK(n_out <= DP_OUT_MAX);
	for (uint16_t i = 0; i < n_out; i++)
		route(world, pod, out[i]);
}

static void
arrive(struct world *world, enum pod pod, uint16_t port, struct rte_mbuf *m)
{
	int slot = dp_classify(world->dp[pod], world->state[pod], port, world->now, m);

	if (slot == DP_REPLY)
		route(world, pod, m);
	else if (slot >= 0)
		process(world, pod, (uint16_t)slot, &m, 1);
}

static void
settle(struct world *world)
{
	while (queue_head != queue_tail) {
		struct hop *hop = &queue[queue_head++ % QUEUE_MAX];

		arrive(world, hop->pod, hop->port, hop->m);
	}
}

void
world_inject(struct world *world, enum pod pod, uint16_t port, struct rte_mbuf **pkts, unsigned n)
{
	struct rte_mbuf *burst[DP_BURST];
	uint16_t held = 0;
	int held_slot = -1;

	CHECK(n <= DP_BURST);
	for (unsigned i = 0; i < n; i++) {
		int slot = dp_classify(world->dp[pod], world->state[pod], port, world->now, pkts[i]);

		if (slot == DP_REPLY)
			route(world, pod, pkts[i]);
		if (slot < 0)
			continue;
		if (slot != held_slot && held > 0) {
			process(world, pod, (uint16_t)held_slot, burst, held);
			held = 0;
		}
		held_slot = slot;
		burst[held++] = pkts[i];
	}
	if (held > 0)
		process(world, pod, (uint16_t)held_slot, burst, held);
	settle(world);
}

static bool
send_one(struct world *world, enum pod gateway, unsigned tenant, const struct frame *frame)
{
	enum pod other = gateway == GATEWAY_A ? GATEWAY_B : GATEWAY_A;
	unsigned before = world->n_delivered[other][tenant];
	struct rte_mbuf *m = frame_make(&world_host_mac, &world_router_mac, frame);

	world_inject(world, gateway, EDGE_PORT(tenant), &m, 1);
	return world->n_delivered[other][tenant] == before + 1;
}

bool
world_client_sends(struct world *world, unsigned tenant, const struct frame *frame)
{
	return send_one(world, GATEWAY_A, tenant, frame);
}

bool
world_server_sends(struct world *world, unsigned tenant, const struct frame *frame)
{
	return send_one(world, GATEWAY_B, tenant, frame);
}

struct rte_mbuf *
world_last(const struct world *world, enum pod gateway, unsigned tenant)
{
	CHECK(world->n_delivered[gateway][tenant] > 0);
	return world->delivered[gateway][tenant][world->n_delivered[gateway][tenant] - 1];
}

static void
housekeep(struct world *world)
{
	for (enum pod pod = 0; pod < PODS; pod++)
		for (unsigned i = 0; i < dp_state_n_tenants(world->state[pod]); i++) {
			struct rte_mbuf *out[DP_OUT_MAX];
			struct dp_tenant_info info;
			uint16_t n;

			dp_state_tenant(world->state[pod], i, &info);
			n = dp_housekeep(world->dp[pod], world->state[pod], info.slot, world->now, out);
			for (uint16_t p = 0; p < n; p++)
				route(world, pod, out[p]);
		}
	settle(world);
}

void
world_wait(struct world *world, uint64_t milliseconds)
{
	for (uint64_t past = 0; past < milliseconds; past += HOUSEKEEPING_MS) {
		world->now += WORLD_HZ * HOUSEKEEPING_MS / 1000;
		housekeep(world);
	}
}

struct frame
tcp_to_server(uint16_t client_port, uint16_t server_port, uint8_t flags)
{
	return (struct frame){.source = CLIENT, .destination = SERVER, .protocol = IPPROTO_TCP,
		.source_port = client_port, .destination_port = server_port, .tcp_flags = flags};
}

struct frame
tcp_to_client(uint16_t client_port, uint16_t server_port, uint8_t flags)
{
	return (struct frame){.source = SERVER, .destination = CLIENT, .protocol = IPPROTO_TCP,
		.source_port = server_port, .destination_port = client_port, .tcp_flags = flags};
}

struct frame
over_ipv6(struct frame frame)
{
	frame.ipv6 = true;
	if (frame.protocol == IPPROTO_ICMP) {
		frame.protocol = IPPROTO_ICMPV6;
		frame.icmp_type = frame.icmp_type == RTE_IP_ICMP_ECHO_REQUEST ? ICMP6_ECHO_REQUEST : ICMP6_ECHO_REPLY;
	}
	return frame;
}

struct frame
echo_request(uint16_t identifier)
{
	return (struct frame){.source = CLIENT, .destination = SERVER, .protocol = IPPROTO_ICMP,
		.icmp_type = RTE_IP_ICMP_ECHO_REQUEST, .source_port = identifier, .payload = 56};
}

struct frame
echo_reply(uint16_t identifier)
{
	return (struct frame){.source = SERVER, .destination = CLIENT, .protocol = IPPROTO_ICMP,
		.icmp_type = RTE_IP_ICMP_ECHO_REPLY, .source_port = identifier, .payload = 56};
}
