/* SPDX-License-Identifier: Apache-2.0 */
/* Where room is short a mirror's copies go, and never an original. */
#include "lib/mirror_world.h"

static void
to_nowhere(struct desired *desired, view_t *view)
{
	mirror_chain(desired, view);
	if (view->tenant_id != TENANT_ID(0))
		return;
	view->nodes[3]->pool = desired_text(desired, "nowhere");
	desired_backend(desired, desired_pool(desired, "nowhere"), "gone", IP(172, 16, 0, 99), 100);
	if (mirror_is_gateway_b(desired))
		desired->state.tenants[0]->n_attachments = 0;
}

/* Leaves `left` buffers in the pool. */
static unsigned
hoard(struct rte_mbuf **hoarded, unsigned left)
{
	unsigned n = 0;

	while (rte_mempool_avail_count(test_pool()) > left)
		hoarded[n++] = rte_pktmbuf_alloc(test_pool());
	return n;
}

static void
where_buffers_run_short_copies_are_shed_and_originals_pass(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, mirror_everything);
	struct rte_mbuf **hoarded = calloc(test_pool()->size, sizeof(*hoarded));
	struct frame ping = echo_request(1);
	unsigned n;

	CHECK(world_client_sends(world, 0, &ping));
	world_clear(world);
	n = hoard(hoarded, test_pool()->size / 8);
	for (unsigned i = 0; i < 10; i++)
		CHECK(world_client_sends(world, 0, &ping));
	CHECK_EQUAL(mirror_copies(world), 0);
	CHECK_EQUAL(mirror_shed(world), 10);
	mirror_sums_close(world);
	rte_pktmbuf_free_bulk(hoarded, n);
	CHECK(mirror_is_copied(world, &ping) || mirror_copies(world) > 0);
	free(hoarded);
	world_free(world);
}

static void
where_room_is_short_copies_go_and_originals_stay_in_order(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, mirror_everything);
	struct rte_mbuf *pkts[4];
	struct frame ping = echo_request(1);

	CHECK(world_client_sends(world, 0, &ping));
	for (unsigned i = 0; i < RTE_DIM(pkts); i++) {
		pkts[i] = rte_pktmbuf_copy(world->last_fabric, test_pool(), 0, UINT32_MAX);
		*dp_meta(pkts[i]) = (struct dp_meta){.tenant_id = TENANT_ID(0), .view_id = 1, .spi = DP_SPI_COPY, .si = 254,
			.inner_length = (uint16_t)i, .flags = i % 2 == 0 ? DP_META_COPY : 0};
	}
	CHECK_EQUAL(dp_shed_copies(world->dp[FIREWALL_1], world->state[FIREWALL_1], pkts, 4, DP_WRITER_IO), 2);
	CHECK_EQUAL(dp_meta(pkts[0])->inner_length, 1);
	CHECK_EQUAL(dp_meta(pkts[1])->inner_length, 3);
	CHECK_EQUAL(mirror_shed(world), 2);
	rte_pktmbuf_free_bulk(pkts, 2);
	world_free(world);
}

static void
tap_that_is_nowhere_costs_copies_and_no_original(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, to_nowhere);
	struct frame ping = echo_request(1);

	for (unsigned i = 0; i < 10; i++)
		CHECK(world_client_sends(world, 0, &ping));
	CHECK_EQUAL(world_drops(world, FIREWALL_1, 0, "one", "mirror", DROP(LINK_DOWN))
		+ world_drops(world, FIREWALL_2, 0, "one", "mirror", DROP(LINK_DOWN)), 10);
	mirror_sums_close(world);
	world_free(world);
}

static void
while_the_taps_link_is_filling_one_copy_in_64_is_made_and_originals_pass(void)
{
	struct world *world = world_new_of(DP_ROLE_MIRROR, mirror_everything);
	struct frame ping = echo_request(1);

	CHECK(world_client_sends(world, 0, &ping));
	world_clear(world);
	for (enum pod pod = FIREWALL_1; pod <= FIREWALL_2; pod++)
		dp_note_filling(world->dp[pod], GATEWAY_B, true);
	for (unsigned i = 0; i < 127; i++)
		CHECK(world_client_sends(world, 0, &ping));
	CHECK_EQUAL(mirror_copies(world), 2);
	CHECK_EQUAL(mirror_shed(world), 125);
	mirror_sums_close(world);
	for (enum pod pod = FIREWALL_1; pod <= FIREWALL_2; pod++)
		dp_note_filling(world->dp[pod], GATEWAY_B, false);
	world_clear(world);
	for (unsigned i = 0; i < 10; i++)
		CHECK(world_client_sends(world, 0, &ping));
	CHECK_EQUAL(mirror_copies(world), 10);
	world_free(world);
}

TEST_MAIN(TEST(where_buffers_run_short_copies_are_shed_and_originals_pass),
	TEST(where_room_is_short_copies_go_and_originals_stay_in_order),
	TEST(while_the_taps_link_is_filling_one_copy_in_64_is_made_and_originals_pass),
	TEST(tap_that_is_nowhere_costs_copies_and_no_original))
