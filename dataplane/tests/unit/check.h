/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_TEST_CHECK_H
#define NFAAS_TEST_CHECK_H

#include <stdio.h>
#include <stdlib.h>

/* A guarantee: says which one does not hold, and ends. */
#define CHECK(what, condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: not so: %s (%s)\n", __FILE__, __LINE__, what, #condition); \
			exit(1); \
		} \
	} while (0)

#endif
