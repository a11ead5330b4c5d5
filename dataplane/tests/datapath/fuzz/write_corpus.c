/* SPDX-License-Identifier: Apache-2.0 */
/* Writes well-formed inputs for the fuzzers into the directories argv[1] (frames), argv[2] (states), argv[3] (what web
 * clients send first), argv[4] (messages of a state group), argv[5] (memif neighbours), argv[6] (frames for NATs) and argv[7]
 * (frames for views that enter others). */
#include <netinet/icmp6.h>

#include "lib/enter_world.h"
#include "lib/hello.h"
#include "lib/nat_world.h"
#include "lib/quic_vectors.h"
#include "memif_fuzz.h"
#include "state_group/message.h"

static void
write_file(const char *directory, const char *name, const void *data, size_t size)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "wb");
	CHECK(file != NULL);
	CHECK(fwrite(data, 1, size, file) == size);
	CHECK(fclose(file) == 0);
}

static void
write_frame(const char *directory, const char *name, uint8_t where, const struct rte_mbuf *m)
{
	uint16_t length = (uint16_t)rte_pktmbuf_pkt_len(m);
	uint8_t data[2048] = {where, (uint8_t)(length >> 8), (uint8_t)length};

	memcpy(data + 3, rte_pktmbuf_mtod(m, void *), length);
	write_file(directory, name, data, 3u + length);
}

static void
write_message_of_state(struct desired *desired, const char *directory, const char *name)
{
	size_t size = nfaas__dataplane__v1__desired_state__get_packed_size(&desired->state);
	uint8_t *data = malloc(size);

	CHECK(data != NULL);
	nfaas__dataplane__v1__desired_state__pack(&desired->state, data);
	write_file(directory, name, data, size);
	free(data);
	desired_free(desired);
}

static void
write_state(const struct world *world, const char *directory, const char *name, enum pod pod)
{
	write_message_of_state(world_desired(world, pod), directory, name);
}

static void
write_entering_state(const char *directory)
{
	struct world *world = enter_world((struct enter_setup){.enters = true, .has_third = true, .share_of_third = 30});

	write_message_of_state(enter_desired(world, FIREWALL_1), directory, "entering");
	enter_setup.in_a_circle = true;
	write_message_of_state(enter_desired(world, FIREWALL_1), directory, "circle");
	world_free(world);
}

static void
write_hellos(const char *directory)
{
	static const char request[] = "GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\nAccept: */*\r\n\r\n";
	struct hello hello = {.name = "www.example.com", .padding = 30, .encrypted = true};
	uint8_t message[HELLO_MAX], records[2 * HELLO_MAX], frame[4 + HELLO_MAX] = {6, 0, 0x40};
	size_t length = hello_write(message, &hello);

	write_file(directory, "request", request, sizeof(request) - 1);
	write_file(directory, "handshake", message, length);
	write_file(directory, "record", records, hello_write_records(records, message, length, 0));
	write_file(directory, "records", records, hello_write_records(records, message, length, 40));
	write_file(directory, "quic-1", rfc9001_initial, sizeof(rfc9001_initial));
	write_file(directory, "quic-2", rfc9369_initial, sizeof(rfc9369_initial));
	frame[3] = (uint8_t)length;
	memcpy(frame + 4, message, length);
	write_file(directory, "crypto-frame", frame, 4 + length);
}

/* A sealed message for the parser, and the body alone behind its type. */
static void
write_message(const char *directory, const char *name, uint8_t type, uint8_t *wire, uint32_t length)
{
	static const struct group_key key;
	char body[64];

	snprintf(body, sizeof(body), "%s-body", name);
	write_file(directory, name, wire, group_message_seal(wire, &key, type, 0, length));
	wire[GROUP_HEADER_SIZE - 1] = type;
	write_file(directory, body, wire + GROUP_HEADER_SIZE - 1, length + 1);
}

static void
write_messages(const char *directory)
{
	static uint8_t wire[GROUP_MESSAGE_MAX];
	const struct dp_flow_record records[3] = {{.class = DP_FLOW_TCP_ESTABLISHED}, {.class = DP_FLOW_ANSWERED, .initiator = 1}};
	const struct dp_flow_record mapped = {.flow = {.address = {CLIENT, SERVER}, .port = {4000, 80}, .protocol = IPPROTO_TCP},
		.class = DP_FLOW_TCP_ESTABLISHED, .outside = {.address = PUBLIC, .port = 40000, .known = 1}};
	const struct group_hello hello = {.group = "web", .pod = "web-1"};
	uint8_t *body = wire + GROUP_HEADER_SIZE;

	write_message(directory, "hello", GROUP_HELLO, wire, group_hello_write(body, &hello));
	write_message(directory, "flows", GROUP_FLOWS, wire, group_flows_write(body, 1, records, RTE_DIM(records)));
	write_message(directory, "mapped", GROUP_FLOWS, wire, group_flows_write(body, 1, &mapped, 1));
	write_message(directory, "pass", GROUP_PASS, wire, group_pass_write(body, 100));
	write_message(directory, "subscribe", GROUP_SUBSCRIBE, wire, 0);
}

/* A client with one region: two rings of 16 descriptors, the first with a frame for the server in it. */
static void
write_memif_client(const char *directory)
{
	enum { STEPS = 5, LOG2_SIZE = 4, RING = sizeof(struct memif_ring) + (sizeof(struct memif_desc) << LOG2_SIZE), REGION = 1 << 16 };
	static const uint8_t passed[STEPS] = {PASSED_NOTHING, PASSED_REGION, PASSED_EVENT, PASSED_EVENT, PASSED_NOTHING};
	struct {
		struct memif_fuzz_input input;
		struct memif_fuzz_step steps[STEPS];
		uint8_t memory[2 * RING];
	} __rte_packed data = {.input = {.n_steps = STEPS}};
	_Alignas(struct memif_ring) uint8_t memory[sizeof(data.memory)] = {0};
	struct memif_ring *ring = (void *)memory;

	for (unsigned i = 0; i < STEPS; i++)
		data.steps[i] = (struct memif_fuzz_step){.passed = passed[i], .message.type = (uint16_t)(MEMIF_INIT + i - (i > 2))};
	data.steps[0].message.init = (struct memif_init){.version = MEMIF_VERSION};
	data.steps[1].message.add_region.size = REGION;
	data.steps[2].message.add_ring = (struct memif_add_ring){.flags = MEMIF_RING_TO_SERVER, .log2_ring_size = LOG2_SIZE};
	data.steps[3].message.add_ring = (struct memif_add_ring){.offset = RING, .log2_ring_size = LOG2_SIZE};
	ring->cookie = MEMIF_COOKIE;
	ring->head = 1;
	ring->desc[0] = (struct memif_desc){.length = 64, .offset = 2 * RING};
	ring = (void *)(memory + RING);
	ring->cookie = MEMIF_COOKIE;
	ring->head = 1 << LOG2_SIZE;
	memcpy(data.memory, memory, sizeof(memory));
	write_file(directory, "client", &data, sizeof(data));
}

static void
write_memif_server(const char *directory)
{
	enum { STEPS = 7 };
	struct {
		struct memif_fuzz_input input;
		struct memif_fuzz_step steps[STEPS];
	} __rte_packed data = {.input = {.is_server = 1, .n_steps = STEPS}};

	data.steps[0].message = (struct memif_message){.type = MEMIF_HELLO, .hello = {.min_version = MEMIF_VERSION,
		.max_version = MEMIF_VERSION, .max_log2_ring_size = MEMIF_MAX_LOG2_RING_SIZE}};
	for (unsigned i = 1; i < STEPS; i++)
		data.steps[i].message.type = i == STEPS - 1 ? MEMIF_CONNECTED : MEMIF_ACK;
	write_file(directory, "server", &data, sizeof(data));
}

/* An inside flow, and behind it what comes back: an error about it, a fragment. */
static void
write_nat_frames(const char *directory)
{
	struct world *world = world_new_of(DP_ROLE_NAT, nat_chain);
	struct frame frame = udp_to_server(CLIENT, 4000, 53), outside = frame, error, first = frame;
	struct nat_seen seen = nat_sends(world, &frame);
	struct rte_mbuf *m;

	outside.source = seen.address;
	outside.source_port = seen.port;
	error = (struct frame){.source = SERVER, .destination = seen.address, .protocol = IPPROTO_ICMP, .icmp_type = 11,
		.quoted = &outside};
	first.fragment = RTE_IPV4_HDR_MF_FLAG;
	m = frame_make(&world_host_mac, &world_router_mac, &frame);
	write_frame(directory, "udp", 0x80, m);
	rte_pktmbuf_free(m);
	m = frame_make(&world_host_mac, &world_router_mac, &first);
	write_frame(directory, "fragment", 0x80, m);
	rte_pktmbuf_free(m);
	m = frame_make(&world_host_mac, &world_router_mac, &error);
	write_frame(directory, "error", 0x80 | GATEWAY_B, m);
	rte_pktmbuf_free(m);
	write_frame(directory, "fabric", GATEWAY_B, world->last_fabric);
	world_free(world);
}

static void
write_edge_frame(const char *directory, const char *name, uint8_t where, const struct frame *frame)
{
	struct rte_mbuf *m = frame_make(&world_host_mac, &world_router_mac, frame);

	write_frame(directory, name, where, m);
	rte_pktmbuf_free(m);
}

/* The same of IPv6, whose hosts change their prefix. */
static void
write_npt_frames(const char *directory)
{
	struct frame frame = over_ipv6(udp_to_server(CLIENT, 4000, 53)), outside = frame, error, first = frame, last = frame;

	outside.source6 = nat_outside_ip6(CLIENT);
	error = (struct frame){.ipv6 = true, .source = SERVER, .destination6 = outside.source6, .protocol = IPPROTO_ICMPV6,
		.icmp_type = ICMP6_PACKET_TOO_BIG, .quoted = &outside};
	first.fragment = RTE_IPV4_HDR_MF_FLAG;
	last.fragment = 13;
	write_edge_frame(directory, "udp6", 0x80, &frame);
	write_edge_frame(directory, "first6", 0x80, &first);
	write_edge_frame(directory, "last6", 0x80, &last);
	write_edge_frame(directory, "error6", 0x80 | GATEWAY_B, &error);
}

/* Flows that enter a view: a question, an answer, and as they are on the fabric where they change views. */
static void
write_entering_frames(const char *directory)
{
	struct world *world = enter_world((struct enter_setup){.enters = true, .apart = true});
	struct frame syn = tcp_to_far(4000, SYN), answer = tcp_from_far(4000, SYN | ACK);
	struct rte_mbuf *m = frame_make(&world_host_mac, &world_router_mac, &syn);

	write_frame(directory, "question", 0x80 | GATEWAY_A, m);
	rte_pktmbuf_free(m);
	CHECK(enter_client_sends(world, &syn));
	write_frame(directory, "entered", GATEWAY_B, world->last_fabric);
	CHECK(enter_far_sends(world, &answer));
	write_frame(directory, "back", FIREWALL_1, world->last_fabric);
	world_free(world);
}

/* The same over a fabric that is IPv6 outside: a ping, an explained one, a probe; and a state of it. */
static void
write_outer6(const char *frames, const char *states)
{
	struct world *world;
	struct frame ping = echo_request(1), ping6 = over_ipv6(ping);
	struct dp_port port;
	struct rte_mbuf *m;

	desired_fabric_ipv6 = true;
	world = world_new();
	world->ipv6 = true;
	world_apply(world);
	port = world_link(GATEWAY_A, FIREWALL_1);
	CHECK(world_client_sends(world, 0, &ping));
	write_frame(frames, "ping", GATEWAY_B, world->last_fabric);
	rte_pktmbuf_mtod_offset(world->last_fabric, uint8_t *, world_overhead() - sizeof(struct dp_nsh_hdr))[0] |= 0x20;
	write_frame(frames, "explained", GATEWAY_B, world->last_fabric);
	CHECK(world_client_sends(world, 0, &ping6));
	write_frame(frames, "ping6", GATEWAY_B, world->last_fabric);
	m = dp_probe_make(world->dp[GATEWAY_A], world->state[GATEWAY_A], &port, 1);
	CHECK(m != NULL);
	write_frame(frames, "probe", FIREWALL_1, m);
	rte_pktmbuf_free(m);
	write_state(world, states, "outer6", GATEWAY_A);
	world_free(world);
	desired_fabric_ipv6 = false;
}

int
main(int argc, char **argv)
{
	struct frame frames[] = {tcp_to_server(4000, 80, SYN), echo_request(1), over_ipv6(tcp_to_server(4000, 80, SYN)),
		over_ipv6(echo_request(1))};
	static const char *const names[] = {"tcp", "ping", "tcp6", "ping6"};
	struct rte_mbuf *solicitation;
	char name[32];
	struct world *world;

	CHECK(argc == 9);
	test_init();
	world = world_new();
	world->ipv6 = true;
	world_apply(world);
	for (size_t i = 0; i < RTE_DIM(frames); i++) {
		struct rte_mbuf *m = frame_make(&world_host_mac, &world_router_mac, &frames[i]);

		snprintf(name, sizeof(name), "edge-%s", names[i]);
		write_frame(argv[1], name, 0x80, m);
		rte_pktmbuf_free(m);
		CHECK(world_client_sends(world, 0, &frames[i]));
		snprintf(name, sizeof(name), "fabric-%s", names[i]);
		write_frame(argv[1], name, GATEWAY_B, world->last_fabric);
	}
	solicitation = frame_make_solicitation(&world_host_mac, frame_ip6(CLIENT), frame_ip6(CLIENT_ROUTER));
	write_frame(argv[1], "edge-solicitation", 0x80, solicitation);
	rte_pktmbuf_free(solicitation);
	write_state(world, argv[2], "gateway", GATEWAY_A);
	write_state(world, argv[2], "firewall", FIREWALL_1);
	world->views[0].branches = true;
	write_state(world, argv[2], "branches", FIREWALL_1);
	write_messages(argv[4]);
	world_free(world);
	write_entering_state(argv[2]);
	write_hellos(argv[3]);
	write_memif_client(argv[5]);
	write_memif_server(argv[5]);
	write_nat_frames(argv[6]);
	write_npt_frames(argv[6]);
	write_entering_frames(argv[7]);
	write_outer6(argv[8], argv[2]);
	return 0;
}
