/* SPDX-License-Identifier: Apache-2.0 */
/* Explain's requests on a running process (datapath/explain/explain.h). Main thread. */
#ifndef NFAAS_CONTROL_EXPLAIN_H
#define NFAAS_CONTROL_EXPLAIN_H

#include "control/process.h"

/* False with *error. */
bool explain_start(struct process *p, const Nfaas__Dataplane__V1__ExplainStartRequest *request, struct dp_error *error);
/* Packets that were marked; 0 also when nothing ran. */
uint32_t explain_stop(struct process *p, uint32_t tenant_id);
/* False when out of memory. */
bool explain_read(struct process *p, const Nfaas__Dataplane__V1__ExplainReadRequest *request,
	Nfaas__Dataplane__V1__ExplainReadResponse *response);

/* Takes away what is over, so that packets pay for it no more. About ten times a second. */
void explain_tick(struct process *p);

#endif
