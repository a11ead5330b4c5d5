/* SPDX-License-Identifier: Apache-2.0 */
/* libFuzzer: the bytes are frames, each with its pod and port, sent through a whole fabric, of firewalls, (FUZZ_NAT) of
 * NATs or (FUZZ_ENTER) of classifiers whose views enter each other in a circle, or (FUZZ_OUTER6) one that is IPv6 outside. No
 * packet may be lost from sight: in the end all are back in the pool. What the gateways mark, and what comes marked,
 * is explained meanwhile. */
#include "explain/explain.h"
#include "lib/enter_world.h"
#include "lib/nat_world.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FRAME_HEADER 3 /* pod and port, length */

static struct world *world;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	test_init();
#ifdef FUZZ_OUTER6
	desired_fabric_ipv6 = true;
#endif
#ifdef FUZZ_NAT
	world = world_new_of(DP_ROLE_NAT, nat_chain_of_both_families);
#elif defined(FUZZ_ENTER)
	world = enter_world((struct enter_setup){.enters = true, .in_a_circle = true, .apart = true});
#else
	world = world_new();
#endif
	world->ipv6 = true;
#ifdef FUZZ_ENTER
	enter_apply(world);
#else
	world_apply(world);
#endif
	CHECK(world->last_fabric == NULL);
	return 0;
}

static void
send_frame(uint8_t where, const uint8_t *data, uint16_t length)
{
	enum pod pod = (enum pod)(where % PODS);
	uint16_t port = where & 0x80 && pod <= GATEWAY_B ? EDGE_PORT(where >> 4 & 1) : (uint16_t)((pod + 1) % PODS);
	struct rte_mbuf *m = rte_pktmbuf_alloc(test_pool());

	CHECK(m != NULL);
	memcpy(rte_pktmbuf_append(m, length), data, length);
	world_inject(world, pod, port, &m, 1);
}

/* The gateways mark again all that comes; nobody waits for the end of it. */
static void
explain_all(void)
{
	Nfaas__Dataplane__V1__ExplainStartRequest request = NFAAS__DATAPLANE__V1__EXPLAIN_START_REQUEST__INIT;
	struct dp_error error;

	request.tenant_id = TENANT_ID(0);
	request.packets = 32;
	request.first_trace = 1;
	for (enum pod pod = GATEWAY_A; pod <= GATEWAY_B; pod++) {
		dp_explain_free(dp_explain_stop(world->state[pod], TENANT_ID(0)));
		CHECK(dp_explain_start(world->dp[pod], world->state[pod], &request, world->now, &error));
	}
}

static void
read_explanations(enum pod pod)
{
	Nfaas__Dataplane__V1__ExplainReadRequest request = NFAAS__DATAPLANE__V1__EXPLAIN_READ_REQUEST__INIT;
	Nfaas__Dataplane__V1__ExplainReadResponse *answer = malloc(sizeof(*answer));

	CHECK(answer != NULL);
	nfaas__dataplane__v1__explain_read_response__init(answer);
	request.tenant_id = TENANT_ID(0);
	CHECK(dp_explain_fill(world->dp[pod], world->state[pod], &request, UINT64_MAX, answer));
	CHECK(answer->n_records <= 2 * DP_EXPLAIN_RECORDS); /* the rings of both writers */
	nfaas__dataplane__v1__explain_read_response__free_unpacked(answer, NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t at = 0;

	explain_all();
	while (at + FRAME_HEADER <= size) {
		uint16_t length = (uint16_t)((data[at + 1] << 8 | data[at + 2]) % 1600);

		length = (uint16_t)RTE_MIN(length, size - at - FRAME_HEADER);
		send_frame(data[at], data + at + FRAME_HEADER, length);
		at += FRAME_HEADER + length;
	}
	world_clear(world);
	rte_pktmbuf_free(world->last_fabric);
	world->last_fabric = NULL;
	if (rte_mempool_in_use_count(test_pool()) > 0)
		world_wait(world, 2000); /* some wait for hosts that do not answer */
	read_explanations((enum pod)(size % PODS));
	world_clear(world);
	CHECK_EQUAL(rte_mempool_in_use_count(test_pool()), 0);
	return 0;
}
