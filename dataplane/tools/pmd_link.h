/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_PMD_LINK_H
#define NFAAS_PMD_LINK_H

#include "port/port.h"

/*
 * A memif link by DPDK's own driver, as client, with `queues` receive queues: a peer whose thread sends by its second queue,
 * as Open vSwitch's does, is heard too. For tools. NULL with `error`.
 */
struct port *pmd_link_open(const struct port_context *context, const char *socket_path, uint16_t queues,
	char error[PORT_ERROR_MAX]);

#endif
