/* SPDX-License-Identifier: Apache-2.0 */
/* Guarantee: the command line is taken as documented, and nothing that is not. */
#include <getopt.h>
#include <string.h>

#include "check.h"
#include "util/options.h"

#define ARGS_MAX 32

/* "a b c" as argv after the program's name. */
static enum options_result
parse(struct options *options, const char *line)
{
	static char words[512];
	char *argv[ARGS_MAX] = {"nfaas-dataplane"};
	int argc = 1;

	snprintf(words, sizeof(words), "%s", line);
	for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " ")) {
		CHECK("the test's line is short enough", argc < ARGS_MAX - 1);
		argv[argc++] = word;
	}
	argv[argc] = NULL;
	optind = 0; /* glibc: start anew */
	return options_parse(options, argc, argv);
}

#define NEEDED "--pod p --role firewall --control c.sock"

int
main(void)
{
	static const char *const bad[] = {"", "--pod p --role firewall", "--role firewall --control c", "--pod p --control c",
		NEEDED " --role router", NEEDED " --pod a/b", NEEDED " --memory 1", NEEDED " --memory 1x", NEEDED " --max-tenants 0",
		NEEDED " --max-tenants 257", NEEDED " --max-workers 127", NEEDED " --tenant-buffers 255", NEEDED " --max-flows -1",
		NEEDED " --cgroup ../up", NEEDED " stray", NEEDED " --nonsense"};
	struct options o;

	CHECK("the needed options suffice", parse(&o, NEEDED) == OPTIONS_RUN && o.role == DP_ROLE_FIREWALL &&
		o.max_tenants == 16 && o.max_workers == 126 && o.tenant_buffers == 1536 && o.max_flows == 65536 && o.cgroup == NULL && !o.no_hugepages);
	CHECK("each option is taken", parse(&o, NEEDED " --cgroup a/b --memory 512 --max-flows 1000 --max-tenants 256 --max-workers 2 "
		"--tenant-buffers 300 --cpus 0-1 --no-hugepages") == OPTIONS_RUN && strcmp(o.cgroup, "a/b") == 0 && o.memory_mb == 512 &&
		o.max_tenants == 256 && o.max_workers == 2 && o.tenant_buffers == 300 && o.no_hugepages);
	CHECK("max-flows is rounded up to a power of two", o.max_flows == 1024);
	CHECK("--help ends the program", parse(&o, "--help") == OPTIONS_DONE);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(bad[i], parse(&o, bad[i]) == OPTIONS_BAD);
	return 0;
}
