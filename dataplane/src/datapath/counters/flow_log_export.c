/* SPDX-License-Identifier: Apache-2.0 */
/* The flow log to protobuf. Control thread; the writer goes on meanwhile. */
#include <stdlib.h>
#include <string.h>

#include "../base/message.h"
#include "../view/state.h"

typedef Nfaas__Dataplane__V1__FlowLogRequest request_t;
typedef Nfaas__Dataplane__V1__FlowLogResponse response_t;
typedef Nfaas__Dataplane__V1__FlowLogEntry entry_message_t;

/* False when it has been written over. */
static bool
copy_entry(const struct dp_flow_log *log, uint64_t index, struct dp_flow_log_entry *copy)
{
	*copy = log->entries[index % DP_FLOW_LOG_ENTRIES];
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	/* The writer may already be at work on the entry after the last one written. */
	return __atomic_load_n(&log->written, __ATOMIC_RELAXED) - index < DP_FLOW_LOG_ENTRIES;
}

static bool
set_address(ProtobufCBinaryData *field, const struct dp_flow *flow, uint8_t end)
{
	uint32_t ipv4 = rte_cpu_to_be_32(flow->address[end]);

	field->len = flow->ipv6 ? DP_IP6_SIZE : sizeof(ipv4);
	field->data = malloc(field->len);
	if (field->data == NULL)
		return false;
	if (flow->ipv6)
		dp_ip6_write(field->data, flow->ends[end]);
	else
		memcpy(field->data, &ipv4, sizeof(ipv4));
	return true;
}

static bool
append(response_t *response, const struct dp_flow_log_entry *entry, uint64_t age_ns)
{
	entry_message_t *message = dp_message_append(&response->entries, &response->n_entries,
		&nfaas__dataplane__v1__flow_log_entry__descriptor);

	if (message == NULL)
		return false;
	message->age_ns = age_ns;
	message->view_id = entry->view_id;
	message->direction = entry->direction;
	message->reason = entry->reason;
	message->allowed = entry->reason == NFAAS__DATAPLANE__V1__DROP_REASON__DROP_REASON_UNSPECIFIED;
	message->by_default = entry->by_default;
	message->one_in = entry->one_in;
	message->protocol = entry->flow.protocol;
	message->source_port = entry->flow.port[entry->side];
	message->destination_port = entry->flow.port[!entry->side];
	return set_address(&message->source, &entry->flow, entry->side)
		&& set_address(&message->destination, &entry->flow, !entry->side)
		&& dp_message_string(&message->view_uid, entry->view_uid) && dp_message_string(&message->node, entry->node)
		&& dp_message_string(&message->rule, entry->rule);
}

bool
dp_flow_log_fill(struct dp *dp, const struct dp_state *state, const request_t *request, uint64_t now,
	response_t *response)
{
	const struct dp_state_tenant *tenant = state == NULL ? NULL : dp_state_find_tenant(state, request->tenant_id);
	const struct dp_flow_log *log;
	struct dp_flow_log_entry entry;
	uint64_t written, after;

	if (tenant == NULL)
		return true;
	log = &tenant->tenant->flow_log;
	written = __atomic_load_n(&log->written, __ATOMIC_ACQUIRE);
	after = request->after > written ? 0 : request->after; /* the caller's is of a process before this one */
	response->last = written;
	response->missed = __atomic_load_n(&log->missed, __ATOMIC_RELAXED);
	response->entries = calloc(DP_FLOW_LOG_ENTRIES, sizeof(response->entries[0]));
	if (response->entries == NULL)
		return false;
	if (written - after > DP_FLOW_LOG_ENTRIES) {
		response->lost = written - after - DP_FLOW_LOG_ENTRIES;
		after = written - DP_FLOW_LOG_ENTRIES;
	}
	for (; after < written; after++) {
		if (!copy_entry(log, after, &entry))
			response->lost++;
		else if (!append(response, &entry, entry.tsc > now ? 0
			: (uint64_t)((double)(now - entry.tsc) * 1e9 / (double)dp->tsc_hz)))
			return false;
	}
	return true;
}
