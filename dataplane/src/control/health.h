/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which neighbours take packets. Each is asked over its link in a steady rhythm (packet/probe.h); one that leaves several
 * questions in a row unanswered, or whose link is down, is dead until it has answered several in a row. This part is the
 * judgement alone: it has no clock and no port. Main thread.
 */
#ifndef NFAAS_HEALTH_H
#define NFAAS_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#define HEALTH_RISES 3 /* answers in a row that bring a dead neighbour back: flaps end here */

struct health {
	uint32_t asked;    /* sequence of the last question */
	bool waiting;      /* for its answer */
	uint32_t missed;   /* questions in a row without an answer */
	uint32_t risen;    /* dead: answers in a row */
	uint64_t answers;  /* questions that were answered in time */
	uint64_t deaths;
	bool dead;
};

/*
 * Once an interval: judges the last question by the last `answered` sequence and counts the next one, health->asked, which the
 * caller then sends. True when the neighbour died or came back.
 */
bool health_step(struct health *health, uint32_t answered, bool link_is_up, uint32_t failures);

/* After a time in which this process itself did not run: what went unanswered meanwhile is nobody's fault. */
void health_forgive(struct health *health);

#endif
