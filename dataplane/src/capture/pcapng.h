/* SPDX-License-Identifier: Apache-2.0 */
/* The few blocks of the pcapng format (draft-ietf-opsawg-pcapng) a capture needs. */
#ifndef NFAAS_PCAPNG_H
#define NFAAS_PCAPNG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Each returns false when the file could not be written. */
bool pcapng_write_section(FILE *file, const char *application);
/* Interfaces are numbered in the order they are written. Time stamps are in nanoseconds. */
bool pcapng_write_interface(FILE *file, const char *name, uint32_t snap_length);
bool pcapng_write_packet(FILE *file, uint32_t interface, uint64_t time_ns, const void *data, uint32_t captured,
	uint32_t length, uint32_t flags);

#endif
