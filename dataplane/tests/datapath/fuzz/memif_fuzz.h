/* SPDX-License-Identifier: Apache-2.0 */
/* The inputs of memif_fuzz.c: which end the fuzzer plays, its messages with what is passed along, then its memory. */
#ifndef NFAAS_MEMIF_FUZZ_H
#define NFAAS_MEMIF_FUZZ_H

#include "port/memif_wire.h"

enum memif_fuzz_passed { PASSED_NOTHING, PASSED_REGION, PASSED_UNSEALED, PASSED_EVENT, PASSED_KINDS };

struct memif_fuzz_step {
	uint8_t passed; /* modulo PASSED_KINDS */
	struct memif_message message;
} __rte_packed;

struct memif_fuzz_input {
	uint8_t is_server; /* odd: the fuzzer is the server, and the code under test its client */
	uint8_t n_steps; /* so many steps follow, then what its memory begins with */
} __rte_packed;

#endif
