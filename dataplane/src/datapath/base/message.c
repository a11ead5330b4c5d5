/* SPDX-License-Identifier: Apache-2.0 */
#include "message.h"

#include <stdlib.h>
#include <string.h>

bool
dp_message_reserve(void *list, size_t used, size_t more)
{
	void *grown, *old;

	memcpy(&old, list, sizeof(old));
	if (used + more == 0)
		return true;
	grown = realloc(old, (used + more) * sizeof(void *));
	if (grown == NULL)
		return false;
	memcpy(list, &grown, sizeof(grown));
	return true;
}

void *
dp_message_append(void *list, size_t *n, const ProtobufCMessageDescriptor *descriptor)
{
	void *message = malloc(descriptor->sizeof_message), **array;

	if (message == NULL)
		return NULL;
	protobuf_c_message_init(descriptor, message);
	memcpy(&array, list, sizeof(array));
	array[(*n)++] = message;
	return message;
}

/* protobuf-c's empty string is a constant of its own that its free function knows. */
bool
dp_message_string(char **field, const char *value)
{
	if (value[0] == '\0')
		return true;
	*field = strdup(value);
	return *field != NULL;
}
