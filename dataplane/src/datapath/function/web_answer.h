/* SPDX-License-Identifier: Apache-2.0 */
/* What a web gateway says to both ends of a TCP connection that it refuses. */
#ifndef NFAAS_DP_WEB_ANSWER_H
#define NFAAS_DP_WEB_ANSWER_H

#include "../forward/context.h"

/* Answers a whole segment without RST by one (RFC 9293 section 3.10.7.1). */
void dp_web_reset_sender(struct dp_context *context, const struct dp_packet *packet);

/* Ends the connection at the server, for which the client's next byte has this sequence number. */
void dp_web_reset_server(struct dp_context *context, const struct dp_packet *packet, uint32_t sequence, uint8_t output);

/* Answers a client's segment by a page that says that the site is blocked, and closes. */
void dp_web_send_page(struct dp_context *context, const struct dp_packet *packet);

#endif
