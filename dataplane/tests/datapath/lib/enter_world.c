/* SPDX-License-Identifier: Apache-2.0 */
#include "enter_world.h"

struct enter_setup enter_setup;

static const char *
second_pool(void)
{
	return enter_setup.apart ? "second" : "first";
}

/* Outputs, and so counters, are the same whether a class enters or not. */
static void
draw_first(struct desired *desired, view_t *view)
{
	node_t *client = desired_attachment_node(desired, view, "client", 255, 253, "gateway-a");
	node_t *first = desired_classifier_node(desired, view, "first", 254, 254, "first");
	node_t *server = desired_attachment_node(desired, view, "server", 253, 255, "gateway-b");
	classifier_class_t *web = desired_classifier_class(desired, first, "web", 100);

	web->match = desired_packet_match(desired);
	web->match->flow->protocol = IPPROTO_TCP;
	if (enter_setup.enters && !enter_setup.second_is_gone) {
		entrance_t *way = desired_entrance(desired, web, 2, "other", enter_setup.no_share ? 0 : 100 - enter_setup.share_of_third);

		way->keep_flows = enter_setup.keep_second;
		way->replaced = enter_setup.drains_first && view->view_id == 1;
	}
	if (enter_setup.enters && enter_setup.has_third)
		desired_entrance(desired, web, 3, "other", enter_setup.share_of_third);
	if (enter_setup.in_a_circle)
		desired_entered_from(desired, client, second_pool());
	desired_edge(desired, client, first);
	desired_edge(desired, first, server);
	if (enter_setup.output_edge)
		desired_edge(desired, first, server)->output = desired_text(desired, "web");
}

static void
draw_second(struct desired *desired, view_t *view)
{
	node_t *other = desired_attachment_node(desired, view, "other", 255, 253, "gateway-a");
	node_t *second = desired_classifier_node(desired, view, "second", 254, 254, second_pool());
	node_t *far = desired_attachment_node(desired, view, "far", 253, 255, "gateway-b");
	classifier_class_t *all = desired_classifier_class(desired, second, "all", 100);

	if (enter_setup.in_a_circle)
		desired_entrance(desired, all, 1, "client", 100);
	desired_entered_from(desired, other, "first");
	desired_edge(desired, other, second);
	desired_edge(desired, second, far);
	desired_edge(desired, second, far)->output = desired_text(desired, "all");
}

struct desired *
enter_desired(const struct world *world, enum pod pod)
{
	struct desired *desired = world_desired(world, pod);
	tenant_t *tenant = desired->state.tenants[0];
	attachment_t *end;

	desired_backend(desired, desired_pool(desired, "first"), "firewall-1", IP(172, 16, 0, 1 + FIREWALL_1), 100);
	desired_backend(desired, desired_pool(desired, "second"), "firewall-2", IP(172, 16, 0, 1 + FIREWALL_2), 100);
	if (pod != GATEWAY_A && pod != GATEWAY_B)
		return desired;
	end = pod == GATEWAY_A ? desired_attachment(desired, tenant, "other", "edge-2", OTHER_ROUTER)
		: desired_attachment(desired, tenant, "far", "edge-2", FAR_ROUTER);
	if (world->ipv6)
		end->address6 = desired_prefix6(desired, pod == GATEWAY_A ? OTHER_ROUTER : FAR_ROUTER, 24);
	if (!enter_setup.second_is_gone)
		desired_share(desired, end, 2, 100 - enter_setup.share_of_third)->keep_flows = enter_setup.keep_second;
	if (enter_setup.has_third)
		desired_share(desired, end, 3, enter_setup.share_of_third);
	return desired;
}

void
enter_apply(struct world *world)
{
	world->views[0].share = enter_setup.first_view == 4 ? 0 : 100;
	world->views[1].id = enter_setup.second_is_gone ? 0 : 2;
	world->views[2].id = enter_setup.has_third ? 3 : 0;
	world->views[3] = (struct world_view){.id = enter_setup.has_fourth ? 4 : 0, .uid = "four", .graph = draw_first,
		.share = 100 - world->views[0].share};
	world->views[0].id = enter_setup.first_view == 4 && !enter_setup.drains_first ? 0 : 1;
	for (enum pod pod = 0; pod < PODS; pod++) {
		struct desired *desired = enter_desired(world, pod);

		world_apply_message(world, pod, desired);
		desired_free(desired);
	}
}

static void
draw_nothing(struct desired *desired, view_t *view)
{
	desired_edge(desired, desired_attachment_node(desired, view, "client", 255, 254, "gateway-a"),
		desired_attachment_node(desired, view, "server", 254, 255, "gateway-b"));
}

struct world *
enter_world(struct enter_setup setup)
{
	struct world *world;

	enter_setup = (struct enter_setup){0};
	world = world_new_of(DP_ROLE_CLASSIFIER, draw_nothing);
	enter_setup = setup;
	world->n_tenants = 1;
	world->views[0].id = 0; /* another graph under the uid: gone first */
	world_apply(world);
	world->views[0] = (struct world_view){.id = 1, .uid = "one", .graph = draw_first};
	world->views[1] = (struct world_view){.id = 2, .uid = "two", .graph = draw_second};
	world->views[2] = (struct world_view){.uid = "three", .graph = draw_second};
	enter_apply(world);
	return world;
}

struct frame
tcp_to_far(uint16_t client_port, uint8_t flags)
{
	struct frame frame = tcp_to_server(client_port, 80, flags);

	frame.destination = FAR;
	return frame;
}

struct frame
tcp_from_far(uint16_t client_port, uint8_t flags)
{
	struct frame frame = tcp_to_client(client_port, 80, flags);

	frame.source = FAR;
	return frame;
}

static bool
send_between(struct world *world, enum pod gateway, unsigned from, unsigned to, const struct frame *frame)
{
	unsigned *n = &world->n_delivered[gateway == GATEWAY_A ? GATEWAY_B : GATEWAY_A][to], before = *n;
	struct rte_mbuf *m = frame_make(&world_host_mac, &world_router_mac, frame);

	world_inject(world, gateway, EDGE_PORT(from), &m, 1);
	return *n == before + 1;
}

bool
enter_client_sends(struct world *world, const struct frame *frame)
{
	return send_between(world, GATEWAY_A, 0, SPARE, frame);
}

bool
enter_far_sends(struct world *world, const struct frame *frame)
{
	return send_between(world, GATEWAY_B, SPARE, 0, frame);
}

void
enter_check_closed(const struct world *world, const char *uid)
{
	struct world_counts counts = world_count(world, 0, uid);

	CHECK_EQUAL(counts.injected + counts.entered + counts.copied, counts.left + counts.handed + counts.dropped);
}

void
enter_exchange(struct world *world, uint16_t client_port)
{
	struct frame syn = tcp_to_far(client_port, SYN), answer = tcp_from_far(client_port, SYN | ACK), ack = tcp_to_far(client_port, ACK);

	CHECK(enter_client_sends(world, &syn));
	CHECK(enter_far_sends(world, &answer));
	CHECK(enter_client_sends(world, &ack));
}
