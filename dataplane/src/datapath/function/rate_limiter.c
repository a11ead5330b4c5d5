/* SPDX-License-Identifier: Apache-2.0 */
/* Meters a tenant's traffic by class and direction, and drops or marks it by colour. */
#include <stdlib.h>
#include <string.h>

#include "../forward/dscp.h"
#include "../forward/match.h"
#include "follow.h"
#include "function.h"
#include "rate_limiter.h"

#define MARK_NONE UINT8_MAX
#define MARK_DROP (UINT8_MAX - 1)

/* Outlives states: an apply must not fill anybody's buckets. Meters are written by the tenant's worker only. */
struct bucket_set {
	unsigned references;
	uint32_t tenant_id;
	uint64_t key; /* of the node */
	unsigned n;
	struct dp_meter_profile *profiles;
	struct dp_meter (*meters)[DP_DIRECTIONS];
};

struct traffic_class {
	struct dp_packet_match match;
	uint8_t marks[DP_COLOURS]; /* a DSCP, MARK_NONE or MARK_DROP */
};

struct rate_limiter {
	struct bucket_set *buckets;
	unsigned n;
	struct traffic_class classes[];
};

static const char *const colours[DP_COLOURS] = {"green", "yellow", "red"};

static void
free_set(struct bucket_set *set)
{
	free(set->profiles);
	free(set->meters);
	free(set);
}

static struct bucket_set *
create_set(uint32_t tenant_id, uint64_t key, const struct dp_meter_profile *profiles, unsigned n)
{
	struct bucket_set *set = calloc(1, sizeof(*set));

	if (set == NULL)
		return NULL;
	*set = (struct bucket_set){.references = 1, .tenant_id = tenant_id, .key = key, .n = n,
		.profiles = calloc(n + 1u, sizeof(*profiles)), .meters = calloc(n + 1u, sizeof(*set->meters))};
	if (set->profiles == NULL || set->meters == NULL) {
		free_set(set);
		return NULL;
	}
	if (n > 0)
		memcpy(set->profiles, profiles, n * sizeof(*profiles));
	for (unsigned i = 0; i < n; i++)
		for (unsigned d = 0; d < DP_DIRECTIONS; d++)
			dp_meter_init(&set->meters[i][d], &profiles[i]);
	return set;
}

static struct bucket_set *
find_set(const struct dp_state *state, uint32_t tenant_id, uint64_t key, const struct dp_meter_profile *profiles,
	unsigned n)
{
	for (unsigned v = 0; state != NULL && v < state->n_views; v++)
		for (unsigned i = 0; state->views[v].nodes != NULL && i < state->views[v].n_nodes; i++) {
			const struct dp_node *node = &state->views[v].nodes[i];
			const struct rate_limiter *limiter = node->function == &dp_function_rate_limiter ? node->config : NULL;
			struct bucket_set *set = limiter != NULL ? limiter->buckets : NULL;

			if (set != NULL && set->tenant_id == tenant_id && set->key == key && set->n == n
				&& (n == 0 || memcmp(set->profiles, profiles, n * sizeof(*profiles)) == 0))
				return set;
		}
	return NULL;
}

/* The same limits at the same place are the same buckets, in every view: a flip gives nobody a fresh burst. */
static bool
lend_buckets(struct dp_build *build, uint32_t tenant_id, const struct dp_node *node, struct rate_limiter *limiter,
	const struct dp_meter_profile *profiles)
{
	struct bucket_set *set = find_set(build->previous, tenant_id, node->key, profiles, limiter->n);

	if (set == NULL)
		set = find_set(build->state, tenant_id, node->key, profiles, limiter->n);
	if (set != NULL)
		set->references++;
	else
		set = create_set(tenant_id, node->key, profiles, limiter->n);
	limiter->buckets = set;
	return set != NULL || dp_build_fail_memory(build);
}

static bool
read_mark(struct dp_build *build, const Nfaas__Dataplane__V1__ColourAction *message, const char *field, uint8_t *mark)
{
	size_t path;

	*mark = MARK_NONE;
	if (message == NULL)
		return true;
	if (message->drop && message->mark)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), field, "a packet is dropped or marked, not both");
	if (message->drop)
		*mark = MARK_DROP;
	if (!message->mark)
		return true;
	path = dp_path_enter(build, ".%s", field);
	if (!dp_build_dscp(build, message->dscp, "dscp"))
		return false;
	dp_path_leave(build, path);
	*mark = (uint8_t)message->dscp;
	return true;
}

static bool
read_class(struct dp_build *build, const Nfaas__Dataplane__V1__TrafficClass *message, struct traffic_class *class,
	struct dp_meter_profile *profile)
{
	return dp_build_packet_match(build, message->match, &class->match)
		&& dp_build_meter(build, message->meter, profile)
		&& read_mark(build, message->green, colours[DP_GREEN], &class->marks[DP_GREEN])
		&& read_mark(build, message->yellow, colours[DP_YELLOW], &class->marks[DP_YELLOW])
		&& read_mark(build, message->red, colours[DP_RED], &class->marks[DP_RED]);
}

static bool
name_counters(struct dp_build *build, const char *name, char (*names)[DP_NAME_SIZE])
{
	if (!dp_build_name(build, names[0], name, "name"))
		return false;
	if (strlen(name) > DP_CLASS_NAME_MAX)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "name", "a class's name has at most %d bytes",
			DP_CLASS_NAME_MAX);
	for (unsigned c = 0; c < DP_COLOURS; c++)
		snprintf(names[c], DP_NAME_SIZE, "%.*s/%s", DP_CLASS_NAME_MAX, name, colours[c]);
	return true;
}

static bool
read_classes(struct dp_build *build, const Nfaas__Dataplane__V1__RateLimiter *message, struct dp_node *node,
	struct rate_limiter *limiter, struct dp_meter_profile *profiles)
{
	for (unsigned i = 0; i < limiter->n; i++) {
		size_t mark = dp_path_enter(build, ".classes[%u]", i);

		if (!name_counters(build, message->classes[i]->name, &node->rule_names[i * DP_COLOURS])
			|| !read_class(build, message->classes[i], &limiter->classes[i], &profiles[i]))
			return false;
		dp_path_leave(build, mark);
	}
	return dp_build_unique_names(build, node->rule_names, node->n_rules, "classes");
}

static bool
build(struct dp_build *build, const struct dp_state_tenant *tenant, const Nfaas__Dataplane__V1__Node *node_message,
	struct dp_node *node)
{
	const Nfaas__Dataplane__V1__RateLimiter *message = node_message->rate_limiter;
	size_t mark = dp_path_enter(build, ".rate_limiter");
	struct dp_meter_profile *profiles;
	struct rate_limiter *limiter;

	if (message->n_classes > DP_CLASSES_MAX)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), "classes", "%zu classes; at most %d", message->n_classes,
			DP_CLASSES_MAX);
	node->n_rules = (unsigned)message->n_classes * DP_COLOURS;
	node->rule_names = dp_build_alloc(build, node->n_rules, sizeof(*node->rule_names));
	profiles = dp_build_alloc(build, message->n_classes, sizeof(*profiles));
	limiter = dp_build_alloc(build, 1, sizeof(*limiter) + message->n_classes * sizeof(limiter->classes[0]));
	if (node->rule_names == NULL || profiles == NULL || limiter == NULL)
		return false;
	limiter->n = (unsigned)message->n_classes;
	if (!read_classes(build, message, node, limiter, profiles)
		|| (node->local && !lend_buckets(build, tenant->tenant_id, node, limiter, profiles)))
		return false;
	if (node->local)
		node->config = limiter;
	dp_path_leave(build, mark);
	return true;
}

static void
release(struct dp_node *node)
{
	struct bucket_set *set = ((struct rate_limiter *)node->config)->buckets;

	if (--set->references == 0)
		free_set(set);
}

/* RFC 2597 section 6: the drop precedence of an assured forwarding class; everything else is green. */
static enum dp_colour
colour_before(uint8_t dscp)
{
	unsigned class = dscp >> 3, precedence = dscp >> 1 & 3;

	if ((dscp & 1) != 0 || class < 1 || class > 4 || precedence == 0)
		return DP_GREEN;
	return (enum dp_colour)(precedence - 1);
}

static dp_drop_reason_t
meter(struct dp_context *context, struct dp_packet *packet, unsigned index)
{
	const struct rate_limiter *limiter = packet->node->config;
	enum dp_colour colour = dp_meter_judge(&limiter->buckets->meters[index][packet->direction],
		&limiter->buckets->profiles[index], context->tsc, packet->inner.length, colour_before(dp_dscp_read(packet)));
	uint8_t mark = limiter->classes[index].marks[colour];

	dp_packet_count_rule(packet, index * DP_COLOURS + colour);
	if (mark == MARK_DROP)
		return DP_REASON(RATE_LIMITED);
	if (mark != MARK_NONE)
		dp_dscp_write(packet, mark);
	return DP_PASS;
}

static dp_drop_reason_t
process(struct dp_context *context, struct dp_packet *packet)
{
	const struct rate_limiter *limiter = packet->node->config;

	dp_follow_flow(context, packet);
	for (unsigned i = 0; i < limiter->n; i++)
		if (dp_packet_match_holds(&limiter->classes[i].match, packet))
			return meter(context, packet, i);
	dp_packet_count_rule(packet, packet->node->n_rules);
	return DP_PASS;
}

/* Who began a flow. */
static bool
asks_entry(const struct dp_node *node)
{
	const struct rate_limiter *limiter = node->config;

	for (unsigned i = 0; i < limiter->n; i++)
		if (!limiter->classes[i].match.flow.all)
			return true;
	return false;
}

const struct dp_function dp_function_rate_limiter = {
	.name = "rate-limiter",
	.kind = NFAAS__DATAPLANE__V1__NODE__KIND_RATE_LIMITER,
	.build = build,
	.release = release,
	.process = process,
	.asks_entry = asks_entry,
};
