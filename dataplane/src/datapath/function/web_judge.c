/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a client's first bytes to a verdict on its flow. Nearly always one packet says all; when it takes more, they are held
 * until the name is known, then go on in order: a denied server has seen a handshake and nothing else, and nobody waits for a
 * retransmission. What does not fit, or takes too long, hides its name.
 */
#include "web_judge.h"

#include <netinet/in.h>

#include <rte_tcp.h>
#include <rte_udp.h>

bool
dp_web_payload_read(const struct dp_packet *packet, struct dp_web_payload *payload)
{
	uint32_t at = packet->meta->inner_offset, header = packet->inner.header_length, size = sizeof(struct rte_udp_hdr);
	const uint8_t *transport = rte_pktmbuf_mtod_offset(packet->m, const uint8_t *, at + header);

	if (packet->inner.kind != DP_INNER_WHOLE || rte_pktmbuf_data_len(packet->m) - at < packet->inner.length)
		return false;
	payload->sequence = 0;
	if (packet->inner.protocol == IPPROTO_TCP) {
		const struct rte_tcp_hdr *tcp = (const void *)transport;

		size = (tcp->data_off >> 4) * 4u;
		payload->sequence = rte_be_to_cpu_32(tcp->sent_seq) + ((tcp->tcp_flags & RTE_TCP_SYN_FLAG) != 0);
		if (size < sizeof(*tcp))
			return false;
	}
	if (header + size > packet->inner.length)
		return false;
	payload->at = transport + size;
	payload->length = (uint16_t)(packet->inner.length - header - size);
	payload->offset = (uint16_t)(at + header + size);
	return true;
}

bool
dp_web_has_output(const struct dp_node *node, enum dp_web_verdict verdict)
{
	for (uint16_t i = 0; i < node->n_edges[DP_FORWARD]; i++)
		if (node->edges[DP_FORWARD][i].output == verdict - 1)
			return true;
	return false;
}

/* The most specific match of all lists; of two alike the denying one. */
static enum dp_web_verdict
look_up(const struct dp_context *context, const struct dp_web_gateway *gateway, const struct dp_domain_name *name)
{
	struct dp_domain_hashes hashes;
	unsigned best = 0;
	bool allow = gateway->allow_unlisted;

	dp_domain_hash(&context->dp->domain_key, name, &hashes);
	for (unsigned i = 0; i < gateway->n_lists; i++) {
		unsigned match = dp_domain_set_match(gateway->lists[i].set, &hashes);

		if (match > best || (match == best && match > 0 && !gateway->lists[i].allow)) {
			best = match;
			allow = gateway->lists[i].allow;
		}
	}
	return allow ? DP_WEB_ALLOWED : DP_WEB_DENIED;
}

/* Of a status that is not DP_WEB_MORE. */
static void
decide(const struct dp_context *context, const struct dp_packet *packet, enum dp_web_status status,
	const struct dp_web_name *name)
{
	const struct dp_web_gateway *gateway = packet->node->config;
	struct dp_flow_entry *entry = packet->entry;
	enum dp_web_verdict verdict = DP_WEB_UNKNOWN;

	if (status == DP_WEB_NAMED && !(name->encrypted_hello && gateway->encrypted_hello_hidden))
		verdict = look_up(context, gateway, &name->name);
	entry->rule = (uint16_t)((entry->rule & ~(DP_WEB_VERDICT | DP_WEB_PAGE)) | verdict);
	if (verdict == DP_WEB_DENIED && name->http)
		entry->rule |= DP_WEB_PAGE;
}

/* NULL = nothing is held of the flow. */
static struct dp_held_flow *
held_of(const struct dp_context *context, const struct dp_flow_entry *entry)
{
	unsigned place = entry->rule >> DP_WEB_PLACE_SHIFT;
	struct dp_held_flow *held = place > 0 ? &context->tenant->tenant->web->held.flows[place - 1] : NULL;
	struct dp_flow flow;

	if (held == NULL || held->n == 0 || held->position != entry->position)
		return NULL;
	flow = dp_flow_of_entry(context->flows, entry);
	return dp_flow_equals(&held->flow, &flow) ? held : NULL;
}

static struct dp_held_flow *
claim(const struct dp_context *context, struct dp_flow_entry *entry)
{
	struct dp_held *all = &context->tenant->tenant->web->held;
	struct dp_flow flow = dp_flow_of_entry(context->flows, entry);
	struct dp_held_flow *held = dp_held_claim(all, entry->position, &flow, context->now);

	if (held != NULL)
		entry->rule = (uint16_t)((entry->rule & 0xff) | (held - all->flows + 1) << DP_WEB_PLACE_SHIFT);
	return held;
}

/* Those that are to be refused are one loss: only the last of them is answered. */
static void
release(struct dp_context *context, struct dp_held_flow *held, bool refused)
{
	struct rte_mbuf *packets[DP_HELD_PACKETS];
	unsigned n = dp_held_take(&context->tenant->tenant->web->held, held, packets);

	for (unsigned i = 0; i < n; i++)
		if ((refused && i + 1 < n) || context->n_again == DP_HELD_PACKETS)
			dp_drop(context->dp, context->state, packets[i], DP_REASON(NAME_DENIED), DP_WRITER_WORKER);
		else
			context->again[context->n_again++] = packets[i];
}

static bool
is_refused(const struct dp_packet *packet)
{
	const struct dp_web_gateway *gateway = packet->node->config;
	enum dp_web_verdict verdict = dp_web_verdict(packet->entry);

	if (verdict == DP_WEB_ALLOWED || (packet->direction == DP_FORWARD && dp_web_has_output(packet->node, verdict)))
		return false;
	return verdict == DP_WEB_DENIED || !gateway->allow_hidden;
}

static dp_drop_reason_t
hide(struct dp_context *context, struct dp_packet *packet, struct dp_held_flow *held)
{
	decide(context, packet, DP_WEB_HIDDEN, NULL);
	if (held != NULL && held->n > 0)
		release(context, held, is_refused(packet));
	return DP_PASS;
}

/* With the packet among those held. */
static dp_drop_reason_t
look(struct dp_context *context, struct dp_packet *packet, struct dp_held_flow *held, enum dp_web_status status,
	const struct dp_web_name *name)
{
	if (status != DP_WEB_MORE) {
		decide(context, packet, status, name);
		release(context, held, is_refused(packet));
	}
	return DP_HELD;
}

static dp_drop_reason_t
judge_segment(struct dp_context *context, struct dp_packet *packet, const struct dp_web_payload *payload)
{
	struct dp_web *web = context->tenant->tenant->web;
	struct dp_held_flow *held = held_of(context, packet->entry);
	struct dp_held_packet segment = {.m = packet->m, .from = payload->sequence - packet->entry->first_byte,
		.offset = payload->offset, .length = payload->length};
	enum dp_web_status status = DP_WEB_MORE;
	struct rte_mbuf *replaced;
	struct dp_web_name name;

	if ((int32_t)segment.from < 0)
		return DP_REASON(NAME_PENDING); /* of a time before: a keepalive probe, say */
	if (segment.from >= DP_WEB_NAME_WITHIN)
		return hide(context, packet, held);
	if (held == NULL && segment.from == 0)
		status = dp_web_name_of_stream(payload->at, payload->length, &name);
	if (status != DP_WEB_MORE) {
		decide(context, packet, status, &name);
		return DP_PASS;
	}
	if (held == NULL)
		held = claim(context, packet->entry);
	if (held == NULL)
		return hide(context, packet, NULL);
	switch (dp_held_keep_segment(&web->held, held, &segment, &replaced)) {
	case DP_HELD_AGAIN:
		return DP_REASON(NAME_PENDING);
	case DP_HELD_FULL:
		return hide(context, packet, held);
	case DP_HELD_KEPT:
		break;
	}
	if (replaced != NULL)
		dp_drop(context->dp, context->state, replaced, DP_REASON(NAME_PENDING), DP_WRITER_WORKER);
	status = dp_web_name_of_stream(web->joined, dp_held_join(held, web->joined, sizeof(web->joined)), &name);
	return look(context, packet, held, status, &name);
}

/* Datagrams that are held, in the stream. */
static void
read_held(struct dp_web *web, const struct dp_held_flow *held)
{
	dp_quic_stream_reset(&web->stream);
	for (unsigned i = 0; held != NULL && i < held->n; i++)
		dp_quic_read_datagram(web->keys, dp_held_payload(&held->packets[i]), held->packets[i].length, &web->stream);
}

static dp_drop_reason_t
judge_datagram(struct dp_context *context, struct dp_packet *packet, const struct dp_web_payload *payload)
{
	struct dp_web *web = context->tenant->tenant->web;
	struct dp_held_flow *held = held_of(context, packet->entry);
	struct dp_held_packet datagram = {.m = packet->m, .offset = payload->offset, .length = payload->length};
	enum dp_web_status status;
	struct dp_web_name name;

	read_held(web, held);
	if (!dp_quic_read_datagram(web->keys, payload->at, payload->length, &web->stream) && held == NULL)
		return hide(context, packet, NULL);
	status = dp_quic_name_of_stream(&web->stream, &name);
	if (status != DP_WEB_MORE && held == NULL) {
		decide(context, packet, status, &name);
		return DP_PASS;
	}
	if (held == NULL)
		held = claim(context, packet->entry);
	if (held == NULL || dp_held_keep_datagram(&web->held, held, &datagram) == DP_HELD_FULL)
		return hide(context, packet, held);
	return look(context, packet, held, status, &name);
}

dp_drop_reason_t
dp_web_judge(struct dp_context *context, struct dp_packet *packet)
{
	struct dp_web_payload payload;

	if (!dp_web_payload_read(packet, &payload))
		return hide(context, packet, held_of(context, packet->entry));
	if (packet->inner.protocol == IPPROTO_UDP)
		return judge_datagram(context, packet, &payload);
	return payload.length == 0 ? DP_PASS : judge_segment(context, packet, &payload);
}

void
dp_web_judge_again(struct dp_context *context, struct dp_packet *packet)
{
	struct dp_web *web = context->tenant->tenant->web;
	struct dp_web_payload payload;
	struct dp_web_name name;

	if (packet->inner.protocol != IPPROTO_UDP || !dp_web_payload_read(packet, &payload)
		|| !dp_quic_may_be_initial(payload.at, payload.length))
		return;
	dp_quic_stream_reset(&web->stream);
	if (dp_quic_read_datagram(web->keys, payload.at, payload.length, &web->stream)
		&& dp_quic_name_of_stream(&web->stream, &name) == DP_WEB_NAMED)
		decide(context, packet, DP_WEB_NAMED, &name);
}

void
dp_web_give_up(struct dp_context *context, struct dp_held_flow *held)
{
	struct dp_flow_entry *entry = dp_flow_table_find(context->flows,
		dp_flow_table_hash(context->flows, held->position, &held->flow), held->position, &held->flow, context->now);

	if (entry != NULL && held_of(context, entry) == held)
		entry->rule = (uint16_t)((entry->rule & ~DP_WEB_VERDICT) | DP_WEB_UNKNOWN);
	release(context, held, false);
}

void
dp_web_forget(struct dp_context *context, struct dp_flow_entry *entry)
{
	struct dp_held_flow *held = held_of(context, entry);
	struct rte_mbuf *packets[DP_HELD_PACKETS];
	unsigned n = held == NULL ? 0 : dp_held_take(&context->tenant->tenant->web->held, held, packets);

	for (unsigned i = 0; i < n; i++)
		dp_drop(context->dp, context->state, packets[i], DP_REASON(NAME_PENDING), DP_WRITER_WORKER);
	entry->rule = 0;
}
