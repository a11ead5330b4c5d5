/* SPDX-License-Identifier: Apache-2.0 */
#include "mirror_world.h"

bool
mirror_is_gateway_b(const struct desired *desired)
{
	return desired->state.fabric->address.data[desired->state.fabric->address.len - 1] == 1 + GATEWAY_B;
}

node_t *
mirror_chain(struct desired *desired, view_t *view)
{
	node_t *client = desired_attachment_node(desired, view, "client", 255, 253, "gateway-a");
	node_t *mirror = desired_mirror_node(desired, view, "mirror", 254, 254, "firewalls");
	node_t *server = desired_attachment_node(desired, view, "server", 253, 255, "gateway-b"), *tap;

	desired_edge(desired, client, mirror);
	desired_edge(desired, mirror, server);
	if (view->tenant_id != TENANT_ID(0))
		return mirror;
	tap = desired_attachment_node(desired, view, "tap", 252, 252, "gateway-b");
	desired_edge(desired, mirror, tap)->output = desired_text(desired, "copy");
	tap->n_reverse = 0;
	if (mirror_is_gateway_b(desired))
		desired_tap(desired, desired_attachment(desired, desired->state.tenants[0], "tap", "edge-2", TAP_ROUTER), COLLECTOR);
	return mirror;
}

void
mirror_everything(struct desired *desired, view_t *view)
{
	mirror_chain(desired, view);
}

unsigned
mirror_copies(const struct world *world)
{
	return world->n_delivered[GATEWAY_B][SPARE];
}

void
mirror_sums_close(const struct world *world)
{
	struct world_counts counts = world_count(world, 0, "one");

	CHECK(counts.injected > 0);
	CHECK_EQUAL(counts.injected + counts.copied, counts.left + counts.dropped);
	CHECK_EQUAL(counts.injected_bytes + counts.copied_bytes, counts.left_bytes + counts.dropped_bytes);
}

uint64_t
mirror_shed(const struct world *world)
{
	return world_drops(world, FIREWALL_1, 0, "one", "mirror", DROP(TAP_SHED))
		+ world_drops(world, FIREWALL_2, 0, "one", "mirror", DROP(TAP_SHED));
}

bool
mirror_is_copied(struct world *world, const struct frame *frame)
{
	unsigned n;

	CHECK(frame->source == CLIENT ? world_client_sends(world, 0, frame) : world_server_sends(world, 0, frame));
	n = mirror_copies(world);
	CHECK(n <= 1);
	world_clear(world);
	return n == 1;
}
