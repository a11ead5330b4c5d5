/* SPDX-License-Identifier: Apache-2.0 */
/* Branches the graph: a packet leaves by the output of the first class that takes it, or goes on in a view of another chain. */
#include "../forward/enter.h"
#include "../forward/match.h"
#include "follow.h"
#include "function.h"
#include "gateway_keep.h"

struct class {
	struct dp_packet_match match;
	uint8_t percent;
	struct dp_enter *enter; /* NULL = by the output */
};

struct classifier {
	unsigned n;
	struct class classes[];
};

static bool
read_class(struct dp_build *build, const Nfaas__Dataplane__V1__ClassifierClass *message, char *name, struct class *class)
{
	if (!dp_build_name(build, name, message->output, "output")
		|| !dp_build_packet_match(build, message->match, &class->match))
		return false;
	if (message->percent < 1 || message->percent > 100)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "percent", "%u is not in 1..100", message->percent);
	class->percent = (uint8_t)message->percent;
	return true;
}

static bool
read_classes(struct dp_build *build, const Nfaas__Dataplane__V1__Classifier *message, struct dp_node *node,
	struct classifier *classifier)
{
	for (unsigned i = 0; i < classifier->n; i++) {
		size_t mark = dp_path_enter(build, ".classes[%u]", i);

		if (!read_class(build, message->classes[i], node->output_names[i], &classifier->classes[i]))
			return false;
		dp_path_leave(build, mark);
	}
	return dp_build_unique_names(build, node->output_names, classifier->n, "classes");
}

static bool
build(struct dp_build *build, const struct dp_state_tenant *tenant, const Nfaas__Dataplane__V1__Node *node_message,
	struct dp_node *node)
{
	const Nfaas__Dataplane__V1__Classifier *message = node_message->classifier;
	size_t mark = dp_path_enter(build, ".classifier");
	struct classifier *classifier;

	(void)tenant;
	if (message->n_classes > DP_OUTPUTS_MAX)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), "classes", "%zu classes; at most %d", message->n_classes,
			DP_OUTPUTS_MAX);
	node->output_names = dp_build_alloc(build, message->n_classes, sizeof(*node->output_names));
	classifier = dp_build_alloc(build, 1, sizeof(*classifier) + message->n_classes * sizeof(classifier->classes[0]));
	if (node->output_names == NULL || classifier == NULL)
		return false;
	classifier->n = (unsigned)message->n_classes;
	node->rule_names = node->output_names;
	node->n_rules = classifier->n;
	node->n_outputs = (uint8_t)classifier->n;
	if (!read_classes(build, message, node, classifier))
		return false;
	if (node->local)
		node->config = classifier;
	dp_path_leave(build, mark);
	return true;
}

static bool
link(struct dp_build *build, const struct dp_state_tenant *tenant, const Nfaas__Dataplane__V1__Node *message,
	const struct dp_view *view, struct dp_node *node)
{
	struct classifier *classifier = node->config;

	for (unsigned i = 0; i < classifier->n; i++) {
		const Nfaas__Dataplane__V1__ClassifierClass *class = message->classifier->classes[i];
		size_t mark = dp_path_enter(build, ".classifier.classes[%u]", i);

		if (class->n_enter > 0) {
			classifier->classes[i].enter = dp_build_alloc(build, 1, sizeof(struct dp_enter));
			if (classifier->classes[i].enter == NULL
				|| !dp_build_enter(build, tenant, class->enter, class->n_enter, view, node, classifier->classes[i].enter))
				return false;
		}
		dp_path_leave(build, mark);
	}
	return true;
}

/* Both directions of a flow draw alike, and each class anew: what one leaves over is split afresh by the next. */
static bool
is_drawn(const struct dp_packet *packet, unsigned index, uint8_t percent)
{
	uint64_t hash = dp_hash_mix(packet->meta->flow_hash ^ DP_HASH_SEED_A, (packet->node->key + index) ^ DP_HASH_SEED_B);

	return percent == 100 || dp_hash_scale((uint32_t)(hash >> 32), 100) < percent;
}

static dp_drop_reason_t
process(struct dp_context *context, struct dp_packet *packet)
{
	const struct classifier *classifier = packet->node->config;
	unsigned i = 0;

	dp_follow_flow(context, packet);
	while (i < classifier->n
		&& !(dp_packet_match_holds(&classifier->classes[i].match, packet)
			&& is_drawn(packet, i, classifier->classes[i].percent)))
		i++;
	dp_packet_count_rule(packet, i);
	if (i < classifier->n && packet->direction == DP_FORWARD) {
		packet->output = (uint8_t)i;
		if (classifier->classes[i].enter != NULL && !dp_is_answer(packet))
			dp_enter_choose(context, packet, classifier->classes[i].enter);
	}
	return DP_PASS;
}

/* Who began a flow, and in which view it went on. */
static bool
asks_entry(const struct dp_node *node)
{
	const struct classifier *classifier = node->config;

	for (unsigned i = 0; i < classifier->n; i++)
		if (!classifier->classes[i].match.flow.all || classifier->classes[i].enter != NULL)
			return true;
	return false;
}

const struct dp_function dp_function_classifier = {
	.name = "classifier",
	.kind = NFAAS__DATAPLANE__V1__NODE__KIND_CLASSIFIER,
	.build = build,
	.link = link,
	.process = process,
	.asks_entry = asks_entry,
	.housekeep = dp_gateway_keep_count,
};
