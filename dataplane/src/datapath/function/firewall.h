/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_FIREWALL_H
#define NFAAS_DP_FIREWALL_H

#include "../forward/context.h"

/*
 * The stateful packet filter. DP_PASS, or why the packet is dropped. Sets packet->entry.
 *
 * The first packet of a flow is judged by the rules on its own addresses, whichever way it goes; later packets of an
 * allowed flow pass both ways. When the rules change, a flow is judged once more, on the direction it began in. A TCP
 * segment of an unknown flow may begin one if a rule allows it: that is how flows converge after a restart of the pod.
 * ICMP errors pass if the flow they are about does. Every packet is counted for the rule that decided its flow.
 *
 * Fragments: the first one, which has ports, is judged as any packet; later ones pass if a first one between the two
 * addresses did within the last 30 s.
 */
dp_drop_reason_t dp_firewall_judge(struct dp_context *context, struct dp_packet *packet);

#endif
