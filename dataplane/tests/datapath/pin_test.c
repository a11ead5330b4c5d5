/* SPDX-License-Identifier: Apache-2.0 */
/* Flows whose backend is decided from outside. */
#include "lib/refusal.h"
#include "lib/world.h"

#define FLOWS 100

/* Has the client's gateway pin the flows of FLOWS ports from `first` on to one firewall. */
static void
pin_flows(struct world *world, uint16_t first, const char *firewall, uint32_t lifetime_ms)
{
	struct desired *desired = world_desired(world, GATEWAY_A);

	for (uint16_t i = 0; i < FLOWS; i++)
		desired_pin(desired, TENANT_ID(0), "firewalls", firewall, SERVER, CLIENT, 80, (uint16_t)(first + i))
			->lifetime_ms = lifetime_ms;
	world_apply_message(world, GATEWAY_A, desired);
	desired_free(desired);
}

/* How many of the flows' packets take the second firewall. */
static unsigned
send_flows(struct world *world, unsigned tenant, uint16_t first)
{
	unsigned before = world->seen[FIREWALL_2];

	for (uint16_t i = 0; i < FLOWS; i++) {
		struct frame syn = tcp_to_server((uint16_t)(first + i), 80, SYN);

		CHECK(world_client_sends(world, tenant, &syn));
		world_clear(world);
	}
	return world->seen[FIREWALL_2] - before;
}

static void
pinned_flows_take_their_backend_and_no_other_flow_does(void)
{
	struct world *world = world_new();
	unsigned others;

	pin_flows(world, 1000, "firewall-2", 60000);
	CHECK_EQUAL(send_flows(world, 0, 1000), FLOWS);
	others = send_flows(world, 0, 5000);
	CHECK(others > FLOWS / 4 && others < FLOWS * 3 / 4);
	others = send_flows(world, 1, 1000); /* another tenant's, of the same addresses */
	CHECK(others > FLOWS / 4 && others < FLOWS * 3 / 4);
	world_free(world);
}

static void
flow_that_has_a_backend_stays_when_it_is_pinned_elsewhere(void)
{
	struct world *world = world_new();
	unsigned before = send_flows(world, 0, 1000);

	pin_flows(world, 1000, "firewall-2", 60000);
	CHECK_EQUAL(send_flows(world, 0, 1000), before);
	world_free(world);
}

static void
pinned_flow_goes_even_to_a_draining_backend(void)
{
	struct world *world = world_new();

	world->weight[FIREWALL_2] = 0;
	world_apply(world);
	pin_flows(world, 1000, "firewall-2", 60000);
	CHECK_EQUAL(send_flows(world, 0, 1000), FLOWS);
	CHECK_EQUAL(send_flows(world, 0, 5000), 0);
	world_free(world);
}

static void
pin_ends_with_its_lifetime_and_an_equal_one_does_not_prolong_it(void)
{
	struct world *world = world_new();

	world->weight[FIREWALL_2] = 0;
	world_apply(world);
	pin_flows(world, 1000, "firewall-2", 2000);
	world_wait(world, 1500);
	pin_flows(world, 1000, "firewall-2", 2000);
	world_wait(world, 400);
	CHECK(send_flows(world, 0, 1000) == FLOWS);
	world_wait(world, 40000); /* the flows are forgotten too */
	pin_flows(world, 1000, "firewall-2", 2000);
	CHECK_EQUAL(send_flows(world, 0, 1000), 0);
	pin_flows(world, 5000, "firewall-2", 2000); /* a new one */
	CHECK_EQUAL(send_flows(world, 0, 5000), FLOWS);
	world_free(world);
}

static pin_t *
one_pin(struct desired *desired)
{
	return desired_pin(desired, TENANT_ID(0), "firewalls", "firewall-1", CLIENT, SERVER, 1000, 80);
}

static void no_tenant(struct desired *d) { one_pin(d)->tenant_id = 9; }
static void no_pool(struct desired *d) { one_pin(d)->pool[0] = 'x'; }
static void no_backend(struct desired *d) { one_pin(d)->backend[0] = 'x'; }
static void address_of_three_bytes(struct desired *d) { one_pin(d)->destination.len = 3; }
static void no_protocol(struct desired *d) { one_pin(d)->protocol = 0; }
static void port_too_large(struct desired *d) { one_pin(d)->source_port = 65536; }
static void ports_of_gre(struct desired *d) { one_pin(d)->protocol = IPPROTO_GRE; }
static void two_identifiers_of_icmp(struct desired *d) { one_pin(d)->protocol = IPPROTO_ICMP; }
static void no_lifetime(struct desired *d) { one_pin(d)->lifetime_ms = 0; }
static void lifetime_above_a_day(struct desired *d) { one_pin(d)->lifetime_ms = 86400001; }

static void
each_bad_field_is_refused_by_name(void)
{
	static const struct refusal refusals[] = {
		{no_tenant, CODE(UNKNOWN_REFERENCE), "pins[0].tenant_id", 0},
		{no_pool, CODE(UNKNOWN_REFERENCE), "pins[0].pool", 0},
		{no_backend, CODE(UNKNOWN_REFERENCE), "pins[0].backend", 0},
		{address_of_three_bytes, CODE(INVALID_ARGUMENT), "pins[0].destination", 0},
		{no_protocol, CODE(INVALID_ARGUMENT), "pins[0].protocol", 0},
		{port_too_large, CODE(INVALID_ARGUMENT), "pins[0].source_port", 0},
		{ports_of_gre, CODE(INVALID_ARGUMENT), "pins[0].source_port", 0},
		{two_identifiers_of_icmp, CODE(INVALID_ARGUMENT), "pins[0].destination_port", 0},
		{no_lifetime, CODE(INVALID_ARGUMENT), "pins[0].lifetime_ms", 0},
		{lifetime_above_a_day, CODE(INVALID_ARGUMENT), "pins[0].lifetime_ms", 0},
	};
	struct world *world = world_new();

	check_refusals(world, GATEWAY_A, refusals, RTE_DIM(refusals));
	world_free(world);
}

static void
flow_pinned_twice_and_too_many_pins_are_refused(void)
{
	struct world *world = world_new();
	struct desired *desired = world_desired(world, GATEWAY_A);

	one_pin(desired);
	desired_pin(desired, TENANT_ID(0), "firewalls", "firewall-2", SERVER, CLIENT, 80, 1000);
	CHECK_EQUAL(world_refuse(world, GATEWAY_A, desired).code, CODE(INVALID_ARGUMENT));
	desired->state.n_pins = 0;
	for (unsigned i = 0; i <= 16384; i++)
		desired_pin(desired, TENANT_ID(0), "firewalls", "firewall-1", CLIENT, SERVER, (uint16_t)(1000 + i), 80);
	CHECK_EQUAL(world_refuse(world, GATEWAY_A, desired).code, CODE(LIMIT_EXCEEDED));
	desired->state.n_pins--;
	world_apply_message(world, GATEWAY_A, desired);
	desired_free(desired);
	world_free(world);
}

TEST_MAIN(TEST(pinned_flows_take_their_backend_and_no_other_flow_does),
	TEST(flow_that_has_a_backend_stays_when_it_is_pinned_elsewhere),
	TEST(pinned_flow_goes_even_to_a_draining_backend),
	TEST(pin_ends_with_its_lifetime_and_an_equal_one_does_not_prolong_it), TEST(each_bad_field_is_refused_by_name),
	TEST(flow_pinned_twice_and_too_many_pins_are_refused))
