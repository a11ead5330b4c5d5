/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_PROBE_CLASSIFY_H
#define NFAAS_DP_PROBE_CLASSIFY_H

#include "../packet/outer.h"
#include "../view/state.h"

/* I/O thread: a packet of tenant 0 from the fabric; the rest is of its outer headers. What dp_classify() returns: a question is
 * turned round, an answer is noted, anything else is malformed. */
int dp_probe_classify(struct dp *dp, uint16_t in_port, uint8_t next_protocol, uint16_t inner_offset, struct rte_mbuf *m);

#endif
