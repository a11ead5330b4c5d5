/* SPDX-License-Identifier: Apache-2.0 */
/* What a web gateway's pod keeps of one tenant. */
#ifndef NFAAS_DP_WEB_H
#define NFAAS_DP_WEB_H

#include "held.h"
#include "quic_initial.h"

struct dp_web {
	struct dp_held held;
	struct dp_quic_keys *keys;
	struct dp_quic_stream stream;      /* the datagrams looked at last */
	uint8_t joined[DP_WEB_NAME_WITHIN]; /* the segments looked at last */
};

/* NULL when out of memory. */
struct dp_web *dp_web_create(void);
/* Frees the packets that still wait, uncounted: the tenant is gone. */
void dp_web_free(struct dp_web *web);

#endif
