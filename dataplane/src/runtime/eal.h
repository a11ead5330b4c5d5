/* SPDX-License-Identifier: Apache-2.0 */
/* Starts DPDK's environment so that nothing of the host is touched: no PCI, no telemetry, no files shared. */
#ifndef NFAAS_EAL_H
#define NFAAS_EAL_H

#include "util/options.h"

/* Packet buffers so that every tenant can have its quota (buffers.h) and the ports still get theirs. */
unsigned eal_buffer_count(const struct options *options);

/* 0, or -1 with a line in the log that tells the mend. May run the program anew (exec) without hugepages, when they
 * turn out not to be usable: DPDK can't be started twice in one process. */
int eal_start(const struct options *options, char **argv);
void eal_stop(void);

#endif
