/* SPDX-License-Identifier: Apache-2.0 */
#include "desired_internal.h"

#include <stdarg.h>
#include <stddef.h>

#include <openssl/evp.h>
#include <rte_byteorder.h>

#include "frame.h"
#include "test.h"

struct desired_chunk {
	struct desired_chunk *next;
	max_align_t memory[];
};

void *
desired_take(struct desired *desired, size_t size)
{
	struct desired_chunk *chunk = calloc(1, sizeof(*chunk) + size);

	CHECK(chunk != NULL);
	chunk->next = desired->chunks;
	desired->chunks = chunk;
	return chunk->memory;
}

void *
desired_message(struct desired *desired, const ProtobufCMessageDescriptor *descriptor)
{
	void *message = desired_take(desired, descriptor->sizeof_message);

	protobuf_c_message_init(descriptor, message);
	return message;
}

void
desired_push(struct desired *desired, void *list, size_t *n, void *element)
{
	void **array, **grown;

	memcpy(&array, list, sizeof(array));
	if ((*n & (*n - 1)) == 0) {
		grown = desired_take(desired, (*n == 0 ? 1 : 2 * *n) * sizeof(*grown));
		if (*n > 0)
			memcpy(grown, array, *n * sizeof(*grown));
		array = grown;
		memcpy(list, &array, sizeof(array));
	}
	array[(*n)++] = element;
}

char *
desired_text(struct desired *desired, const char *format, ...)
{
	char *text = desired_take(desired, 256);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, 256, format, arguments);
	va_end(arguments);
	return text;
}

ProtobufCBinaryData
desired_address(struct desired *desired, uint32_t address)
{
	ProtobufCBinaryData data = {.len = 4, .data = desired_take(desired, 4)};
	uint32_t wire = rte_cpu_to_be_32(address);

	memcpy(data.data, &wire, sizeof(wire));
	return data;
}

bool desired_fabric_ipv6;

static ProtobufCBinaryData
address6_of(struct desired *desired, uint32_t address)
{
	ProtobufCBinaryData data = {.len = DP_IP6_SIZE, .data = desired_take(desired, DP_IP6_SIZE)};

	dp_ip6_write(data.data, frame_ip6(address));
	return data;
}

/* Of a pod. Hosts of direct return are no pods: they keep theirs. */
static ProtobufCBinaryData
fabric_address_of(struct desired *desired, uint32_t address)
{
	return desired_fabric_ipv6 && address >> 16 == DESIRED_FABRIC >> 16 ? address6_of(desired, address)
		: desired_address(desired, address);
}

struct desired *
desired_new(uint32_t fabric_address)
{
	struct desired *desired = calloc(1, sizeof(*desired));

	CHECK(desired != NULL);
	nfaas__dataplane__v1__desired_state__init(&desired->state);
	desired->state.generation = 1;
	desired->state.fabric = desired_message(desired, &nfaas__dataplane__v1__fabric__descriptor);
	if (fabric_address != 0)
		desired->state.fabric->address = fabric_address_of(desired, fabric_address);
	return desired;
}

void
desired_free(struct desired *desired)
{
	struct desired_chunk *chunk, *next;

	for (chunk = desired->chunks; chunk != NULL; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	free(desired);
}

prefix_t *
desired_prefix(struct desired *desired, uint32_t address, uint32_t length)
{
	prefix_t *prefix = desired_message(desired, &nfaas__dataplane__v1__prefix__descriptor);

	prefix->address = desired_address(desired, address);
	prefix->length = length;
	return prefix;
}

prefix_t *
desired_prefix6(struct desired *desired, uint32_t address, uint32_t length)
{
	prefix_t *prefix = desired_prefix(desired, address, FRAME_IP6_LENGTH(length));

	prefix->address = address6_of(desired, address);
	return prefix;
}

port_range_t *
desired_ports(struct desired *desired, uint32_t first, uint32_t last)
{
	port_range_t *range = desired_message(desired, &nfaas__dataplane__v1__port_range__descriptor);

	range->first = first;
	range->last = last;
	return range;
}

tenant_t *
desired_tenant(struct desired *desired, uint32_t tenant_id)
{
	tenant_t *tenant = desired_message(desired, &nfaas__dataplane__v1__tenant__descriptor);

	tenant->tenant_id = tenant_id;
	tenant->name = desired_text(desired, "tenant-%u", tenant_id);
	desired_push(desired, &desired->state.tenants, &desired->state.n_tenants, tenant);
	return tenant;
}

attachment_t *
desired_attachment(struct desired *desired, tenant_t *tenant, const char *name, const char *edge_port, uint32_t address)
{
	attachment_t *attachment = desired_message(desired, &nfaas__dataplane__v1__attachment__descriptor);

	attachment->name = desired_text(desired, "%s", name);
	attachment->edge_port = desired_text(desired, "%s", edge_port);
	attachment->address = desired_prefix(desired, address, 24);
	desired_push(desired, &tenant->attachments, &tenant->n_attachments, attachment);
	return attachment;
}

tap_t *
desired_tap(struct desired *desired, attachment_t *attachment, uint32_t collector)
{
	attachment->tap = desired_message(desired, &nfaas__dataplane__v1__tap__descriptor);
	attachment->tap->collector = desired_prefix(desired, collector, 32)->address;
	return attachment->tap;
}

share_t *
desired_share(struct desired *desired, attachment_t *attachment, uint32_t view_id, uint32_t percent)
{
	share_t *share = desired_message(desired, &nfaas__dataplane__v1__view_share__descriptor);

	share->view_id = view_id;
	share->share = percent;
	desired_push(desired, &attachment->ingress, &attachment->n_ingress, share);
	return share;
}

pool_t *
desired_pool(struct desired *desired, const char *name)
{
	pool_t *pool = desired_message(desired, &nfaas__dataplane__v1__pool__descriptor);

	pool->name = desired_text(desired, "%s", name);
	desired_push(desired, &desired->state.pools, &desired->state.n_pools, pool);
	return pool;
}

backend_t *
desired_backend(struct desired *desired, pool_t *pool, const char *name, uint32_t address, uint32_t weight)
{
	backend_t *backend = desired_message(desired, &nfaas__dataplane__v1__backend__descriptor);

	backend->name = desired_text(desired, "%s", name);
	backend->address = fabric_address_of(desired, address);
	backend->weight = weight;
	desired_push(desired, &pool->backends, &pool->n_backends, backend);
	return backend;
}

backend_t *
desired_backend6(struct desired *desired, pool_t *pool, const char *name, uint32_t address, uint32_t weight)
{
	backend_t *backend = desired_backend(desired, pool, name, address, weight);

	backend->address = address6_of(desired, address);
	return backend;
}

pin_t *
desired_pin(struct desired *desired, uint32_t tenant_id, const char *pool, const char *backend, uint32_t source,
	uint32_t destination, uint16_t source_port, uint16_t destination_port)
{
	pin_t *pin = desired_message(desired, &nfaas__dataplane__v1__pin__descriptor);

	pin->tenant_id = tenant_id;
	pin->pool = desired_text(desired, "%s", pool);
	pin->backend = desired_text(desired, "%s", backend);
	pin->source = desired_address(desired, source);
	pin->destination = desired_address(desired, destination);
	pin->protocol = 6;
	pin->source_port = source_port;
	pin->destination_port = destination_port;
	pin->lifetime_ms = 60000;
	desired_push(desired, &desired->state.pins, &desired->state.n_pins, pin);
	return pin;
}

domain_list_t *
desired_domain_list(struct desired *desired, const char *name, const char *names)
{
	domain_list_t *list = desired_message(desired, &nfaas__dataplane__v1__domain_list__descriptor);

	list->name = desired_text(desired, "%s", name);
	list->names.len = strlen(names);
	list->names.data = desired_take(desired, list->names.len + 1);
	memcpy(list->names.data, names, list->names.len);
	list->digest.len = 32;
	list->digest.data = desired_take(desired, EVP_MAX_MD_SIZE);
	CHECK(EVP_Digest(names, list->names.len, list->digest.data, NULL, EVP_sha256(), NULL) == 1);
	desired_push(desired, &desired->state.domain_lists, &desired->state.n_domain_lists, list);
	return list;
}
