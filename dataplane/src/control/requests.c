/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/capture.h"
#include "control/explain.h"
#include "util/log.h"

typedef Nfaas__Dataplane__V1__Request request;
typedef Nfaas__Dataplane__V1__Response response;

#define CODE(name) NFAAS__DATAPLANE__V1__ERROR_CODE__ERROR_CODE_##name
#define BODY(name) NFAAS__DATAPLANE__V1__RESPONSE__BODY_##name
#define PROTOCOL_VERSION 1

/* Strings of a response are freed with it; an empty one stays protobuf-c's own. */
static bool
set_string(char **field, const char *value)
{
	char *copy = strdup(value);

	if (copy == NULL)
		return false;
	*field = copy;
	return true;
}

static response *
new_response(uint64_t id)
{
	response *r = malloc(sizeof(*r));

	if (r == NULL)
		return NULL;
	nfaas__dataplane__v1__response__init(r);
	r->id = id;
	return r;
}

static response *
give_up(response *r)
{
	nfaas__dataplane__v1__response__free_unpacked(r, NULL);
	return NULL;
}

response *
error_response(uint64_t id, const struct dp_error *error)
{
	response *r = new_response(id);
	Nfaas__Dataplane__V1__Error *e = r == NULL ? NULL : malloc(sizeof(*e));

	if (e == NULL)
		return r == NULL ? NULL : give_up(r);
	nfaas__dataplane__v1__error__init(e);
	r->error = e;
	r->body_case = BODY(ERROR);
	e->code = error->code;
	e->tenant_id = error->tenant_id;
	e->view_id = error->view_id;
	return set_string(&e->message, error->message) && set_string(&e->field, error->field) ? r : give_up(r);
}

static response *
answer_hello(struct process *p, response *r)
{
	Nfaas__Dataplane__V1__HelloResponse *h = malloc(sizeof(*h));

	if (h == NULL)
		return give_up(r);
	nfaas__dataplane__v1__hello_response__init(h);
	r->hello = h;
	r->body_case = BODY(HELLO);
	h->protocol_version = PROTOCOL_VERSION;
	h->pid = (uint32_t)getpid();
	h->generation = p->applied == NULL ? 0 : p->applied->generation;
	h->synced = p->applied != NULL && group_is_synced(p->sharing.group);
	const char *function = dp_role_name(p->options->role);
	return set_string(&h->pod, p->options->pod) && set_string(&h->function, function) &&
		set_string(&h->epoch, p->epoch) && set_string(&h->version, NFAAS_VERSION) ? r : give_up(r);
}

static response *
answer_apply(struct process *p, request *q, response *r)
{
	Nfaas__Dataplane__V1__ApplyResponse *a;
	struct dp_error error = {0};

	if (q->apply->state == NULL) {
		give_up(r);
		error = (struct dp_error){.code = CODE(INVALID_ARGUMENT), .field = "state", .message = "is missing"};
		return error_response(q->id, &error);
	}
	if (!process_apply(p, q->apply->state, &error)) {
		give_up(r);
		log_warn("apply refused", "code=%d field=\"%s\" message=\"%s\"", (int)error.code, error.field, error.message);
		return error_response(q->id, &error);
	}
	q->apply->state = NULL; /* the process keeps it */
	a = malloc(sizeof(*a));
	if (a == NULL)
		return give_up(r);
	nfaas__dataplane__v1__apply_response__init(a);
	a->generation = p->applied->generation;
	r->apply = a;
	r->body_case = BODY(APPLY);
	return r;
}

static response *
answer_counters(struct process *p, response *r)
{
	Nfaas__Dataplane__V1__CountersResponse *c = malloc(sizeof(*c));

	if (c == NULL)
		return give_up(r);
	nfaas__dataplane__v1__counters_response__init(c);
	r->counters = c;
	r->body_case = BODY(COUNTERS);
	return process_counters(p, c) ? r : give_up(r);
}

static response *
answer_capture_start(struct process *p, const request *q, response *r)
{
	const Nfaas__Dataplane__V1__CaptureStartRequest *c = q->capture_start;
	const struct capture_config config = {.path = c->path, .max_packets = c->max_packets, .tenant_id = c->tenant_id,
		.snap_length = c->snap_length};
	struct dp_error error;

	if (!capture_start(&p->shared, &config, &error)) {
		give_up(r);
		return error_response(q->id, &error);
	}
	r->capture_start = malloc(sizeof(*r->capture_start));
	if (r->capture_start == NULL)
		return give_up(r);
	nfaas__dataplane__v1__capture_start_response__init(r->capture_start);
	r->body_case = BODY(CAPTURE_START);
	return r;
}

static response *
answer_capture_stop(struct process *p, const request *q, response *r)
{
	const struct dp_error none = {.code = CODE(INVALID_ARGUMENT), .message = "no capture is running"};
	Nfaas__Dataplane__V1__CaptureStopResponse *c = malloc(sizeof(*c));

	if (c == NULL)
		return give_up(r);
	nfaas__dataplane__v1__capture_stop_response__init(c);
	r->capture_stop = c;
	r->body_case = BODY(CAPTURE_STOP);
	if (capture_stop(&p->shared, &c->packets, &c->missed))
		return r;
	give_up(r);
	return error_response(q->id, &none);
}

static response *
answer_explain_start(struct process *p, const request *q, response *r)
{
	struct dp_error error;

	if (!explain_start(p, q->explain_start, &error)) {
		give_up(r);
		return error_response(q->id, &error);
	}
	r->explain_start = malloc(sizeof(*r->explain_start));
	if (r->explain_start == NULL)
		return give_up(r);
	nfaas__dataplane__v1__explain_start_response__init(r->explain_start);
	r->body_case = BODY(EXPLAIN_START);
	return r;
}

static response *
answer_explain_read(struct process *p, const request *q, response *r)
{
	Nfaas__Dataplane__V1__ExplainReadResponse *e = malloc(sizeof(*e));

	if (e == NULL)
		return give_up(r);
	nfaas__dataplane__v1__explain_read_response__init(e);
	r->explain_read = e;
	r->body_case = BODY(EXPLAIN_READ);
	return explain_read(p, q->explain_read, e) ? r : give_up(r);
}

static response *
answer_explain_stop(struct process *p, const request *q, response *r)
{
	Nfaas__Dataplane__V1__ExplainStopResponse *e = malloc(sizeof(*e));

	if (e == NULL)
		return give_up(r);
	nfaas__dataplane__v1__explain_stop_response__init(e);
	r->explain_stop = e;
	r->body_case = BODY(EXPLAIN_STOP);
	e->marked = explain_stop(p, q->explain_stop->tenant_id);
	return r;
}

static response *
answer_flow_log(struct process *p, const request *q, response *r)
{
	Nfaas__Dataplane__V1__FlowLogResponse *f = malloc(sizeof(*f));

	if (f == NULL)
		return give_up(r);
	nfaas__dataplane__v1__flow_log_response__init(f);
	r->flow_log = f;
	r->body_case = BODY(FLOW_LOG);
	return dp_flow_log_fill(p->shared.dp, current_snapshot(&p->shared)->state, q->flow_log, rte_rdtsc(), f)
		? r : give_up(r);
}

response *
process_answer(struct process *p, request *q)
{
	const struct dp_error unsupported = {.code = CODE(UNSUPPORTED), .field = "body",
		.message = "no body that this process knows; see HelloResponse.protocol_version"};
	response *r = new_response(q->id);

	if (r == NULL)
		return NULL;
	switch (q->body_case) {
	case NFAAS__DATAPLANE__V1__REQUEST__BODY_HELLO:
		return answer_hello(p, r);
	case NFAAS__DATAPLANE__V1__REQUEST__BODY_APPLY:
		return answer_apply(p, q, r);
	case NFAAS__DATAPLANE__V1__REQUEST__BODY_COUNTERS:
		return answer_counters(p, r);
	case NFAAS__DATAPLANE__V1__REQUEST__BODY_CAPTURE_START:
		return answer_capture_start(p, q, r);
	case NFAAS__DATAPLANE__V1__REQUEST__BODY_CAPTURE_STOP:
		return answer_capture_stop(p, q, r);
	case NFAAS__DATAPLANE__V1__REQUEST__BODY_EXPLAIN_START:
		return answer_explain_start(p, q, r);
	case NFAAS__DATAPLANE__V1__REQUEST__BODY_EXPLAIN_READ:
		return answer_explain_read(p, q, r);
	case NFAAS__DATAPLANE__V1__REQUEST__BODY_EXPLAIN_STOP:
		return answer_explain_stop(p, q, r);
	case NFAAS__DATAPLANE__V1__REQUEST__BODY_FLOW_LOG:
		return answer_flow_log(p, q, r);
	default:
		give_up(r);
		return error_response(q->id, &unsupported);
	}
}
