/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_OPTIONS_H
#define NFAAS_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "datapath/datapath.h"
#include "runtime/buffers.h"
#include "runtime/rcu.h"

#define TENANTS_MAX (DP_MAX_TENANTS / 2) /* all of them can be replaced at once */

/* What the command line said. Strings point into argv. */
struct options {
	const char *pod;
	enum dp_role role;
	const char *control;  /* path of the control socket */
	const char *cgroup;   /* below the cgroup mount; NULL = none */
	const char *cpus;     /* list such as "0,2-3"; NULL = as inherited */
	uint32_t memory_mb;   /* 0 = what the buffers and tables need */
	uint32_t max_flows;   /* per tenant and table, a power of two */
	uint32_t max_tenants; /* 1..TENANTS_MAX */
	uint32_t max_workers; /* threads that do tenants' work, 1..WORKERS_MAX */
	uint32_t tenant_buffers; /* packet buffers of each tenant, BUFFERS_MIN..BUFFERS_MAX */
	bool no_hugepages;
};

enum options_result { OPTIONS_RUN, OPTIONS_DONE, OPTIONS_BAD };

/* Parses argv; prints help, version or what is wrong, with the mend. DONE and BAD ask the caller to exit. */
enum options_result options_parse(struct options *options, int argc, char **argv);

#endif
