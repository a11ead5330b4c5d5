/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_DOMAIN_NAME_H
#define NFAAS_DP_DOMAIN_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DP_DOMAIN_NAME_MAX 253 /* bytes as text: RFC 1035 section 2.3.4 without the root's dot */
#define DP_DOMAIN_LABEL_MAX 63

/* In lower case, without a dot at its end. */
struct dp_domain_name {
	uint8_t length;
	char text[DP_DOMAIN_NAME_MAX];
};

/*
 * Letters, digits, '-' and '_' in labels of 1 to 63 bytes; a dot at the end is dropped, since resolvers and servers heed
 * none. False for anything else: an empty label, a byte that is not of these, a name too long. Internationalized names come
 * in their ASCII form (RFC 5890), so nothing else is well formed on the wire.
 */
bool dp_domain_name_read(struct dp_domain_name *name, const uint8_t *text, size_t length);

#endif
