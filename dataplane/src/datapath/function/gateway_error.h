/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_GATEWAY_ERROR_H
#define NFAAS_DP_GATEWAY_ERROR_H

#include "../forward/context.h"
#include "../packet/icmp_error.h"

/* The gateway is one router to the hosts on both sides: it tells a packet's sender why the packet can't go on. Errors come
 * from the attachment's address, within the tenant's limit. */

/* A packet from an edge port: dropped with the reason, and answered by that port. */
void dp_gateway_refuse_entry(struct dp_context *context, const struct dp_attachment *attachment,
	struct dp_packet *packet, dp_drop_reason_t reason, struct dp_icmp_error error);

/* A packet that came to its last node: dropped with the reason. True: `packet` is now the error about it, which begins
 * at that node and takes the packet's own way back. False: there is none to send. */
bool dp_gateway_refuse_leave(struct dp_context *context, struct dp_packet *packet, dp_drop_reason_t reason,
	struct dp_icmp_error error);

/* Lowers the MSS of a connection that begins, to what a packet of `mtu` bytes carries. */
void dp_gateway_clamp_mss(struct dp_context *context, struct dp_packet *packet, uint16_t mtu);

#endif
