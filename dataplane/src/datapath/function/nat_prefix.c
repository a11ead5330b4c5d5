/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The NAT's IPv6: network prefix translation (RFC 6296). Any replica translates any packet, so nothing is owned and nothing to
 * be remembered. A flow has its entry here all the same, by its internal addresses both ways, for the nodes and pods it goes on to.
 */
#include "follow.h"
#include "nat.h"

static enum dp_npt_way
way_of(const struct dp_packet *packet)
{
	return packet->direction == DP_FORWARD ? DP_NPT_OUT : DP_NPT_IN;
}

/* By the internal flow, as on the way out: both directions meet one replica, and what its entry knows. */
void
dp_nat_steer_ip6(const struct dp_nat *nat, const struct dp_packet *packet, struct dp_steering *steering)
{
	struct dp_flow flow;
	uint8_t side;

	if (packet->direction == DP_FORWARD || nat->npt.n == 0)
		return;
	flow = dp_npt_flow(&nat->npt, DP_NPT_IN, &packet->inner, &side);
	steering->hash = dp_flow_hash(&flow);
}

static bool
translate(struct dp_context *context, struct dp_packet *packet)
{
	const struct dp_nat *nat = packet->node->config;
	struct dp_inner *inner = &packet->inner;
	uint32_t at = packet->meta->inner_offset;

	if (!dp_npt_translate(&nat->npt, way_of(packet), rte_pktmbuf_mtod_offset(packet->m, uint8_t *, at),
			rte_pktmbuf_data_len(packet->m) - at, inner))
		return false;
	packet->meta->flow_hash = dp_flow_hash(&inner->flow);
	if (inner->kind == DP_INNER_FIRST_FRAGMENT) /* the next error about a fragment of it quotes what it is now */
		dp_fragment_note(&context->tenant->tenant->fragments, &inner->fragment, &inner->flow, inner->side, context->now);
	return true;
}

dp_drop_reason_t
dp_nat_process_ip6(struct dp_context *context, struct dp_packet *packet)
{
	const struct dp_nat *nat = packet->node->config;

	if (nat->npt.n == 0)
		return DP_REASON(UNSUPPORTED);
	if (packet->direction == DP_FORWARD) {
		dp_follow_flow(context, packet);
		return translate(context, packet) ? DP_PASS : DP_REASON(UNMAPPABLE);
	}
	if (!translate(context, packet))
		return DP_REASON(UNMAPPABLE);
	packet->side = packet->inner.side;
	packet->hash = dp_flow_table_hash(context->flows, packet->node->key, &packet->inner.flow);
	dp_follow_flow(context, packet);
	return DP_PASS;
}

static bool
read_prefix(struct dp_build *build, const Nfaas__Dataplane__V1__Prefix *message, const char *field, struct dp_ip6 *address)
{
	struct dp_prefix6 prefix;
	struct dp_prefix ignored;
	bool ipv4;

	if (message == NULL)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), field, "is missing");
	if (!dp_build_prefix(build, message, field, &ignored, &ipv4))
		return false;
	if (ipv4)
		return dp_build_fail(build, DP_CODE(UNSUPPORTED), field, "only IPv6 prefixes are translated");
	if (message->length < 1 || message->length > DP_NPT_LENGTH_MAX)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), field, "/%u is not /1 to /%d", message->length,
			DP_NPT_LENGTH_MAX);
	prefix = dp_build_prefix6(message);
	*address = prefix.address;
	return true;
}

static bool
overlap(const struct dp_prefix6 *a, const struct dp_prefix6 *b)
{
	return dp_prefix6_holds(a, b->address) || dp_prefix6_holds(b, a->address);
}

static bool
read_translation(struct dp_build *build, const Nfaas__Dataplane__V1__PrefixTranslation *message, struct dp_npt *npt)
{
	struct dp_npt_prefix *prefix = &npt->prefixes[npt->n];
	struct dp_ip6 internal, external;

	if (!read_prefix(build, message->internal, "internal", &internal)
		|| !read_prefix(build, message->external, "external", &external))
		return false;
	if (message->internal->length != message->external->length)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "external", "/%u is not as long as the internal one, /%u",
			message->external->length, message->internal->length);
	*prefix = dp_npt_prefix_make(internal, external, message->internal->length);
	for (unsigned i = 0; i < npt->n; i++) {
		if (overlap(&npt->prefixes[i].internal, &prefix->internal))
			return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "internal", "overlaps that of number %u", i);
		if (overlap(&npt->prefixes[i].external, &prefix->external))
			return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "external", "overlaps that of number %u", i);
	}
	npt->n++;
	return true;
}

bool
dp_nat_build_prefixes(struct dp_build *build, const Nfaas__Dataplane__V1__Nat *message, struct dp_npt *npt)
{
	if (message->n_prefix_translations > DP_NPT_MAX)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), "prefix_translations", "%zu of them; at most %d",
			message->n_prefix_translations, DP_NPT_MAX);
	for (size_t i = 0; i < message->n_prefix_translations; i++) {
		size_t mark = dp_path_enter(build, ".prefix_translations[%zu]", i);

		if (!read_translation(build, message->prefix_translations[i], npt))
			return false;
		dp_path_leave(build, mark);
	}
	return true;
}
