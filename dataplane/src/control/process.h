/* SPDX-License-Identifier: Apache-2.0 */
/* The main thread's view of the process: what requests read and change. */
#ifndef NFAAS_PROCESS_H
#define NFAAS_PROCESS_H

#include "control/health_monitor.h"
#include "control/sharing.h"
#include "port/port_table.h"
#include "runtime/datapath_threads.h"
#include "runtime/io.h"
#include "runtime/placement.h"
#include "util/options.h"

struct process {
	const struct options *options;
	struct reactor *reactor;
	struct shared shared;
	struct io *io;
	struct placement placement;
	struct port_table *ports;
	char epoch[33]; /* 128 random bits in hex: tells two runs apart */
	/* The state in force; NULL before the first apply. */
	Nfaas__Dataplane__V1__DesiredState *applied;
	struct health_monitor health;
	struct sharing sharing;
};

/* DPDK runs. NULL with a line in the log that tells the mend. `options` stays the caller's and must outlive it. */
struct process *process_start(const struct options *options);
void process_stop(struct process *process); /* NULL is fine */

/* One transaction: brings the process to `desired`, or changes nothing and fills *error. Takes over `desired` on
 * success. */
bool process_apply(struct process *process, Nfaas__Dataplane__V1__DesiredState *desired, struct dp_error *error);

/* The state in force once more: builds it anew with what is known of the neighbours by now. False with *error; then nothing
 * has changed. There is one. */
bool process_apply_again(struct process *process, struct dp_error *error);

/* Main thread, about ten times a second. */
void process_tick(struct process *process);

/* Fills the response; false when out of memory. Never makes a packet thread wait. */
bool process_counters(struct process *process, Nfaas__Dataplane__V1__CountersResponse *response);

/* Answers one request. The response is malloc'ed in protobuf-c's manner; NULL when out of memory. `request` may lose
 * its parts. */
Nfaas__Dataplane__V1__Response *process_answer(struct process *process, Nfaas__Dataplane__V1__Request *request);

/* An Error response in protobuf-c's manner. */
Nfaas__Dataplane__V1__Response *error_response(uint64_t id, const struct dp_error *error);

#endif
