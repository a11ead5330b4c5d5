/* SPDX-License-Identifier: Apache-2.0 */
/* Direct server return: the chain ends at servers that take the packets out of GRE by themselves. */
#include "lib/world.h"

#include "packet/plain_gre.h"

#define DF 0x4000
#define SERVER_ADDRESS(i) IP(10, 2, 0, 10 + (i))
#define SERVERS_MAX 4
#define FLOWS 400

struct leave {
	const struct dp_plain_gre_hdr *outer;
	const struct rte_ipv4_hdr *inner;
	unsigned server;
};

/* Gateway B's attachment of tenant 0 hands packets to servers with these weights; -1 ends the list. */
static struct desired *
with_servers(const struct world *world, const int *weights)
{
	struct desired *desired = world_desired(world, GATEWAY_B);
	pool_t *servers = desired_pool(desired, "servers");

	for (unsigned i = 0; weights[i] >= 0; i++)
		desired_backend(desired, servers, desired_text(desired, "server-%u", i), SERVER_ADDRESS(i), (uint32_t)weights[i]);
	desired->state.tenants[0]->attachments[0]->direct_return = desired_text(desired, "servers");
	return desired;
}

static void
apply_servers(struct world *world, const int *weights)
{
	struct desired *desired = with_servers(world, weights);

	world_apply_message(world, GATEWAY_B, desired);
	desired_free(desired);
}

static struct leave
last_leave(const struct world *world)
{
	const struct rte_mbuf *m = world_last(world, GATEWAY_B, 0);
	struct leave leave = {.outer = rte_pktmbuf_mtod(m, const struct dp_plain_gre_hdr *)};

	leave.inner = (const void *)(leave.outer + 1);
	leave.server = rte_be_to_cpu_32(leave.outer->ip.dst_addr) - SERVER_ADDRESS(0);
	return leave;
}

static unsigned
server_of(struct world *world, uint16_t client_port)
{
	struct frame ack = tcp_to_server(client_port, 80, ACK);

	world_clear(world);
	CHECK(world_client_sends(world, 0, &ack));
	return last_leave(world).server;
}

static struct world *
open_flows(const int *weights, unsigned *servers)
{
	struct world *world = world_new();

	apply_servers(world, weights);
	for (uint16_t i = 0; i < FLOWS; i++) {
		struct frame syn = tcp_to_server((uint16_t)(4000 + i), 80, SYN);

		CHECK(world_client_sends(world, 0, &syn));
		servers[i] = last_leave(world).server;
		CHECK(servers[i] < SERVERS_MAX);
		world_clear(world);
	}
	return world;
}

static void
packets_leave_in_plain_gre_addressed_to_a_server(void)
{
	static const int weights[] = {100, -1};
	struct world *world = world_new();
	struct frame request = echo_request(3);
	struct leave leave;

	request.dscp = 46;
	apply_servers(world, weights);
	CHECK(world_client_sends(world, 0, &request));
	leave = last_leave(world);
	CHECK(rte_is_same_ether_addr(&leave.outer->ether.dst_addr, &world_host_mac));
	CHECK_EQUAL(leave.outer->ether.ether_type, rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4));
	CHECK_EQUAL(rte_raw_cksum(&leave.outer->ip, sizeof(leave.outer->ip)), 0xffff);
	CHECK_EQUAL(leave.outer->ip.next_proto_id, IPPROTO_GRE);
	CHECK_EQUAL(leave.outer->ip.type_of_service, 46 << 2);
	CHECK_EQUAL(rte_be_to_cpu_32(leave.outer->ip.src_addr), SERVER_ROUTER);
	CHECK_EQUAL(rte_be_to_cpu_16(leave.outer->ip.total_length), 28 + 28 + 56);
	CHECK_EQUAL(rte_pktmbuf_pkt_len(world_last(world, GATEWAY_B, 0)), 14 + 28 + 28 + 56);
	CHECK_EQUAL(leave.outer->gre.flags, rte_cpu_to_be_16(0x2000));
	CHECK_EQUAL(leave.outer->gre.protocol, rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4));
	CHECK_EQUAL(rte_be_to_cpu_32(leave.outer->gre.key), TENANT_ID(0) << 8 | 1);
	CHECK_EQUAL(rte_be_to_cpu_32(leave.inner->dst_addr), SERVER);
	CHECK_EQUAL(leave.inner->time_to_live, 63);
	CHECK_EQUAL(rte_raw_cksum(leave.inner, sizeof(*leave.inner)), 0xffff);
	CHECK_EQUAL(world_count(world, 0, "one").left_bytes, 28 + 56);
	world_free(world);
}

static void
flows_spread_over_servers_by_weight(void)
{
	static const int weights[] = {100, 300, -1};
	unsigned servers[FLOWS], of_second = 0;
	struct world *world = open_flows(weights, servers);

	for (unsigned i = 0; i < FLOWS; i++)
		of_second += servers[i] == 1;
	CHECK(of_second > FLOWS * 65 / 100 && of_second < FLOWS * 85 / 100);
	world_free(world);
}

static void
established_flows_keep_their_server_when_one_joins_and_one_drains(void)
{
	static const int before[] = {100, 100, -1}, after[] = {0, 100, 100, -1};
	unsigned servers[FLOWS], joined = 0;
	struct world *world = open_flows(before, servers);

	apply_servers(world, after);
	for (uint16_t i = 0; i < FLOWS; i++)
		CHECK_EQUAL(server_of(world, (uint16_t)(4000 + i)), servers[i]);
	for (uint16_t i = 0; i < 50; i++) {
		struct frame syn = tcp_to_server((uint16_t)(6000 + i), 80, SYN);

		CHECK(world_client_sends(world, 0, &syn));
		CHECK(last_leave(world).server != 0);
		joined += last_leave(world).server == 2;
	}
	CHECK(joined > 10);
	world_free(world);
}

static void
flows_of_a_server_that_is_gone_move_and_no_others(void)
{
	static const int before[] = {100, 100, 100, -1}, after[] = {100, 100, -1};
	unsigned servers[FLOWS];
	struct world *world = open_flows(before, servers);

	apply_servers(world, after);
	for (uint16_t i = 0; i < FLOWS; i++) {
		unsigned now = server_of(world, (uint16_t)(4000 + i));

		CHECK(servers[i] == 2 ? now < 2 : now == servers[i]);
	}
	world_free(world);
}

static void
packet_too_big_for_gre_on_the_port_is_answered_with_what_fits(void)
{
	static const int weights[] = {100, -1};
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN), big = tcp_to_server(4000, 80, ACK);
	const uint8_t *error;

	apply_servers(world, weights);
	CHECK(world_client_sends(world, 0, &syn));
	big.fragment = DF;
	big.payload = 1472 - 40 + 1;
	CHECK(!world_client_sends(world, 0, &big));
	error = rte_pktmbuf_mtod_offset(world_last(world, GATEWAY_A, 0), const uint8_t *, 14 + 20);
	CHECK_EQUAL(error[0], 3);
	CHECK_EQUAL(error[1], 4);
	CHECK_EQUAL(error[6] << 8 | error[7], 1472);
	big.payload--;
	CHECK(world_client_sends(world, 0, &big));
	world_free(world);
}

static void
without_a_server_packets_are_dropped_as_no_backend(void)
{
	static const int weights[] = {-1};
	struct world *world = world_new();
	struct frame request = echo_request(3);

	apply_servers(world, weights);
	CHECK(!world_client_sends(world, 0, &request));
	CHECK_EQUAL(world_drops(world, GATEWAY_B, 0, "one", "server", DROP(NO_BACKEND)), 1);
	world_free(world);
}

static void
servers_off_the_attachments_link_and_unknown_pools_are_refused(void)
{
	static const int weights[] = {100, -1};
	struct world *world = world_new();
	struct desired *desired = with_servers(world, weights);
	attachment_t *attachment = desired->state.tenants[0]->attachments[0];
	pool_t *servers = desired->state.pools[desired->state.n_pools - 1];
	struct dp_error error;

	attachment->direct_return = desired_text(desired, "nobody");
	error = world_refuse(world, GATEWAY_B, desired);
	CHECK_EQUAL(error.code, CODE(UNKNOWN_REFERENCE));
	CHECK(strcmp(error.field, "tenants[0].attachments[0].direct_return") == 0);
	attachment->direct_return = desired_text(desired, "servers");
	desired_backend(desired, servers, "far", IP(10, 3, 0, 1), 100);
	CHECK_EQUAL(world_refuse(world, GATEWAY_B, desired).code, CODE(INVALID_ARGUMENT));
	desired_free(desired);
	world_free(world);
}

TEST_MAIN(TEST(packets_leave_in_plain_gre_addressed_to_a_server), TEST(flows_spread_over_servers_by_weight),
	TEST(established_flows_keep_their_server_when_one_joins_and_one_drains),
	TEST(flows_of_a_server_that_is_gone_move_and_no_others),
	TEST(packet_too_big_for_gre_on_the_port_is_answered_with_what_fits),
	TEST(without_a_server_packets_are_dropped_as_no_backend),
	TEST(servers_off_the_attachments_link_and_unknown_pools_are_refused));
