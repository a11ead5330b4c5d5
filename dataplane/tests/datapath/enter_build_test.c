/* SPDX-License-Identifier: Apache-2.0 */
/* Which ways into other views are refused, and that the error names the view that has them. */
#include "lib/enter_world.h"
#include "lib/refusal.h"

static classifier_class_t *
class_of(struct desired *desired)
{
	return desired->state.views[0]->nodes[1]->classifier->classes[0];
}

static node_t *
other_of(struct desired *desired)
{
	return desired->state.views[1]->nodes[0];
}

static void unknown_view(struct desired *d) { class_of(d)->enter[0]->view_id = 9; }
static void view_above_255(struct desired *d) { class_of(d)->enter[0]->view_id = 258; }
static void itself(struct desired *d) { class_of(d)->enter[0]->view_id = 1; }
static void unknown_node(struct desired *d) { class_of(d)->enter[0]->node = desired_text(d, "nowhere"); }
static void a_function(struct desired *d) { class_of(d)->enter[0]->node = desired_text(d, "second"); }
static void where_it_ends(struct desired *d) { class_of(d)->enter[0]->node = desired_text(d, "far"); }
static void shares_of_99(struct desired *d) { class_of(d)->enter[0]->share = 99; }
static void share_above_100(struct desired *d) { class_of(d)->enter[0]->share = UINT32_MAX; }
static void shares_of_200(struct desired *d) { desired_entrance(d, class_of(d), 2, "other", 100); }
static void not_entered_from_there(struct desired *d) { other_of(d)->attachment->n_entered_from = 0; }
static void entered_from_nowhere(struct desired *d) { other_of(d)->attachment->entered_from[0] = desired_text(d, "nobody"); }

static const struct refusal refusals[] = {
	{unknown_view, CODE(UNKNOWN_REFERENCE), "views[0].nodes[1].classifier.classes[0].enter[0].view_id", 1},
	{view_above_255, CODE(UNKNOWN_REFERENCE), "views[0].nodes[1].classifier.classes[0].enter[0].view_id", 1},
	{itself, CODE(INVALID_ARGUMENT), "views[0].nodes[1].classifier.classes[0].enter[0].view_id", 1},
	{unknown_node, CODE(UNKNOWN_REFERENCE), "views[0].nodes[1].classifier.classes[0].enter[0].node", 1},
	{a_function, CODE(INVALID_ARGUMENT), "views[0].nodes[1].classifier.classes[0].enter[0].node", 1},
	{where_it_ends, CODE(INVALID_ARGUMENT), "views[0].nodes[1].classifier.classes[0].enter[0].node", 1},
	{shares_of_99, CODE(INVALID_ARGUMENT), "views[0].nodes[1].classifier.classes[0].enter", 1},
	{share_above_100, CODE(INVALID_ARGUMENT), "views[0].nodes[1].classifier.classes[0].enter[0].share", 1},
	{shares_of_200, CODE(INVALID_ARGUMENT), "views[0].nodes[1].classifier.classes[0].enter[1].share", 1},
	{not_entered_from_there, CODE(INVALID_ARGUMENT),
		"views[0].nodes[1].classifier.classes[0].enter[0].node", 1},
	{entered_from_nowhere, CODE(UNKNOWN_REFERENCE), "views[1].nodes[0].attachment.entered_from", 2},
};

static void
ways_that_lead_nowhere_are_refused_and_say_where(void)
{
	struct world *world = enter_world((struct enter_setup){.enters = true});

	for (unsigned i = 0; i < RTE_DIM(refusals); i++) {
		struct desired *desired = enter_desired(world, FIREWALL_1);

		refusals[i].spoil(desired);
		check_refused(world, FIREWALL_1, desired, &refusals[i]);
	}
	world_free(world);
}

/* Who does not run the class need not know the views that it enters. */
static void
pods_beside_the_classs_own_take_its_view_without_the_others(void)
{
	struct world *world = enter_world((struct enter_setup){.enters = true});
	struct desired *desired = enter_desired(world, FIREWALL_2);

	desired->state.n_views = 1;
	world_apply_message(world, FIREWALL_2, desired);
	desired_free(desired);
	world_free(world);
}

TEST_MAIN(TEST(ways_that_lead_nowhere_are_refused_and_say_where),
	TEST(pods_beside_the_classs_own_take_its_view_without_the_others))
