/* SPDX-License-Identifier: Apache-2.0 */
/* The I/O thread: all ports in and out, and on one CPU what lies between (run_to_completion.h). */
#ifndef NFAAS_IO_H
#define NFAAS_IO_H

#include "runtime/datapath_threads.h"

struct io;

/* Starts the thread, which also creates shared->io_event_fd. NULL and errno on failure. */
struct io *io_start(struct shared *shared);
void io_stop(struct io *io);

/* Both without what is charged to tenants when the thread does their work. Main thread. */
uint64_t io_cpu_ns(struct io *io);
uint64_t io_cycles(const struct io *io); /* TSC cycles spent in loops that moved a packet */

#endif
