/* SPDX-License-Identifier: Apache-2.0 */
#include "pmd_link.h"

#include <stdio.h>
#include <stdlib.h>

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

#define VDEV "net_memif0"
#define DESCRIPTORS 1024

struct pmd_link {
	struct port port; /* first: ports are cast to this */
	uint16_t id;
	uint16_t queues;
	uint16_t next_queue;
	bool up;
};

static uint16_t
link_rx(struct port *port, struct rte_mempool *pool, struct rte_mbuf **pkts, uint16_t n)
{
	struct pmd_link *link = (struct pmd_link *)port;

	(void)pool; /* given at queue setup */
	link->next_queue = (link->next_queue + 1) % link->queues;
	return rte_eth_rx_burst(link->id, link->next_queue, pkts, n);
}

static uint16_t
link_tx(struct port *port, struct rte_mbuf **pkts, uint16_t n, enum tx_stop *why)
{
	*why = TX_FULL;
	return rte_eth_tx_burst(((struct pmd_link *)port)->id, 0, pkts, n);
}

static bool
link_is_up(const struct port *port)
{
	return ((const struct pmd_link *)port)->up;
}

static void
link_tick(struct port *port)
{
	struct pmd_link *link = (struct pmd_link *)port;
	struct rte_eth_link status;

	link->up = rte_eth_link_get_nowait(link->id, &status) == 0 && status.link_status == RTE_ETH_LINK_UP;
}

static void
link_close(struct port *port)
{
	struct pmd_link *link = (struct pmd_link *)port;

	rte_eth_dev_stop(link->id);
	rte_eth_dev_close(link->id);
	rte_eal_hotplug_remove("vdev", VDEV);
	free(link);
}

static const struct port_ops link_ops = {
	.driver = VDEV, .rx = link_rx, .tx = link_tx, .is_up = link_is_up, .tick = link_tick, .close = link_close,
};

static int
start(uint16_t id, uint16_t queues, struct rte_mempool *pool)
{
	const struct rte_eth_conf conf = {0};
	int rc = rte_eth_dev_configure(id, queues, 1, &conf);

	for (uint16_t queue = 0; rc >= 0 && queue < queues; queue++)
		rc = rte_eth_rx_queue_setup(id, queue, DESCRIPTORS, SOCKET_ID_ANY, NULL, pool);
	if (rc >= 0)
		rc = rte_eth_tx_queue_setup(id, 0, DESCRIPTORS, SOCKET_ID_ANY, NULL);
	return rc >= 0 ? rte_eth_dev_start(id) : rc;
}

struct port *
pmd_link_open(const struct port_context *context, const char *socket_path, uint16_t queues, char error[PORT_ERROR_MAX])
{
	struct pmd_link *link = calloc(1, sizeof(*link));
	char arguments[256];
	int rc;

	if (link == NULL) {
		snprintf(error, PORT_ERROR_MAX, "out of memory");
		return NULL;
	}
	link->port.ops = &link_ops;
	link->queues = queues;
	snprintf(arguments, sizeof(arguments), "role=client,id=0,socket=%s,socket-abstract=no,rsize=11", socket_path);
	rc = rte_eal_hotplug_add("vdev", VDEV, arguments);
	if (rc >= 0)
		rc = rte_eth_dev_get_port_by_name(VDEV, &link->id);
	if (rc >= 0)
		rc = start(link->id, queues, context->pool);
	if (rc >= 0)
		return &link->port;
	snprintf(error, PORT_ERROR_MAX, "%.120s: %s", socket_path, rte_strerror(-rc));
	free(link);
	return NULL;
}
