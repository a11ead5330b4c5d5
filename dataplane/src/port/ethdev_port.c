/* SPDX-License-Identifier: Apache-2.0 */
/* A port on any DPDK ethdev, plugged at run time: af_xdp on an interface, here. It has to be polled. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

#include "port/port.h"

#define DESCRIPTORS 1024

struct ethdev_port {
	struct port port; /* first: ports are cast to this */
	uint16_t id;
	char vdev[RTE_DEV_NAME_MAX_LEN];
	_Atomic bool up;
};

static struct ethdev_port *
ethdev_of(const struct port *port)
{
	return (struct ethdev_port *)(uintptr_t)port;
}

static uint16_t
ethdev_rx(struct port *port, struct rte_mempool *pool, struct rte_mbuf **pkts, uint16_t n)
{
	(void)pool; /* given at queue setup */
	return rte_eth_rx_burst(ethdev_of(port)->id, 0, pkts, n);
}

static uint16_t
ethdev_tx(struct port *port, struct rte_mbuf **pkts, uint16_t n, enum tx_stop *why)
{
	*why = port->ops->is_up(port) ? TX_FULL : TX_DOWN;
	return rte_eth_tx_burst(ethdev_of(port)->id, 0, pkts, n);
}

static bool
ethdev_is_up(const struct port *port)
{
	return atomic_load_explicit(&ethdev_of(port)->up, memory_order_relaxed);
}

static bool
ethdev_is_crowded(const struct port *port)
{
	(void)port; /* few drivers can tell */
	return false;
}

static int
ethdev_arm(struct port *port, bool *pending)
{
	(void)port;
	(void)pending;
	return PORT_POLL;
}

static void
ethdev_disarm(struct port *port, short revents)
{
	(void)port;
	(void)revents;
}

static void
ethdev_tick(struct port *port)
{
	struct ethdev_port *e = ethdev_of(port);
	struct rte_eth_link link;

	bool up = rte_eth_link_get_nowait(e->id, &link) == 0 && link.link_status == RTE_ETH_LINK_UP;
	atomic_store_explicit(&e->up, up, memory_order_relaxed);
}

static bool
ethdev_is_stale(const struct port *port)
{
	return !rte_eth_dev_is_valid_port(ethdev_of(port)->id);
}

static void
ethdev_close(struct port *port)
{
	struct ethdev_port *e = ethdev_of(port);

	if (rte_eth_dev_is_valid_port(e->id)) {
		rte_eth_dev_stop(e->id);
		rte_eth_dev_close(e->id);
	}
	rte_eal_hotplug_remove("vdev", e->vdev);
	free(e);
}

static const struct port_ops ethdev_ops = {
	.driver = "ethdev", .rx = ethdev_rx, .tx = ethdev_tx, .is_up = ethdev_is_up,
	.is_crowded = ethdev_is_crowded, .arm = ethdev_arm,
	.disarm = ethdev_disarm, .tick = ethdev_tick, .is_stale = ethdev_is_stale, .close = ethdev_close,
};

static int
start(struct ethdev_port *e, struct rte_mempool *pool)
{
	const struct rte_eth_conf conf = {0};
	int rc;

	if ((rc = rte_eth_dev_configure(e->id, 1, 1, &conf)) < 0 ||
	    (rc = rte_eth_rx_queue_setup(e->id, 0, DESCRIPTORS, rte_socket_id(), NULL, pool)) < 0 ||
	    (rc = rte_eth_tx_queue_setup(e->id, 0, DESCRIPTORS, rte_socket_id(), NULL)) < 0 ||
	    (rc = rte_eth_dev_start(e->id)) < 0)
		return rc;
	return rte_eth_macaddr_get(e->id, &e->port.dp.mac);
}

struct port *
ethdev_port_open(const struct port_context *context, const char *driver, unsigned key, const char *devargs,
	char error[PORT_ERROR_MAX])
{
	struct ethdev_port *e = calloc(1, sizeof(*e));

	if (e == NULL) {
		snprintf(error, PORT_ERROR_MAX, "out of memory");
		return NULL;
	}
	e->port.ops = &ethdev_ops;
	snprintf(e->vdev, sizeof(e->vdev), "%s%u", driver, key);
	int rc = rte_eal_hotplug_add("vdev", e->vdev, devargs);
	if (rc < 0 || rte_eth_dev_get_port_by_name(e->vdev, &e->id) < 0) {
		snprintf(error, PORT_ERROR_MAX, "%s,%s: %s", e->vdev, devargs, rte_strerror(rc < 0 ? -rc : ENODEV));
		free(e);
		return NULL;
	}
	rc = start(e, context->pool);
	if (rc < 0) {
		snprintf(error, PORT_ERROR_MAX, "%s,%s: %s", e->vdev, devargs, rte_strerror(-rc));
		ethdev_close(&e->port);
		return NULL;
	}
	ethdev_tick(&e->port);
	return &e->port;
}
