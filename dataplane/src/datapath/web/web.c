/* SPDX-License-Identifier: Apache-2.0 */
#include "web.h"

#include <stdlib.h>

struct dp_web *
dp_web_create(void)
{
	struct dp_web *web = calloc(1, sizeof(*web));

	if (web == NULL)
		return NULL;
	web->keys = dp_quic_keys_create();
	if (web->keys != NULL)
		return web;
	free(web);
	return NULL;
}

void
dp_web_free(struct dp_web *web)
{
	if (web == NULL)
		return;
	for (unsigned i = 0; i < DP_HELD_FLOWS; i++)
		for (unsigned p = 0; p < web->held.flows[i].n; p++)
			rte_pktmbuf_free(web->held.flows[i].packets[p].m);
	dp_quic_keys_free(web->keys);
	free(web);
}
