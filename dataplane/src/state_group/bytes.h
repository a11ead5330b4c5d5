/* SPDX-License-Identifier: Apache-2.0 */
/* Big-endian numbers in messages, at any alignment. */
#ifndef NFAAS_GROUP_BYTES_H
#define NFAAS_GROUP_BYTES_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

#define GROUP_NUMBER(bits) \
	static inline void put_u##bits(uint8_t *at, uint##bits##_t value) \
	{ \
		value = htobe##bits(value); \
		memcpy(at, &value, sizeof(value)); \
	} \
	static inline uint##bits##_t get_u##bits(const uint8_t *at) \
	{ \
		uint##bits##_t value; \
		memcpy(&value, at, sizeof(value)); \
		return be##bits##toh(value); \
	}

GROUP_NUMBER(16)
GROUP_NUMBER(32)
GROUP_NUMBER(64)

#endif
