/* SPDX-License-Identifier: Apache-2.0 */
/* Neighbour discovery (RFC 4861) at an attachment: what ARP is to IPv4. We are asked, and ask; we advertise no routes, so hosts
 * are told of their router by whoever configures them. */
#ifndef NFAAS_DP_NDP_H
#define NFAAS_DP_NDP_H

#include "../forward/context.h"

/* I/O thread. Whether the frame, an IPv6 packet by its Ethernet type, is a neighbour solicitation or advertisement that came
 * from the link itself; it may still be malformed. */
bool dp_ndp_is_message(const struct rte_mbuf *m);

/* I/O thread. True when the frame asked for the attachment's own address; it then holds the answer. */
bool dp_ndp_answer(const struct dp_attachment *attachment, struct rte_mbuf *m);

/* Worker. A question for a host on the attachment; NULL when no mbuf is free. */
struct rte_mbuf *dp_ndp_question(struct rte_mempool *pool, const struct dp_attachment *attachment, struct dp_ip6 address);

/* Reads who says to be whom. False when the message is malformed, or says nothing of that. */
bool dp_ndp_read_sender(const struct rte_mbuf *m, struct dp_ip6 *address, struct rte_ether_addr *mac);

#endif
