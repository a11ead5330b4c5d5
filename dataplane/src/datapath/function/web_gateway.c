/* SPDX-License-Identifier: Apache-2.0 */
/* Lets flows through by the name of the site their client asks for (web_judge.c); branches or refuses the others. */
#include <netinet/in.h>
#include <string.h>

#include <rte_tcp.h>

#include "follow.h"
#include "function.h"
#include "web_answer.h"
#include "web_judge.h"

#define LISTS_MAX 64
#define N_OUTPUTS 3

static const char *const outputs[N_OUTPUTS] = {"allowed", "denied", "unknown"};

static bool
read_lists(struct dp_build *build, char **names, size_t n, const char *field, bool allow, struct dp_web_gateway *gateway)
{
	if (n > LISTS_MAX)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), field, "%zu lists; at most %d", n, LISTS_MAX);
	for (size_t i = 0; i < n; i++) {
		const struct dp_domain_list *list = dp_state_find_domain_list(build->state, names[i]);
		size_t mark = dp_path_enter(build, ".%s[%zu]", field, i);

		if (list == NULL)
			return dp_build_fail(build, DP_CODE(UNKNOWN_REFERENCE), NULL, "there is no domain list %.64s", names[i]);
		gateway->lists[gateway->n_lists++] = (struct dp_web_list){.set = list->set, .allow = allow};
		dp_path_leave(build, mark);
	}
	return true;
}

static bool
read_action(struct dp_build *build, Nfaas__Dataplane__V1__Action action, const char *field, bool *allow)
{
	*allow = action == NFAAS__DATAPLANE__V1__ACTION__ACTION_ALLOW;
	return *allow || action == NFAAS__DATAPLANE__V1__ACTION__ACTION_DENY
		|| dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), field, "is to be allow or deny");
}

static bool
read_ports(struct dp_build *build, const Nfaas__Dataplane__V1__WebGateway *message, struct dp_web_gateway *gateway)
{
	if (message->n_ports < 1 || message->n_ports > DP_WEB_PORTS_MAX)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "ports", "%zu ranges; 1 to %d", message->n_ports,
			DP_WEB_PORTS_MAX);
	for (; gateway->n_ports < message->n_ports; gateway->n_ports++)
		if (!dp_build_port_range(build, message->ports[gateway->n_ports], "ports", &gateway->ports[gateway->n_ports]))
			return false;
	return true;
}

/* What is kept of a tenant: made once, since its flows outlive states. */
static bool
prepare_tenant(struct dp_build *build, struct dp_tenant *tenant)
{
	struct dp_web *web;

	if (tenant->web != NULL)
		return true;
	web = dp_web_create();
	__atomic_store_n(&tenant->web, web, __ATOMIC_RELEASE);
	return web != NULL || dp_build_fail_memory(build);
}

static bool
build(struct dp_build *build, const struct dp_state_tenant *tenant, const Nfaas__Dataplane__V1__Node *node_message,
	struct dp_node *node)
{
	const Nfaas__Dataplane__V1__WebGateway *message = node_message->web_gateway;
	struct dp_web_gateway *gateway = dp_build_alloc(build, 1, sizeof(*gateway));
	size_t mark = dp_path_enter(build, ".web_gateway");

	node->output_names = dp_build_alloc(build, N_OUTPUTS, sizeof(*node->output_names));
	if (gateway == NULL || node->output_names == NULL)
		return false;
	for (unsigned i = 0; i < N_OUTPUTS; i++)
		strcpy(node->output_names[i], outputs[i]);
	node->rule_names = node->output_names;
	node->n_rules = node->n_outputs = N_OUTPUTS;
	if (node->local) { /* other pods know no lists */
		gateway->lists = dp_build_alloc(build, message->n_allow + message->n_deny, sizeof(*gateway->lists));
		if (gateway->lists == NULL || !read_lists(build, message->allow, message->n_allow, "allow", true, gateway)
			|| !read_lists(build, message->deny, message->n_deny, "deny", false, gateway)
			|| !prepare_tenant(build, tenant->tenant))
			return false;
		node->config = gateway;
	}
	gateway->encrypted_hello_hidden = message->encrypted_hello_hidden;
	if (!read_action(build, message->unlisted, "unlisted", &gateway->allow_unlisted)
		|| !read_action(build, message->hidden, "hidden", &gateway->allow_hidden) || !read_ports(build, message, gateway))
		return false;
	dp_path_leave(build, mark);
	return true;
}

static bool
is_web_port(const struct dp_web_gateway *gateway, uint8_t protocol, uint16_t port)
{
	for (unsigned i = 0; protocol == IPPROTO_TCP || protocol == IPPROTO_UDP; i++) {
		if (i == gateway->n_ports)
			return false;
		if (port >= gateway->ports[i].first && port <= gateway->ports[i].last)
			return true;
	}
	return false;
}

/* The number that the client's next byte has. */
static uint32_t
first_byte(const struct dp_packet *packet, bool from_client)
{
	const struct rte_tcp_hdr *tcp = rte_pktmbuf_mtod_offset(packet->m, const struct rte_tcp_hdr *,
		packet->meta->inner_offset + packet->inner.header_length);

	return from_client ? rte_be_to_cpu_32(tcp->sent_seq) + ((tcp->tcp_flags & RTE_TCP_SYN_FLAG) != 0)
		: rte_be_to_cpu_32(tcp->recv_ack);
}

/*
 * Sets up a new flow. One that is met in its middle, after a restart of the pod, may show its server first. A connection
 * request with a new number is a new connection, whatever became of the one before.
 */
static void
begin(struct dp_context *context, const struct dp_packet *packet)
{
	const struct dp_web_gateway *gateway = packet->node->config;
	const struct dp_inner *inner = &packet->inner;
	struct dp_flow_entry *entry = packet->entry;
	bool has_tcp = inner->protocol == IPPROTO_TCP && inner->kind != DP_INNER_LATER_FRAGMENT;
	bool fresh = (entry->rule & DP_WEB_BEGUN) == 0, opens = has_tcp && dp_flow_opens(inner);

	if (fresh && !opens && is_web_port(gateway, inner->protocol, inner->source_port)
		&& !is_web_port(gateway, inner->protocol, inner->destination_port))
		entry->initiator = !inner->side;
	if (!fresh && !(opens && inner->side == entry->initiator && first_byte(packet, true) != entry->first_byte))
		return;
	if (!fresh)
		dp_web_forget(context, entry);
	entry->rule = DP_WEB_BEGUN;
	entry->first_byte = has_tcp ? first_byte(packet, inner->side == entry->initiator) : 0;
}

static void
count(struct dp_packet *packet, enum dp_web_verdict verdict)
{
	dp_packet_count_rule(packet, verdict == DP_WEB_UNDECIDED ? N_OUTPUTS : verdict - 1u);
}

static dp_drop_reason_t
pass(struct dp_packet *packet, enum dp_web_verdict verdict)
{
	if (packet->direction == DP_FORWARD && dp_web_has_output(packet->node, verdict))
		packet->output = (uint8_t)(verdict - 1);
	return DP_PASS;
}

/* Both ends of a TCP connection learn that it is over, the client of HTTP also why; datagrams just end. */
static dp_drop_reason_t
refuse(struct dp_context *context, struct dp_packet *packet, bool from_client)
{
	struct dp_flow_entry *entry = packet->entry;
	struct dp_web_payload payload;
	bool first = (entry->rule & DP_WEB_REFUSED) == 0, page = (entry->rule & DP_WEB_PAGE) != 0;

	if (packet->inner.protocol != IPPROTO_TCP || !dp_web_payload_read(packet, &payload)
		|| (packet->inner.tcp_flags & RTE_TCP_RST_FLAG) != 0)
		return DP_REASON(NAME_DENIED);
	*dp_flow_class(context->flows, entry) = DP_FLOW_TCP_CLOSING;
	if (!from_client || !first) {
		if (!page || payload.length > 0 || (packet->inner.tcp_flags & RTE_TCP_FIN_FLAG) != 0 || !from_client)
			dp_web_reset_sender(context, packet);
		return DP_REASON(NAME_DENIED);
	}
	entry->rule |= DP_WEB_REFUSED;
	if (page)
		dp_web_send_page(context, packet);
	else
		dp_web_reset_sender(context, packet);
	if (packet->inner.tcp_flags & RTE_TCP_ACK_FLAG)
		dp_web_reset_server(context, packet, entry->first_byte, packet->direction == DP_FORWARD
			&& dp_web_has_output(packet->node, DP_WEB_ALLOWED) ? DP_WEB_ALLOWED - 1 : DP_OUTPUT_UNNAMED);
	return DP_REASON(NAME_DENIED);
}

/* An output's edges are for the way forward: a client on the far side has none. */
static dp_drop_reason_t
act(struct dp_context *context, struct dp_packet *packet, bool from_client)
{
	const struct dp_web_gateway *gateway = packet->node->config;
	enum dp_web_verdict verdict = dp_web_verdict(packet->entry);
	bool forward = packet->direction == (from_client ? DP_FORWARD : DP_REVERSE);

	count(packet, verdict);
	if (verdict == DP_WEB_UNDECIDED || verdict == DP_WEB_ALLOWED)
		return pass(packet, DP_WEB_ALLOWED);
	if (forward && dp_web_has_output(packet->node, verdict))
		return pass(packet, verdict);
	if (verdict == DP_WEB_UNKNOWN && gateway->allow_hidden)
		return pass(packet, DP_WEB_ALLOWED);
	return refuse(context, packet, from_client);
}

static dp_drop_reason_t
process(struct dp_context *context, struct dp_packet *packet)
{
	const struct dp_web_gateway *gateway = packet->node->config;
	dp_drop_reason_t reason = DP_PASS;
	struct dp_flow_entry *entry;
	bool from_client;

	dp_follow_flow(context, packet);
	entry = packet->entry;
	if (entry == NULL && packet->inner.kind != DP_INNER_RELATED
		&& is_web_port(gateway, packet->inner.protocol, packet->inner.destination_port))
		return DP_REASON(TABLE_FULL);
	if (entry != NULL && packet->inner.kind != DP_INNER_RELATED)
		begin(context, packet);
	if (entry == NULL || packet->inner.kind == DP_INNER_RELATED
		|| !is_web_port(gateway, entry->flow.protocol, entry->flow.port[!entry->initiator])) {
		count(packet, DP_WEB_UNDECIDED);
		return pass(packet, DP_WEB_ALLOWED);
	}
	from_client = packet->inner.side == entry->initiator;
	if (from_client && dp_web_verdict(entry) == DP_WEB_UNDECIDED)
		reason = dp_web_judge(context, packet);
	else if (from_client)
		dp_web_judge_again(context, packet);
	return reason == DP_PASS ? act(context, packet, from_client) : reason;
}

/* One flow at a time: out[] has room for its packets. */
static void
housekeep(struct dp_context *context)
{
	struct dp_web *web = __atomic_load_n(&context->tenant->tenant->web, __ATOMIC_ACQUIRE);

	for (unsigned i = 0; web != NULL && web->held.n_packets > 0 && i < DP_HELD_FLOWS; i++)
		if (web->held.flows[i].n > 0 && context->now - web->held.flows[i].since >= DP_HELD_TICKS) {
			dp_web_give_up(context, &web->held.flows[i]);
			return;
		}
}

const struct dp_function dp_function_web_gateway = {
	.name = "web-gateway",
	.kind = NFAAS__DATAPLANE__V1__NODE__KIND_WEB_GATEWAY,
	.build = build,
	.process = process,
	.housekeep = housekeep,
};
