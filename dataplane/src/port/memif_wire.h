/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memif 2.0, as it lies on the wire and in shared memory (the public protocol of VPP, libmemif and DPDK). The client
 * owns the memory: it passes a region and two rings to the server, one message at a time, each acknowledged.
 *
 *   client: connect       server: HELLO
 *   client: INIT, ADD_REGION, ADD_RING x2, CONNECT, each after the ACK of the one before
 *   server: CONNECTED
 */
#ifndef NFAAS_MEMIF_WIRE_H
#define NFAAS_MEMIF_WIRE_H

#include <stdint.h>

#include <rte_common.h>

#define MEMIF_COOKIE 0x3E31F20u
#define MEMIF_VERSION 0x0200u
#define MEMIF_MAX_LOG2_RING_SIZE 14
#define MEMIF_MODE_ETHERNET 0

enum memif_message_type {
	MEMIF_NONE, MEMIF_ACK, MEMIF_HELLO, MEMIF_INIT, MEMIF_ADD_REGION, MEMIF_ADD_RING, MEMIF_CONNECT,
	MEMIF_CONNECTED, MEMIF_DISCONNECT,
};

#define MEMIF_RING_TO_SERVER 1 /* flag of ADD_RING: the client sends on it */

struct memif_hello {
	char name[32];
	uint16_t min_version, max_version;
	uint16_t max_region;         /* highest index, as are the next two */
	uint16_t max_to_client_ring, max_to_server_ring;
	uint8_t max_log2_ring_size;
} __rte_packed;

struct memif_init {
	uint16_t version;
	uint32_t id;
	uint8_t mode;
	char secret[24];
	char name[32];
} __rte_packed;

struct memif_add_region {
	uint16_t index;
	uint64_t size;
} __rte_packed;

struct memif_add_ring {
	uint16_t flags;
	uint16_t index;
	uint16_t region;
	uint32_t offset;
	uint8_t log2_ring_size;
	uint16_t private_header_size;
} __rte_packed;

struct memif_connect {
	char interface[32];
} __rte_packed;

struct memif_disconnect {
	uint32_t code;
	char reason[96];
} __rte_packed;

struct memif_message {
	uint16_t type;
	union {
		struct memif_hello hello;
		struct memif_init init;
		struct memif_add_region add_region;
		struct memif_add_ring add_ring;
		struct memif_connect connect; /* also of CONNECTED */
		struct memif_disconnect disconnect;
		uint8_t size[126];
	} __rte_packed;
} __rte_packed;

_Static_assert(sizeof(struct memif_message) == 128, "a memif message has 128 bytes");

#define MEMIF_DESC_NEXT 1 /* the frame goes on in the next buffer */

struct memif_desc {
	uint16_t flags;
	uint16_t region;
	uint32_t length;
	uint32_t offset;
	uint32_t metadata;
};

_Static_assert(sizeof(struct memif_desc) == 16, "a memif descriptor has 16 bytes");

#define MEMIF_RING_MASK_INTERRUPT 1 /* the consumer polls: do not write its eventfd */

/*
 * To the server: the client puts filled buffers at head, the server takes them at tail.
 * To the client: the client puts empty buffers at head, the server fills them at tail.
 */
struct memif_ring {
	uint32_t cookie;
	uint16_t flags;
	uint16_t head;
	uint8_t pad0[56];
	uint16_t tail;
	uint8_t pad1[62];
	struct memif_desc desc[];
};

_Static_assert(sizeof(struct memif_ring) == 128, "a memif ring's descriptors start at its third cache line");

#endif
