/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the fabric's frames, both ways, to a pcapng file. The I/O thread copies them into a bounded ring; a thread
 * of its own writes them. While no capture runs, the packet path pays one predictable branch per burst.
 */
#ifndef NFAAS_CAPTURE_H
#define NFAAS_CAPTURE_H

#include "port/port.h"
#include "runtime/datapath_threads.h"

enum capture_direction { CAPTURE_IN = 1, CAPTURE_OUT = 2 }; /* the values of pcapng's epb_flags */

struct capture_config {
	const char *path;
	uint32_t max_packets; /* 0 = 10000 */
	uint32_t tenant_id;   /* 0 = every tenant */
	uint32_t snap_length; /* 0 = whole frames */
};

/* Main thread. Opens the file and starts; false with *error filled. One capture at a time. */
bool capture_start(struct shared *shared, const struct capture_config *config, struct dp_error *error);

/* Main thread. Ends the running capture, writes what is queued, closes the file. False when none runs. */
bool capture_stop(struct shared *shared, uint64_t *packets, uint64_t *missed);

void capture_copy(struct capture *capture, const struct port *port, struct rte_mbuf **pkts, uint16_t n,
	enum capture_direction direction);

/* I/O thread. */
static inline void
capture_burst(struct shared *shared, const struct port *port, struct rte_mbuf **pkts, uint16_t n,
	enum capture_direction direction)
{
	struct capture *capture = atomic_load_explicit(&shared->capture, memory_order_acquire);

	if (unlikely(capture != NULL) && port->dp.fabric)
		capture_copy(capture, port, pkts, n, direction);
}

#endif
