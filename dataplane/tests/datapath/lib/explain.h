/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the pods of a world to explain packets, and reads what they say. */
#ifndef NFAAS_TEST_EXPLAIN_H
#define NFAAS_TEST_EXPLAIN_H

#include "world.h"

typedef Nfaas__Dataplane__V1__ExplainStartRequest explain_start_t;
typedef Nfaas__Dataplane__V1__ExplainReadResponse explain_answer_t;
typedef Nfaas__Dataplane__V1__ExplainRecord explain_record_t;
#define VERDICT(name) NFAAS__DATAPLANE__V1__EXPLAIN_VERDICT__EXPLAIN_VERDICT_##name
#define CHOICE(name) NFAAS__DATAPLANE__V1__HOP_CHOICE__HOP_CHOICE_##name

/* So many packets of tenant 0, whichever; traces from 10 on. */
explain_start_t explain_request(uint32_t packets);
/* The error is empty when it began. */
struct dp_error explain_try(struct world *world, enum pod pod, const explain_start_t *request);
void explain_start(struct world *world, enum pod pod, const explain_start_t *request);

/* All that the pod has; to be released. */
explain_answer_t *explain_read(struct world *world, enum pod pod, unsigned tenant);
void explain_release(explain_answer_t *answer);
unsigned explain_count(struct world *world, enum pod pod, unsigned tenant);
unsigned explain_count_all(struct world *world, unsigned tenant);

void check_text(const char *actual, const char *expected);

#endif
