/* SPDX-License-Identifier: Apache-2.0 */
/* libFuzzer: the bytes are a DesiredState, applied to a gateway, a firewall and a classifier that run; then packets must
 * still be survived, and a refusal must have said why. */
#include "lib/enter_world.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct world *filtering, *classifying;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	test_init();
	filtering = world_new();
	classifying = enter_world((struct enter_setup){.enters = true, .in_a_circle = true});
	return 0;
}

static void
try(struct world *world, enum pod pod, const desired_state_t *desired)
{
	struct dp_port ports[] = {
		{.name = "edge-0", .index = EDGE_PORT(0), .mac = world_router_mac},
		world_link(pod, FIREWALL_1),
	};
	struct dp_error error = {0};
	struct dp_state *before = world->state[pod], *state;
	struct frame ping = echo_request(1), tcp = tcp_to_far(4000, SYN);

	state = dp_state_build(world->dp[pod], desired, before, ports, RTE_DIM(ports), 0, &error);
	if (state == NULL) {
		CHECK(error.code != 0 && error.message[0] != '\0');
		return;
	}
	world->state[pod] = state;
	world_client_sends(world, 0, &ping);
	world_client_sends(world, 0, &tcp);
	world_clear(world);
	world_wait(world, 2000);
	world->state[pod] = before;
	dp_state_free(world->dp[pod], state, before);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	desired_state_t *desired = nfaas__dataplane__v1__desired_state__unpack(NULL, size, data);

	if (desired == NULL)
		return 0;
	desired_fabric_ipv6 = desired->fabric != NULL && desired->fabric->address.len == DP_IP6_SIZE; /* links of its family */
	try(filtering, GATEWAY_A, desired);
	try(filtering, FIREWALL_1, desired);
	try(classifying, FIREWALL_1, desired);
	nfaas__dataplane__v1__desired_state__free_unpacked(desired, NULL);
	return 0;
}
