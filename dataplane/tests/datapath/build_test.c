/* SPDX-License-Identifier: Apache-2.0 */
/* What dp_state_build() refuses, how it says so, and that a refusal changes nothing. */
#include "lib/refusal.h"
#include "lib/world.h"

static node_t *
firewall_of(struct desired *desired)
{
	return desired->state.views[0]->nodes[1];
}

static void dangling_edge(struct desired *d) { firewall_of(d)->forward[0]->to = desired_text(d, "nowhere"); }
static void loop(struct desired *d) { desired_edge(d, d->state.views[0]->nodes[2], firewall_of(d)); }
static void self_loop(struct desired *d) { desired_edge(d, firewall_of(d), firewall_of(d)); }
static void si_of_zero(struct desired *d) { firewall_of(d)->forward_si = 0; }
static void si_above_255(struct desired *d) { firewall_of(d)->reverse_si = 256; }
static void si_twice(struct desired *d) { firewall_of(d)->forward_si = 255; }
static void node_twice(struct desired *d) { firewall_of(d)->name = desired_text(d, "client"); }
static void state_key_twice(struct desired *d) { firewall_of(d)->state_key = desired_text(d, "key-of-client"); }
static void unknown_pool(struct desired *d) { firewall_of(d)->pool = desired_text(d, "nobody"); }
static void no_kind(struct desired *d) { firewall_of(d)->kind_case = NFAAS__DATAPLANE__V1__NODE__KIND__NOT_SET; }
static void named_output(struct desired *d) { firewall_of(d)->forward[0]->output = desired_text(d, "denied"); }
static void view_id_of_zero(struct desired *d) { d->state.views[0]->view_id = 0; }
static void view_id_above_255(struct desired *d) { d->state.views[0]->view_id = 256; }
static void view_id_twice(struct desired *d) { desired_view(d, TENANT_ID(0), 1, "again"); }
static void view_of_no_tenant(struct desired *d) { d->state.views[0]->tenant_id = 7; }
static void empty_uid(struct desired *d) { d->state.views[0]->uid = desired_text(d, "%s", ""); }
static void uid_twice(struct desired *d) { desired_view(d, TENANT_ID(0), 2, "one"); }
static void no_action(struct desired *d) { firewall_of(d)->firewall->rules[1]->action = 0; }
static void no_default_action(struct desired *d) { firewall_of(d)->firewall->default_action = 9; }
static void rule_twice(struct desired *d) { desired_rule(d, firewall_of(d), "web", DENY, 0); }
static void rule_protocol(struct desired *d) { firewall_of(d)->firewall->rules[1]->protocol = 256; }
static void rule_ports_of_icmp(struct desired *d) { firewall_of(d)->firewall->rules[1]->protocol = IPPROTO_ICMP; }

static void
rule_prefix(struct desired *d)
{
	firewall_of(d)->firewall->rules[1]->source = desired_prefix(d, IP(10, 0, 0, 0), 33);
}

static void
rule_address(struct desired *d)
{
	prefix_t *prefix = desired_prefix(d, IP(10, 0, 0, 0), 8);

	prefix->address.len = 3;
	firewall_of(d)->firewall->rules[1]->destination = prefix;
}

static void
rule_ports(struct desired *d)
{
	firewall_of(d)->firewall->rules[1]->destination_ports = desired_ports(d, 90, 80);
}

static void
too_many_rules(struct desired *d)
{
	for (unsigned i = 0; i < 10000; i++)
		desired_rule(d, firewall_of(d), desired_text(d, "rule-%u", i), ALLOW, 0);
}

static void
too_many_nodes(struct desired *d)
{
	for (unsigned i = 0; i < 300; i++)
		desired_firewall_node(d, d->state.views[0], desired_text(d, "node-%u", i), i % 250 + 1, i % 250 + 1,
			"firewalls", ALLOW);
}

static void
match_prefix(struct desired *d)
{
	match_t *match = desired_match(d, firewall_of(d)->forward[0]);
	static prefix_t *prefixes[1];

	prefixes[0] = desired_prefix(d, 0, 40);
	match->sources = prefixes;
	match->n_sources = 1;
}

static void tenant_id_of_zero(struct desired *d) { d->state.tenants[0]->tenant_id = 0; }
static void tenant_id_of_25_bits(struct desired *d) { d->state.tenants[0]->tenant_id = 1 << 24; }
static void tenant_twice(struct desired *d) { desired_tenant(d, TENANT_ID(0)); }
static void cpu_weight(struct desired *d) { d->state.tenants[0]->cpu_weight = 10001; }
static void tenant_without_name(struct desired *d) { d->state.tenants[0]->name = desired_text(d, "%s", ""); }
static void long_name(struct desired *d) { d->state.tenants[0]->name = desired_text(d, "%064d", 1); }

static void
too_many_tenants(struct desired *d)
{
	for (uint32_t i = 0; i < DP_MAX_TENANTS; i++)
		desired_tenant(d, 1000 + i);
}

static attachment_t *
attachment_of(struct desired *desired)
{
	return desired->state.tenants[0]->attachments[0];
}

static void unknown_edge_port(struct desired *d) { attachment_of(d)->edge_port = desired_text(d, "edge-9"); }
static void edge_port_of_another(struct desired *d) { attachment_of(d)->edge_port = desired_text(d, "edge-1"); }
static void tagged(struct desired *d) { attachment_of(d)->vlan = 5; }
static void no_address(struct desired *d) { attachment_of(d)->address = NULL; }
static void unknown_attachment(struct desired *d) { attachment_of(d)->name = desired_text(d, "other"); }
static void shares_of_90(struct desired *d) { attachment_of(d)->ingress[0]->share = 90; }
static void shares_of_110(struct desired *d) { desired_share(d, attachment_of(d), 1, 10); }
static void share_of_no_view(struct desired *d) { attachment_of(d)->ingress[0]->view_id = 77; }
static void share_of_view_300(struct desired *d) { attachment_of(d)->ingress[0]->view_id = 300; }
static void pool_twice(struct desired *d) { desired_pool(d, "firewalls"); }

static void
backend_twice(struct desired *d)
{
	desired_backend(d, d->state.pools[2], "firewall-1", IP(172, 16, 0, 99), 1);
}

static void
backend_address_twice(struct desired *d)
{
	desired_backend(d, d->state.pools[2], "firewall-9", IP(172, 16, 0, 3), 1);
}

static void backend_weight(struct desired *d) { d->state.pools[2]->backends[0]->weight = 10001; }
static void backend_without_address(struct desired *d) { d->state.pools[2]->backends[0]->address.len = 0; }
static void fabric_address_of_three_bytes(struct desired *d) { d->state.fabric->address.len = 3; }
static void
function_of_another_role(struct desired *d)
{
	desired_backend(d, d->state.pools[2], "gateway-a", IP(172, 16, 0, 1), 1);
}

static const struct refusal refusals[] = {
	{dangling_edge, CODE(UNKNOWN_REFERENCE), "views[0].nodes[1].forward[0].to", 1},
	{loop, CODE(INVALID_ARGUMENT), "views[0].nodes[1].reverse[1].to", 1},
	{self_loop, CODE(INVALID_ARGUMENT), "views[0].nodes[1].forward[1].to", 1},
	{si_of_zero, CODE(INVALID_ARGUMENT), "views[0].nodes[1].forward_si", 1},
	{si_above_255, CODE(INVALID_ARGUMENT), "views[0].nodes[1].reverse_si", 1},
	{si_twice, CODE(INVALID_ARGUMENT), "views[0].nodes[1].forward_si", 1},
	{node_twice, CODE(INVALID_ARGUMENT), "views[0].nodes[1].name", 1},
	{state_key_twice, CODE(INVALID_ARGUMENT), "views[0].nodes[1].state_key", 1},
	{unknown_pool, CODE(UNKNOWN_REFERENCE), "views[0].nodes[1].pool", 1},
	{no_kind, CODE(UNSUPPORTED), "views[0].nodes[1].kind", 1},
	{named_output, CODE(UNKNOWN_REFERENCE), "views[0].nodes[1].forward[0].output", 1},
	{view_id_of_zero, CODE(INVALID_ARGUMENT), "views[0].view_id", 0},
	{view_id_above_255, CODE(INVALID_ARGUMENT), "views[0].view_id", 0},
	{view_id_twice, CODE(INVALID_ARGUMENT), "views[2].view_id", 1},
	{view_of_no_tenant, CODE(UNKNOWN_REFERENCE), "views[0].tenant_id", 0},
	{empty_uid, CODE(INVALID_ARGUMENT), "views[0].uid", 1},
	{uid_twice, CODE(INVALID_ARGUMENT), "views[2].uid", 0},
	{no_action, CODE(INVALID_ARGUMENT), "views[0].nodes[1].firewall.rules[1].action", 1},
	{no_default_action, CODE(INVALID_ARGUMENT), "views[0].nodes[1].firewall.default_action", 1},
	{rule_twice, CODE(INVALID_ARGUMENT), "views[0].nodes[1].firewall.rules", 1},
	{rule_protocol, CODE(INVALID_ARGUMENT), "views[0].nodes[1].firewall.rules[1].protocol", 1},
	{rule_ports_of_icmp, CODE(INVALID_ARGUMENT), "views[0].nodes[1].firewall.rules[1].protocol", 1},
	{rule_prefix, CODE(INVALID_ARGUMENT), "views[0].nodes[1].firewall.rules[1].source", 1},
	{rule_address, CODE(INVALID_ARGUMENT), "views[0].nodes[1].firewall.rules[1].destination", 1},
	{rule_ports, CODE(INVALID_ARGUMENT), "views[0].nodes[1].firewall.rules[1].destination_ports", 1},
	{too_many_rules, CODE(LIMIT_EXCEEDED), "views[0].nodes[1].firewall.rules", 1},
	{too_many_nodes, CODE(LIMIT_EXCEEDED), "views[0].nodes", 1},
	{match_prefix, CODE(INVALID_ARGUMENT), "views[0].nodes[1].forward[0].match.sources[0]", 1},
	{tenant_id_of_zero, CODE(INVALID_ARGUMENT), "tenants[0].tenant_id", 0},
	{tenant_id_of_25_bits, CODE(INVALID_ARGUMENT), "tenants[0].tenant_id", 0},
	{tenant_twice, CODE(INVALID_ARGUMENT), "tenants[2].tenant_id", 0},
	{cpu_weight, CODE(INVALID_ARGUMENT), "tenants[0].cpu_weight", 0},
	{tenant_without_name, CODE(INVALID_ARGUMENT), "tenants[0].name", 0},
	{long_name, CODE(INVALID_ARGUMENT), "tenants[0].name", 0},
	{too_many_tenants, CODE(LIMIT_EXCEEDED), "tenants", 0},
	{unknown_edge_port, CODE(UNKNOWN_REFERENCE), "tenants[0].attachments[0].edge_port", 0},
	{edge_port_of_another, CODE(INVALID_ARGUMENT), "tenants[1].attachments[0].edge_port", 0},
	{tagged, CODE(UNSUPPORTED), "tenants[0].attachments[0].vlan", 0},
	{no_address, CODE(INVALID_ARGUMENT), "tenants[0].attachments[0].address", 0},
	{unknown_attachment, CODE(UNKNOWN_REFERENCE), "views[0].nodes[0].attachment.name", 1},
	{shares_of_90, CODE(INVALID_ARGUMENT), "tenants[0].attachments[0].ingress", 0},
	{shares_of_110, CODE(INVALID_ARGUMENT), "tenants[0].attachments[0].ingress[1].share", 1},
	{share_of_no_view, CODE(UNKNOWN_REFERENCE), "tenants[0].attachments[0].ingress[0].view_id", 0},
	{share_of_view_300, CODE(UNKNOWN_REFERENCE), "tenants[0].attachments[0].ingress[0].view_id", 0},
	{pool_twice, CODE(INVALID_ARGUMENT), "pools[3].name", 0},
	{backend_twice, CODE(INVALID_ARGUMENT), "pools[2].backends", 0},
	{backend_address_twice, CODE(INVALID_ARGUMENT), "pools[2].backends", 0},
	{backend_weight, CODE(INVALID_ARGUMENT), "pools[2].backends[0].weight", 0},
	{backend_without_address, CODE(INVALID_ARGUMENT), "pools[2].backends[0].address", 0},
	{fabric_address_of_three_bytes, CODE(INVALID_ARGUMENT), "fabric.address", 0},
	{function_of_another_role, CODE(UNSUPPORTED), "views[0].nodes[1].pool", 1},
};

static void
each_fault_has_its_code_and_field(void)
{
	struct world *world = world_new();

	check_refusals(world, GATEWAY_A, refusals, RTE_DIM(refusals));
	world_free(world);
}

static void
refused_state_leaves_the_one_in_force_untouched(void)
{
	struct world *world = world_new();
	struct frame syn = tcp_to_server(4000, 80, SYN), answer = tcp_to_client(4000, 80, SYN | ACK);

	CHECK(world_client_sends(world, 0, &syn));
	check_refusals(world, GATEWAY_A, refusals, RTE_DIM(refusals));
	CHECK(world_server_sends(world, 0, &answer));
	CHECK_EQUAL(world_count(world, 0, "one").left, 2);
	world_free(world);
}

static void
cordoned_pod_takes_no_new_view_but_keeps_its_own(void)
{
	struct world *world = world_new();
	struct desired *desired = world_desired(world, GATEWAY_A);
	struct dp_error error;

	desired->state.cordoned = true;
	world_apply_message(world, GATEWAY_A, desired);
	desired->state.views[0]->uid = desired_text(desired, "new");
	error = world_refuse(world, GATEWAY_A, desired);
	CHECK_EQUAL(error.code, CODE(CORDONED));
	CHECK_EQUAL(error.tenant_id, TENANT_ID(0));
	CHECK_EQUAL(error.view_id, 1);
	desired_free(desired);
	world_free(world);
}

static void
view_that_changed_under_its_uid_is_refused(void)
{
	struct world *world = world_new();
	struct desired *desired = world_desired(world, GATEWAY_A);
	struct dp_error error;

	desired_rule(desired, firewall_of(desired), "more", ALLOW, 0);
	error = world_refuse(world, GATEWAY_A, desired);
	CHECK_EQUAL(error.code, CODE(INVALID_ARGUMENT));
	CHECK(strcmp(error.field, "views[0].uid") == 0);
	desired_free(desired);
	world_free(world);
}

static void
largest_chain_and_ruleset_are_accepted(void)
{
	struct world *world = world_new();
	struct desired *desired = world_desired(world, FIREWALL_1);
	view_t *view = desired_view(desired, TENANT_ID(0), 2, "large");
	node_t *last = NULL;

	for (unsigned i = 0; i < 250; i++) {
		node_t *node = desired_firewall_node(desired, view, desired_text(desired, "node-%u", i), 255 - i, 6 + i,
			"firewalls", ALLOW);

		if (last != NULL)
			desired_edge(desired, last, node);
		last = node;
	}
	for (unsigned i = 0; i < 9998; i++)
		desired_rule(desired, firewall_of(desired), desired_text(desired, "rule-%u", i), ALLOW, IPPROTO_TCP);
	firewall_of(desired)->firewall->n_rules = 10000;
	desired->state.views[0]->uid = desired_text(desired, "many-rules");
	world_apply_message(world, FIREWALL_1, desired);
	desired_free(desired);
	world_free(world);
}

static void
empty_state_is_accepted_and_carries_nothing(void)
{
	struct world *world = world_new();
	struct desired *desired = desired_new(0);
	struct frame ping = echo_request(1);

	world_apply_message(world, GATEWAY_A, desired);
	CHECK(!world_client_sends(world, 0, &ping));
	CHECK_EQUAL(world_malformed(world, GATEWAY_A), 1);
	desired_free(desired);
	world_free(world);
}

TEST_MAIN(TEST(each_fault_has_its_code_and_field), TEST(refused_state_leaves_the_one_in_force_untouched),
	TEST(cordoned_pod_takes_no_new_view_but_keeps_its_own), TEST(view_that_changed_under_its_uid_is_refused),
	TEST(largest_chain_and_ruleset_are_accepted), TEST(empty_state_is_accepted_and_carries_nothing))
