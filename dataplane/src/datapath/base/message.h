/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts of protobuf messages. Everything is malloc'ed, as protobuf-c's own unpack would, so that its free function fits,
 * also for a message that was given up half-way. False and NULL say that there is no memory.
 */
#ifndef NFAAS_DP_MESSAGE_H
#define NFAAS_DP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

/* Room for `more` further elements of a repeated field. `list` is the address of the field's array pointer. */
bool dp_message_reserve(void *list, size_t used, size_t more);

/* An initialised message, the last of a repeated field that has room for it. */
void *dp_message_append(void *list, size_t *n, const ProtobufCMessageDescriptor *descriptor);

/* Sets a string field of a new message. */
bool dp_message_string(char **field, const char *value);

#endif
