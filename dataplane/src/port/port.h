/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A port: where packets come in and leave. Fabric ports lead to a peer pod, edge ports to tenants' hosts.
 *
 * Two threads touch a port. The I/O thread calls rx, tx, arm, disarm and owns the counters; the main thread opens,
 * ticks and closes. A driver whose connection comes and goes (memif) publishes it by pointer and waits for the I/O
 * thread's quiescent state before it unmaps anything, so that a peer's death never faults this process.
 */
#ifndef NFAAS_PORT_H
#define NFAAS_PORT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "datapath/datapath.h"
#include "runtime/rcu.h"
#include "util/reactor.h"

struct port;

#define PORT_POLL (-1) /* no such descriptor: it has to be polled */
#define PORT_DOWN (-2) /* nothing can come for now */

/* Why tx stopped short. */
enum tx_stop { TX_FULL, TX_DOWN, TX_TOO_BIG };

struct port_ops {
	const char *driver;
	uint16_t (*rx)(struct port *port, struct rte_mempool *pool, struct rte_mbuf **pkts, uint16_t n);
	/* Sends in order and frees what it sent. Returns how many; when fewer than n, *why says what stopped the
	 * first of the rest, which stays the caller's. */
	uint16_t (*tx)(struct port *port, struct rte_mbuf **pkts, uint16_t n, enum tx_stop *why);
	bool (*is_up)(const struct port *port);
	/* I/O thread: more than half of the receive ring waits, so that packets of anybody may soon be lost there. */
	bool (*is_crowded)(const struct port *port);
	/* I/O thread: less than half of the send ring is free, so that copies should leave it to originals. NULL = who can tell? */
	bool (*is_filling)(const struct port *port);
	/* Before the I/O thread sleeps: the descriptor that turns readable when a packet comes, or PORT_POLL or
	 * PORT_DOWN. *pending = packets wait already. */
	int (*arm)(struct port *port, bool *pending);
	/* After it woke; `revents` is what ppoll said of that descriptor. */
	void (*disarm)(struct port *port, short revents);
	/* Main thread, about ten times a second. */
	void (*tick)(struct port *port);
	/* Main thread: what it was opened on is gone, so that only opening it again can help. */
	bool (*is_stale)(const struct port *port);
	/* Main thread, when no reader can see the port any more. */
	void (*close)(struct port *port);
};

/* Written by the I/O thread alone, read by anybody. */
struct port_counters {
	_Atomic uint64_t rx_packets, rx_bytes, tx_packets, tx_bytes, tx_dropped;
};

static inline void
counter_add(_Atomic uint64_t *counter, uint64_t n)
{
	/* One writer: a plain load and store, no locked instruction. */
	atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + n,
		memory_order_relaxed);
}

static inline uint64_t
counter_read(const _Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

/* Drivers embed this as their first member. */
struct port {
	const struct port_ops *ops;
	struct dp_port dp; /* name, index, addresses: what the datapath knows of it */
	struct port_counters counters;
};

/* What drivers need of the process. */
struct port_context {
	struct reactor *reactor;
	struct rcu *rcu;
	struct rte_mempool *pool;
};

/* Openers: NULL on failure, with a message for a person in `error`. */
#define PORT_ERROR_MAX 200

struct port *memif_link_open(const struct port_context *context, const char *socket_path, bool server,
	char error[PORT_ERROR_MAX]);
struct port *af_packet_open(const char *interface, char error[PORT_ERROR_MAX]);
/* `devargs` is a DPDK vdev with its arguments; `key` makes its name unique. */
struct port *ethdev_port_open(const struct port_context *context, const char *driver, unsigned key,
	const char *devargs, char error[PORT_ERROR_MAX]);

#endif
