/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_ARP_H
#define NFAAS_DP_ARP_H

#include "../forward/context.h"

/* I/O thread. True when the frame asked for the attachment's own address; it then holds the answer (RFC 826). */
bool dp_arp_answer(const struct dp_attachment *attachment, struct rte_mbuf *m);

/* Worker. A question for a host on the attachment; NULL when no mbuf is free. */
struct rte_mbuf *dp_arp_question(struct rte_mempool *pool, const struct dp_attachment *attachment, uint32_t address);

/* Worker. Reads who says to be whom from an ARP frame (host order). False when it is malformed. */
bool dp_arp_read_sender(const struct rte_mbuf *m, uint32_t *address, struct rte_ether_addr *mac);

#endif
