/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_PAGES_H
#define NFAAS_DP_PAGES_H

#include <stddef.h>

/*
 * Zeroed memory for large tables, straight from the kernel: pages that are never touched cost nothing, and the kernel
 * is asked for huge pages. NULL when there is none.
 */
void *dp_pages_alloc(size_t size);
void dp_pages_free(void *pages, size_t size);

#endif
