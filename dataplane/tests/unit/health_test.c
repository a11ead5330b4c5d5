/* SPDX-License-Identifier: Apache-2.0 */
/* Guarantee: a neighbour is dead after so many unanswered questions in a row and no fewer, at once when its link goes, and
 * alive again only after several answers in a row; who was frozen himself blames nobody. */
#include "check.h"
#include "control/health.h"

#define FAILURES 3

static bool
answered(struct health *health)
{
	return health_step(health, health->asked, true, FAILURES);
}

static bool
unanswered(struct health *health)
{
	return health_step(health, health->asked - 1, true, FAILURES);
}

static void
check_that_failures_in_a_row_kill(void)
{
	struct health health = {0};

	CHECK("the first look judges nothing", !unanswered(&health) && health.missed == 0);
	CHECK("one is forgiven", !unanswered(&health) && !unanswered(&health) && !answered(&health));
	CHECK("an answer starts the count anew", !unanswered(&health) && !unanswered(&health) && !health.dead);
	CHECK("the last of three kills", unanswered(&health) && health.dead && health.deaths == 1);
	CHECK("once", !unanswered(&health) && health.deaths == 1);
}

static void
check_that_it_comes_back_slowly(void)
{
	struct health health = {.dead = true, .waiting = true, .asked = 9};

	CHECK("two answers are not enough", !answered(&health) && !answered(&health) && health.dead);
	CHECK("a miss starts the count anew", !unanswered(&health) && !answered(&health) && !answered(&health));
	CHECK("the third in a row", answered(&health) && !health.dead);
}

static void
check_links(void)
{
	struct health started = {.waiting = true, .asked = 1}, starting = {0};

	CHECK("a link that goes kills at once", health_step(&started, 0, false, FAILURES) && started.dead);
	CHECK("one that was never up gets its time", !health_step(&starting, 0, false, FAILURES)
		&& !health_step(&starting, 0, false, FAILURES) && !starting.dead);
	CHECK("and no more", health_step(&starting, 0, false, FAILURES) && starting.dead);
}

static void
check_that_a_frozen_judge_forgives(void)
{
	struct health health = {0};

	for (unsigned i = 0; i < FAILURES; i++)
		unanswered(&health);
	health_forgive(&health);
	CHECK("what was missed is forgotten", !unanswered(&health) && !unanswered(&health) && !unanswered(&health)
		&& !health.dead);
	CHECK("what comes after counts", unanswered(&health));
}

int
main(void)
{
	check_that_failures_in_a_row_kill();
	check_that_it_comes_back_slowly();
	check_links();
	check_that_a_frozen_judge_forgives();
	return 0;
}
