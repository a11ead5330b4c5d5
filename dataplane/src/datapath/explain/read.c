/* SPDX-License-Identifier: Apache-2.0 */
/* Explain's records to protobuf. Control thread; the writers go on meanwhile. */
#include <stdlib.h>

#include "../base/message.h"
#include "../view/state.h"

typedef Nfaas__Dataplane__V1__ExplainReadRequest read_request_t;
typedef Nfaas__Dataplane__V1__ExplainReadResponse read_response_t;
typedef Nfaas__Dataplane__V1__ExplainRecord record_message_t;

/* A copy of the record with that number; false when it has been written over. */
static bool
copy_record(const struct dp_explain_ring *ring, uint64_t number, struct dp_explain_record *copy)
{
	*copy = ring->records[number % DP_EXPLAIN_RECORDS];
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	/* The writer may already be at work on the record after the last one written. */
	return __atomic_load_n(&ring->written, __ATOMIC_RELAXED) - number < DP_EXPLAIN_RECORDS;
}

static bool
set_name(char **field, char value[DP_NAME_SIZE])
{
	value[DP_NAME_SIZE - 1] = '\0';
	return dp_message_string(field, value);
}

static bool
append(read_response_t *response, struct dp_explain_record *record, uint64_t age_ns)
{
	record_message_t *message = dp_message_append(&response->records, &response->n_records,
		&nfaas__dataplane__v1__explain_record__descriptor);

	if (message == NULL)
		return false;
	message->trace = record->trace;
	message->view_id = record->view_id;
	message->direction = record->direction;
	message->verdict = record->verdict;
	message->reason = record->reason;
	message->by_default = record->by_default;
	message->choice = record->choice;
	message->cycles = record->cycles;
	message->waited_ns = record->waited_ns;
	message->ttl = record->ttl;
	message->age_ns = age_ns;
	return set_name(&message->view_uid, record->view_uid) && set_name(&message->node, record->node)
		&& set_name(&message->rule, record->rule) && set_name(&message->output, record->output)
		&& set_name(&message->next_node, record->next_node) && set_name(&message->backend, record->backend);
}

struct reading {
	double ns_per_cycle;
	uint64_t now;
	uint64_t max_age_ns; /* 0 = any */
};

/* At most 292 years. */
static uint64_t
age_of(const struct dp_explain_record *record, const struct reading *reading)
{
	if (record->tsc > reading->now)
		return 0;
	return (uint64_t)RTE_MIN((double)(reading->now - record->tsc) * reading->ns_per_cycle, (double)INT64_MAX);
}

static bool
append_ring(const struct dp_explain_ring *ring, const struct reading *reading, read_response_t *response)
{
	uint64_t written = __atomic_load_n(&ring->written, __ATOMIC_ACQUIRE), number;
	struct dp_explain_record record;

	number = written > DP_EXPLAIN_RECORDS ? written - DP_EXPLAIN_RECORDS : 0;
	for (; number < written; number++) {
		uint64_t age_ns;

		if (!copy_record(ring, number, &record))
			continue;
		age_ns = age_of(&record, reading);
		if (reading->max_age_ns != 0 && age_ns > reading->max_age_ns)
			continue;
		if (!append(response, &record, age_ns))
			return false;
	}
	return true;
}

static int
by_age(const void *a, const void *b)
{
	const record_message_t *const *left = a, *const *right = b;

	return ((*left)->age_ns < (*right)->age_ns) - ((*left)->age_ns > (*right)->age_ns);
}

bool
dp_explain_fill(struct dp *dp, const struct dp_state *state, const read_request_t *request, uint64_t now,
	read_response_t *response)
{
	const struct dp_state_tenant *tenant = state == NULL ? NULL : dp_state_find_tenant(state, request->tenant_id);
	const struct reading reading = {.ns_per_cycle = 1e9 / (double)dp->tsc_hz, .now = now,
		.max_age_ns = request->max_age_ms * UINT64_C(1000000)};
	const struct dp_explain_filter *filter;
	const struct dp_explain *explain;

	if (tenant == NULL)
		return true;
	explain = &tenant->tenant->explain;
	filter = explain->filter;
	response->running = filter != NULL && now < filter->ends && dp_explain_marked(filter) < filter->packets;
	response->marked = filter == NULL ? 0 : dp_explain_marked(filter);
	response->records = calloc(DP_WRITERS * DP_EXPLAIN_RECORDS, sizeof(response->records[0]));
	if (response->records == NULL)
		return false;
	for (unsigned writer = 0; writer < DP_WRITERS; writer++) {
		response->missed += __atomic_load_n(&explain->rings[writer].missed, __ATOMIC_RELAXED);
		if (!append_ring(&explain->rings[writer], &reading, response))
			return false;
	}
	qsort(response->records, response->n_records, sizeof(response->records[0]), by_age);
	return true;
}
