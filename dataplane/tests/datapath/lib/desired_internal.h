/* SPDX-License-Identifier: Apache-2.0 */
/* What the builders of DesiredState messages share. All memory is freed with the state. */
#ifndef NFAAS_TEST_DESIRED_INTERNAL_H
#define NFAAS_TEST_DESIRED_INTERNAL_H

#include "desired.h"

/* Zeroed. */
void *desired_take(struct desired *desired, size_t size);
/* An initialised message. */
void *desired_message(struct desired *desired, const ProtobufCMessageDescriptor *descriptor);
/* Appends to a repeated field, whose array doubles when full. */
void desired_push(struct desired *desired, void *list, size_t *n, void *element);
/* Four bytes on the wire; in host order. */
ProtobufCBinaryData desired_address(struct desired *desired, uint32_t address);
/* A node that is of no kind yet. */
node_t *desired_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si, uint32_t reverse_si,
	const char *pool);

#endif
