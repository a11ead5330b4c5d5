/* SPDX-License-Identifier: Apache-2.0 */
#include "explain.h"

#include <rte_cycles.h>

typedef Nfaas__Dataplane__V1__ExplainReadRequest read_t;

explain_start_t
explain_request(uint32_t packets)
{
	explain_start_t request = NFAAS__DATAPLANE__V1__EXPLAIN_START_REQUEST__INIT;

	request.tenant_id = TENANT_ID(0);
	request.packets = packets;
	request.first_trace = 10;
	return request;
}

struct dp_error
explain_try(struct world *world, enum pod pod, const explain_start_t *request)
{
	struct dp_error error = {0};

	CHECK_EQUAL(dp_explain_start(world->dp[pod], world->state[pod], request, world->now, &error),
		error.message[0] == '\0');
	return error;
}

void
explain_start(struct world *world, enum pod pod, const explain_start_t *request)
{
	struct dp_error error = explain_try(world, pod, request);

	if (error.message[0] != '\0')
		test_fail(__FILE__, __LINE__, "refused: %s: %s", error.field, error.message);
}

explain_answer_t *
explain_read(struct world *world, enum pod pod, unsigned tenant)
{
	read_t request = NFAAS__DATAPLANE__V1__EXPLAIN_READ_REQUEST__INIT;
	explain_answer_t *answer = malloc(sizeof(*answer));

	CHECK(answer != NULL);
	nfaas__dataplane__v1__explain_read_response__init(answer);
	request.tenant_id = TENANT_ID(tenant);
	CHECK(dp_explain_fill(world->dp[pod], world->state[pod], &request, rte_rdtsc(), answer));
	return answer;
}

void
explain_release(explain_answer_t *answer)
{
	nfaas__dataplane__v1__explain_read_response__free_unpacked(answer, NULL);
}

unsigned
explain_count(struct world *world, enum pod pod, unsigned tenant)
{
	explain_answer_t *answer = explain_read(world, pod, tenant);
	unsigned n = (unsigned)answer->n_records;

	explain_release(answer);
	return n;
}

unsigned
explain_count_all(struct world *world, unsigned tenant)
{
	unsigned n = 0;

	for (enum pod pod = 0; pod < PODS; pod++)
		n += explain_count(world, pod, tenant);
	return n;
}

void
check_text(const char *actual, const char *expected)
{
	if (strcmp(actual, expected) != 0)
		test_fail(__FILE__, __LINE__, "is \"%s\", not \"%s\"", actual, expected);
}
