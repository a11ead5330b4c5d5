/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two chains of a tenant between the small fabric's gateways. TCP of the first one's clients enters the second:
 *
 *     client - first (classifier) - server        view 1, "one"; also 4, "four"
 *     other - second (classifier) - far           views 2, "two", and 3, "three"
 *
 * "other" and "far" are on the gateways' spare ports, at A and B.
 */
#ifndef NFAAS_TEST_ENTER_WORLD_H
#define NFAAS_TEST_ENTER_WORLD_H

#include "world.h"

#define FAR IP(10, 3, 0, 2)
#define FAR_ROUTER IP(10, 3, 0, 1)
#define OTHER_ROUTER IP(10, 4, 0, 1)

struct enter_setup {
	bool enters;          /* or TCP leaves by its output, which has no edge */
	bool output_edge;     /* it has one, to the server */
	bool in_a_circle;     /* all that comes to "second" enters view 1 */
	bool apart;           /* "first" and "second" are on pods of their own; else on one */
	bool has_third, has_fourth; /* views 3 and 4 are there */
	uint32_t share_of_third; /* the rest is view 2's */
	bool keep_second;     /* view 2 keeps its flows */
	bool second_is_gone;
	uint32_t first_view;  /* that clients' packets take: 1 or 4 */
	bool drains_first;    /* view 1 is still there then, as replaced */
	bool no_share;        /* of view 2: nothing new enters */
};
extern struct enter_setup enter_setup;

struct world *enter_world(struct enter_setup setup);
/* After changes of enter_setup. */
void enter_apply(struct world *world);
/* The message for the classifiers' pod, to be changed and refused. */
struct desired *enter_desired(const struct world *world, enum pod pod);

struct frame tcp_to_far(uint16_t client_port, uint8_t flags);
struct frame tcp_from_far(uint16_t client_port, uint8_t flags);
/* True when the host at the other end got exactly one more. */
bool enter_client_sends(struct world *world, const struct frame *frame);
bool enter_far_sends(struct world *world, const struct frame *frame);
/* Begins a TCP connection to the far host, answered. */
void enter_exchange(struct world *world, uint16_t client_port);
/* That nothing is in flight in the view. */
void enter_check_closed(const struct world *world, const char *uid);

#endif
