/* SPDX-License-Identifier: Apache-2.0 */
/* Fragments that came before the first of their datagram, and waited for it (flow/fragments.h). */
#ifndef NFAAS_DP_RELEASE_H
#define NFAAS_DP_RELEASE_H

#include "context.h"

/* They follow their first fragment, once its flow is known. What finds no room in out[] goes with the housekeeping. */
void dp_release_fragments(struct dp_context *context, struct dp_fragment *fragment);

/* A part of the table, all of it while some wait: what is released late goes on, what waits in vain is dropped. */
void dp_housekeep_fragments(struct dp_context *context);

#endif
