/* SPDX-License-Identifier: Apache-2.0 */
/* Explain's requests to start and stop. Control thread. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>

#include "../function/function.h"

typedef Nfaas__Dataplane__V1__ExplainStartRequest start_request_t;
typedef Nfaas__Dataplane__V1__Prefix prefix_message_t;

static bool __attribute__((format(printf, 4, 5)))
fail(struct dp_error *error, Nfaas__Dataplane__V1__ErrorCode code, const char *field, const char *format, ...)
{
	va_list arguments;

	*error = (struct dp_error){.code = code};
	snprintf(error->field, sizeof(error->field), "%s", field);
	va_start(arguments, format);
	vsnprintf(error->message, sizeof(error->message), format, arguments);
	va_end(arguments);
	return false;
}

static uint64_t
mask_of(unsigned length)
{
	return length == 0 ? 0 : UINT64_MAX << (64 - length);
}

static bool
read_prefix(const prefix_message_t *message, const char *field, struct dp_explain_prefix *prefix,
	struct dp_error *error)
{
	unsigned length;
	uint32_t ipv4;

	if (message == NULL)
		return true;
	if ((message->address.len != sizeof(ipv4) && message->address.len != DP_IP6_SIZE)
		|| message->length > message->address.len * 8)
		return fail(error, DP_CODE(INVALID_ARGUMENT), field,
			"a prefix has 4 or 16 bytes and at most as many bits, not %zu bytes and %u bits", message->address.len,
			message->length);
	length = message->length + (DP_IP6_SIZE - (unsigned)message->address.len) * 8;
	if (message->address.len == DP_IP6_SIZE) {
		prefix->address = dp_ip6_read(message->address.data);
	} else {
		memcpy(&ipv4, message->address.data, sizeof(ipv4));
		prefix->address = dp_ip6_mapped(rte_be_to_cpu_32(ipv4));
	}
	prefix->mask = (struct dp_ip6){.high = mask_of(RTE_MIN(length, 64u)),
		.low = mask_of(length > 64 ? length - 64 : 0)};
	prefix->address.high &= prefix->mask.high;
	prefix->address.low &= prefix->mask.low;
	return true;
}

static bool
in_range(uint32_t value, uint32_t min, uint32_t max, const char *field, struct dp_error *error)
{
	return (value >= min && value <= max)
		|| fail(error, DP_CODE(INVALID_ARGUMENT), field, "%u is not in %u..%u", value, min, max);
}

static bool
read_filter(const struct dp *dp, const start_request_t *request, uint64_t now, struct dp_explain_filter *filter,
	struct dp_error *error)
{
	uint32_t lifetime = request->lifetime_ms == 0 ? DP_EXPLAIN_LIFETIME_MS : request->lifetime_ms;

	if (!in_range(request->packets, 1, DP_EXPLAIN_PACKETS_MAX, "packets", error)
		|| !in_range(request->first_trace, 1, 256 - request->packets, "first_trace", error)
		|| !in_range(request->protocol, 0, UINT8_MAX, "protocol", error)
		|| !in_range(request->source_port, 0, UINT16_MAX, "source_port", error)
		|| !in_range(request->destination_port, 0, UINT16_MAX, "destination_port", error)
		|| !in_range(lifetime, 1, DP_EXPLAIN_LIFETIME_MS_MAX, "lifetime_ms", error)
		|| !read_prefix(request->source, "source", &filter->source, error)
		|| !read_prefix(request->destination, "destination", &filter->destination, error))
		return false;
	if ((request->source_port | request->destination_port) != 0 && !dp_protocol_has_ports((uint8_t)request->protocol))
		return fail(error, DP_CODE(INVALID_ARGUMENT), "protocol", "a port needs a protocol that has ports");
	filter->protocol = (uint8_t)request->protocol;
	filter->source_port = (uint16_t)request->source_port;
	filter->destination_port = (uint16_t)request->destination_port;
	filter->packets = (uint8_t)request->packets;
	filter->first_trace = (uint8_t)request->first_trace;
	filter->ends = now + lifetime * dp->tsc_hz / 1000;
	return true;
}

bool
dp_explain_start(struct dp *dp, const struct dp_state *state, const start_request_t *request, uint64_t now,
	struct dp_error *error)
{
	const struct dp_state_tenant *tenant = state == NULL ? NULL : dp_state_find_tenant(state, request->tenant_id);
	struct dp_explain_filter *filter;

	if (dp->function != &dp_function_gateway)
		return fail(error, DP_CODE(UNSUPPORTED), "explain_start", "packets are marked by gateways");
	if (tenant == NULL)
		return fail(error, DP_CODE(UNKNOWN_REFERENCE), "tenant_id", "tenant %u is not here", request->tenant_id);
	if (tenant->tenant->explain.filter != NULL)
		return fail(error, DP_CODE(BUSY), "tenant_id", "packets of tenant %u are being explained already",
			request->tenant_id);
	filter = calloc(1, sizeof(*filter));
	if (filter == NULL)
		return fail(error, DP_CODE(OUT_OF_MEMORY), "", "out of memory");
	if (!read_filter(dp, request, now, filter, error)) {
		free(filter);
		return false;
	}
	__atomic_store_n(&tenant->tenant->explain.filter, filter, __ATOMIC_RELEASE);
	return true;
}

struct dp_explain_filter *
dp_explain_stop(const struct dp_state *state, uint32_t tenant_id)
{
	const struct dp_state_tenant *tenant = state == NULL ? NULL : dp_state_find_tenant(state, tenant_id);

	return tenant == NULL ? NULL : __atomic_exchange_n(&tenant->tenant->explain.filter, NULL, __ATOMIC_ACQ_REL);
}

void
dp_explain_free(struct dp_explain_filter *filter)
{
	free(filter);
}

uint32_t
dp_explain_marked(const struct dp_explain_filter *filter)
{
	return __atomic_load_n(&filter->marked, __ATOMIC_RELAXED);
}

bool
dp_explain_is_over(const struct dp_state *state, unsigned i, uint64_t now)
{
	const struct dp_explain_filter *filter = dp_explain_filter_of(&state->tenants[i].tenant->explain);

	return filter != NULL && (now >= filter->ends || dp_explain_marked(filter) == filter->packets);
}
