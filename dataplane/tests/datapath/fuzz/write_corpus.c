/* SPDX-License-Identifier: Apache-2.0 */
/* Writes well-formed inputs for the fuzzers into the directories argv[1] (frames) and argv[2] (states). */
#include "lib/world.h"

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
write_state(const struct world *world, const char *directory, const char *name, enum pod pod)
{
	struct desired *desired = world_desired(world, pod);
	size_t size = nfaas__dataplane__v1__desired_state__get_packed_size(&desired->state);
	uint8_t *data = malloc(size);

	CHECK(data != NULL);
	nfaas__dataplane__v1__desired_state__pack(&desired->state, data);
	write_file(directory, name, data, size);
	free(data);
	desired_free(desired);
}

int
main(int argc, char **argv)
{
	struct frame frames[] = {tcp_to_server(4000, 80, SYN), echo_request(1)};
	struct world *world;

	CHECK(argc == 3);
	test_init();
	world = world_new();
	for (size_t i = 0; i < RTE_DIM(frames); i++) {
		struct rte_mbuf *m = frame_make(&world_host_mac, &world_router_mac, &frames[i]);

		write_frame(argv[1], i == 0 ? "edge-tcp" : "edge-ping", 0x80, m);
		rte_pktmbuf_free(m);
		CHECK(world_client_sends(world, 0, &frames[i]));
		write_frame(argv[1], i == 0 ? "fabric-tcp" : "fabric-ping", GATEWAY_B, world->last_fabric);
	}
	write_state(world, argv[2], "gateway", GATEWAY_A);
	write_state(world, argv[2], "firewall", FIREWALL_1);
	world->views[0].branches = true;
	write_state(world, argv[2], "branches", FIREWALL_1);
	world_free(world);
	return 0;
}
