/* SPDX-License-Identifier: Apache-2.0 */
#include "control/health.h"

static bool
fail(struct health *health, uint32_t failures)
{
	health->missed++;
	health->risen = 0;
	if (health->dead || health->missed < failures)
		return false;
	health->dead = true;
	health->deaths++;
	return true;
}

static bool
succeed(struct health *health)
{
	health->answers++;
	health->missed = 0;
	if (!health->dead || ++health->risen < HEALTH_RISES)
		return false;
	health->dead = false;
	health->risen = 0;
	return true;
}

bool
health_step(struct health *health, uint32_t answered, bool link_is_up, uint32_t failures)
{
	bool changed = false;

	if (!link_is_up)
		changed = fail(health, health->waiting ? 0 : failures); /* one that was never up may be starting */
	else if (health->waiting)
		changed = answered == health->asked ? succeed(health) : fail(health, failures);
	health->waiting = link_is_up;
	health->asked++;
	return changed;
}

void
health_forgive(struct health *health)
{
	health->missed = 0;
	health->waiting = false;
}
