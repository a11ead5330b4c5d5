/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/eal.h"

#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>
#include <rte_mbuf.h>

#include "runtime/buffers.h"
#include "runtime/datapath_threads.h"
#include "util/log.h"

#define PORT_BUFFERS 4096 /* bursts and frames on their way through ports */
#define THREAD_BUFFERS (POOL_CACHE + POOL_CACHE / 2)
#define BUFFER_BYTES 4096 /* a buffer takes 2432; the rest is for what cannot be split */
#define HEAP_SLACK_MB 64
#define MAX_ARGS 16

unsigned
eal_buffer_count(const struct options *options)
{
	const unsigned threads = RTE_MIN(options->max_tenants, options->max_workers) + 2; /* main and I/O */

	return (options->tenant_buffers + BUFFERS_OVER) * options->max_tenants + THREAD_BUFFERS * threads + PORT_BUFFERS;
}

static uint32_t
memory_mb(const struct options *options)
{
	uint64_t needed = (uint64_t)eal_buffer_count(options) * BUFFER_BYTES / (1 << 20) + HEAP_SLACK_MB;

	return options->memory_mb != 0 ? options->memory_mb : (uint32_t)needed;
}

static bool
hugepages_suffice(uint32_t need_mb)
{
	FILE *file = fopen("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "re");
	unsigned long free_pages = 0;

	if (file == NULL)
		return false;
	bool read = fscanf(file, "%lu", &free_pages) == 1;
	fclose(file);
	return read && free_pages * 2 >= need_mb + 2 * HEAP_SLACK_MB;
}

static int
first_cpu(const cpu_set_t *cpus)
{
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, cpus))
			return cpu;
	return 0;
}

/* "0,2-3" into a set. */
static bool
parse_cpus(const char *list, cpu_set_t *cpus)
{
	CPU_ZERO(cpus);
	while (*list != '\0') {
		char *end;
		unsigned long first = strtoul(list, &end, 10), last = first;
		if (end == list)
			return false;
		if (*end == '-') {
			list = end + 1;
			last = strtoul(list, &end, 10);
			if (end == list)
				return false;
		}
		for (unsigned long cpu = first; cpu <= last && cpu < CPU_SETSIZE; cpu++)
			CPU_SET(cpu, cpus);
		if (*end != '\0' && *end != ',')
			return false;
		list = *end == ',' ? end + 1 : end;
	}
	return CPU_COUNT(cpus) > 0;
}

static int
set_cpus(const struct options *options, cpu_set_t *cpus)
{
	if (options->cpus == NULL)
		return sched_getaffinity(0, sizeof(*cpus), cpus);
	if (parse_cpus(options->cpus, cpus) && sched_setaffinity(0, sizeof(*cpus), cpus) == 0)
		return 0;
	log_error("bad --cpus", "value=%s mend=\"give CPUs of this machine, such as 0,2-3\"", options->cpus);
	return -1;
}

static void
run_without_hugepages(char **argv)
{
	char **again;
	int n = 0;

	while (argv[n] != NULL)
		n++;
	again = calloc((size_t)n + 2, sizeof(*again));
	if (again == NULL)
		return;
	memcpy(again, argv, (size_t)n * sizeof(*again));
	again[n] = (char *)(uintptr_t)"--no-hugepages";
	execv("/proc/self/exe", again);
	free(again);
}

int
eal_start(const struct options *options, char **argv)
{
	const uint32_t need = memory_mb(options);
	const bool huge = !options->no_hugepages && hugepages_suffice(need);
	char lcore[16], memory[16], prefix[80];
	const char *args[MAX_ARGS] = {argv[0], "-l", lcore, "-m", memory, "--file-prefix", prefix, "--no-pci",
		"--no-telemetry", "--no-shconf", "--log-level", "lib.eal:error", "--log-level", "error",
		huge ? "--in-memory" : "--no-huge"};
	cpu_set_t cpus;

	if (set_cpus(options, &cpus) < 0)
		return -1;
	snprintf(lcore, sizeof(lcore), "%d", first_cpu(&cpus));
	snprintf(memory, sizeof(memory), "%u", need);
	snprintf(prefix, sizeof(prefix), "nfaas-%.63s", options->pod);
	if (rte_eal_init(15, (char **)(uintptr_t)args) < 0) {
		if (huge)
			run_without_hugepages(argv); /* another pod was faster */
		log_error("DPDK can't start", "error=\"%s\" memory_mb=%u mend=\"free memory, or give a smaller --memory or --max-tenants\"",
			rte_strerror(rte_errno), need);
		return -1;
	}
	/* EAL binds the main thread to one CPU; the threads it will start are the scheduler's to place. */
	sched_setaffinity(0, sizeof(cpus), &cpus);
	log_info("memory reserved", "mb=%u hugepages=%d", need, huge);
	return 0;
}

void
eal_stop(void)
{
	char folder[PATH_MAX];

	snprintf(folder, sizeof(folder), "%s", rte_eal_get_runtime_dir());
	rte_eal_cleanup();
	rmdir(folder); /* EAL makes it also when nothing is shared, and leaves it */
}
