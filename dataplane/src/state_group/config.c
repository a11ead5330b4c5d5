/* SPDX-License-Identifier: Apache-2.0 */
#include "state_group/config.h"

#include <stdio.h>
#include <string.h>

#define INTERVAL_MS_MIN 100
#define INTERVAL_MS_MAX 10000

typedef Nfaas__Dataplane__V1__StateGroup message_t;
typedef Nfaas__Dataplane__V1__StateGroupMember member_t;

#define CODE(name) NFAAS__DATAPLANE__V1__ERROR_CODE__ERROR_CODE_##name

static bool
refuse(struct dp_error *error, Nfaas__Dataplane__V1__ErrorCode code, const char *field, const char *message)
{
	*error = (struct dp_error){.code = code};
	snprintf(error->field, sizeof(error->field), "state_group.%s", field);
	snprintf(error->message, sizeof(error->message), "%s", message);
	return false;
}

static bool
refuse_member(struct dp_error *error, size_t i, const char *message)
{
	char field[32];

	snprintf(field, sizeof(field), "members[%zu]", i);
	return refuse(error, CODE(INVALID_ARGUMENT), field, message);
}

static bool
read_name(char to[GROUP_NAME_MAX + 1], const char *from)
{
	size_t n = strlen(from);

	if (n == 0 || n > GROUP_NAME_MAX)
		return false;
	memcpy(to, from, n + 1);
	return true;
}

static bool
read_endpoint(struct group_endpoint *endpoint, const ProtobufCBinaryData *address, uint32_t port)
{
	if ((address->len != 4 && address->len != 16) || port < 1 || port > UINT16_MAX)
		return false;
	memcpy(endpoint->address, address->data, address->len);
	endpoint->address_length = (uint16_t)address->len;
	endpoint->port = (uint16_t)port;
	return true;
}

const struct group_member *
group_config_find(const struct group_config *config, const char *pod)
{
	for (unsigned i = 0; i < config->n_members; i++)
		if (strcmp(config->members[i].pod, pod) == 0)
			return &config->members[i];
	return NULL;
}

static bool
read_members(struct group_config *config, const message_t *message, const char *pod, struct dp_error *error)
{
	for (size_t i = 0; i < message->n_members; i++) {
		const member_t *from = message->members[i];
		struct group_member *to = &config->members[config->n_members];

		if (strcmp(from->pod, pod) == 0)
			continue;
		if (config->n_members == GROUP_MEMBERS_MAX)
			return refuse(error, CODE(LIMIT_EXCEEDED), "members", "a group has at most 33 members");
		if (group_config_find(config, from->pod) != NULL)
			return refuse_member(error, i, "is named twice");
		if (!read_name(to->pod, from->pod) || !read_endpoint(&to->endpoint, &from->address, from->port))
			return refuse_member(error, i, "needs a name of 1 to 63 bytes, an IPv4 or IPv6 address and a port");
		if (to->endpoint.address_length != config->endpoint.address_length)
			return refuse_member(error, i, "listens at an address of another family than this pod does");
		config->n_members++;
	}
	return true;
}

bool
group_config_read(struct group_config *config, const message_t *message, const char *pod, bool shares_flows,
	struct dp_error *error)
{
	*config = (struct group_config){.interval_ms = message->interval_ms};
	if (!shares_flows)
		return refuse(error, CODE(UNSUPPORTED), "name", "this function has no flows to share");
	if (!read_name(config->name, message->name))
		return refuse(error, CODE(INVALID_ARGUMENT), "name", "has 1 to 63 bytes");
	if (!read_endpoint(&config->endpoint, &message->address, message->port))
		return refuse(error, CODE(INVALID_ARGUMENT), "address", "is 4 or 16 bytes, with a port of 1 to 65535");
	if (message->key.len != GROUP_KEY_SIZE)
		return refuse(error, CODE(INVALID_ARGUMENT), "key", "has 32 bytes");
	if (message->interval_ms < INTERVAL_MS_MIN || message->interval_ms > INTERVAL_MS_MAX)
		return refuse(error, CODE(INVALID_ARGUMENT), "interval_ms", "is 100 to 10000");
	memcpy(config->key.bytes, message->key.data, GROUP_KEY_SIZE);
	return read_members(config, message, pod, error);
}
