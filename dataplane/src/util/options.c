/* SPDX-License-Identifier: Apache-2.0 */
#include "util/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include <rte_common.h>

static const char usage[] =
	"usage: nfaas-dataplane --pod NAME --role FUNCTION --control PATH [options]\n"
	"\n"
	"Runs one network function pod. What it does to packets is told over the control socket.\n"
	"\n"
	"  --pod NAME         name of the pod, 1 to 63 characters\n"
	"  --role FUNCTION    gateway, firewall, rate-limiter, classifier, web-gateway, nat or mirror\n"
	"  --control PATH     unix socket to listen on (see nfaas_dataplane.proto)\n"
	"  --cgroup PATH      cgroup of the pod, below the cgroup mount; each tenant gets one below it\n"
	"  --memory MB        memory for packets and tables (default: what they need)\n"
	"  --max-flows N      flows per tenant and table (default 65536)\n"
	"  --max-tenants N    tenants at one time, 1 to 256 (default 16)\n"
	"  --max-workers N    threads for them, 1 to 126; further tenants share some (default 126)\n"
	"  --tenant-buffers N packets of one tenant at one time, 256 to 4096 (default 1536)\n"
	"  --cpus LIST        CPUs to run on, such as 0,2-3 (default: all that are allowed)\n"
	"  --no-hugepages     use ordinary pages even where hugepages are free\n"
	"  --help, --version\n";

static enum options_result
bad(const char *what, const char *value, const char *mend)
{
	fprintf(stderr, "nfaas-dataplane: %s '%s': %s (see --help)\n", what, value, mend);
	return OPTIONS_BAD;
}

static bool
parse_number(const char *text, uint32_t min, uint32_t max, uint32_t *value)
{
	char *end;

	errno = 0;
	unsigned long n = strtoul(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || *text == '-' || n < min || n > max)
		return false;
	*value = (uint32_t)n;
	return true;
}

static enum options_result
parse_one(struct options *o, int option, char *value, bool *has_role)
{
	switch (option) {
	case 'p':
		o->pod = value;
		return strlen(value) >= 1 && strlen(value) <= 63 && strchr(value, '/') == NULL ?
			OPTIONS_RUN : bad("--pod", value, "give 1 to 63 characters without '/'");
	case 'r':
		*has_role = dp_role_parse(value, &o->role);
		return *has_role ? OPTIONS_RUN : bad("--role", value, "give a function, such as gateway or firewall");
	case 'c':
		o->control = value;
		return strlen(value) < sizeof(((struct sockaddr_un *)0)->sun_path) ?
			OPTIONS_RUN : bad("--control", value, "give a path of at most 107 characters");
	case 'g':
		o->cgroup = value;
		return strstr(value, "..") == NULL ? OPTIONS_RUN : bad("--cgroup", value, "give a path without '..'");
	case 'm':
		return parse_number(value, 64, 1 << 20, &o->memory_mb) ?
			OPTIONS_RUN : bad("--memory", value, "give 64 to 1048576 MB");
	case 'f':
		if (!parse_number(value, 64, 1 << 26, &o->max_flows))
			return bad("--max-flows", value, "give 64 to 67108864");
		o->max_flows = rte_align32pow2(o->max_flows);
		return OPTIONS_RUN;
	case 't':
		return parse_number(value, 1, TENANTS_MAX, &o->max_tenants) ?
			OPTIONS_RUN : bad("--max-tenants", value, "give 1 to 256");
	case 'w':
		return parse_number(value, 1, WORKERS_MAX, &o->max_workers) ?
			OPTIONS_RUN : bad("--max-workers", value, "give 1 to 126");
	case 'b':
		return parse_number(value, BUFFERS_MIN, BUFFERS_MAX, &o->tenant_buffers) ?
			OPTIONS_RUN : bad("--tenant-buffers", value, "give 256 to 4096");
	case 'u':
		o->cpus = value;
		return OPTIONS_RUN;
	case 'n':
		o->no_hugepages = true;
		return OPTIONS_RUN;
	case 'v':
		puts("nfaas-dataplane " NFAAS_VERSION);
		return OPTIONS_DONE;
	case 'h':
		fputs(usage, stdout);
		return OPTIONS_DONE;
	default:
		fputs(usage, stderr);
		return OPTIONS_BAD;
	}
}

enum options_result
options_parse(struct options *options, int argc, char **argv)
{
	static const struct option known[] = {
		{"pod", required_argument, NULL, 'p'}, {"role", required_argument, NULL, 'r'},
		{"control", required_argument, NULL, 'c'}, {"cgroup", required_argument, NULL, 'g'},
		{"memory", required_argument, NULL, 'm'}, {"max-flows", required_argument, NULL, 'f'},
		{"max-tenants", required_argument, NULL, 't'}, {"max-workers", required_argument, NULL, 'w'}, {"tenant-buffers", required_argument, NULL, 'b'},
		{"cpus", required_argument, NULL, 'u'},
		{"no-hugepages", no_argument, NULL, 'n'}, {"version", no_argument, NULL, 'v'},
		{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0},
	};
	bool has_role = false;
	int option;

	*options = (struct options){.max_flows = 65536, .max_tenants = 16, .max_workers = WORKERS_MAX,
		.tenant_buffers = BUFFERS_DEFAULT};
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		enum options_result result = parse_one(options, option, optarg, &has_role);
		if (result != OPTIONS_RUN)
			return result;
	}
	if (optind < argc)
		return bad("argument", argv[optind], "is not an option");
	if (options->pod == NULL || !has_role || options->control == NULL)
		return bad("missing", options->pod == NULL ? "--pod" : !has_role ? "--role" : "--control",
			"is required");
	return OPTIONS_RUN;
}
