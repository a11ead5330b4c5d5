/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <stdarg.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_mempool.h>

#include "datapath.h"
#include "desired.h"

#define POOL_SIZE 8191

static struct rte_mempool *pool;
static const char *current = "(start)";

_Noreturn void
test_fail(const char *file, int line, const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "FAILED %s\n  %s:%d: ", current, file, line);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

void
test_init(void)
{
	const char *fabric = getenv("TEST_FABRIC");
	char program[] = "test", prefix[64];
	char *arguments[] = {program, (char[]){"--no-huge"}, (char[]){"--no-pci"}, (char[]){"-m"}, (char[]){"128"},
		(char[]){"--no-shconf"}, (char[]){"--no-telemetry"}, prefix, (char[]){"--log-level=error"}, (char[]){"-l"},
		(char[]){"0"}};

	snprintf(prefix, sizeof(prefix), "--file-prefix=nfaas-test-%d", getpid());
	if (rte_eal_init(sizeof(arguments) / sizeof(arguments[0]), arguments) < 0)
		test_fail(__FILE__, __LINE__, "EAL: %s", rte_strerror(rte_errno));
	desired_fabric_ipv6 = fabric != NULL && strcmp(fabric, "ipv6") == 0;
	CHECK(dp_meta_init() == 0);
	pool = rte_pktmbuf_pool_create("test", POOL_SIZE, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	CHECK(pool != NULL);
}

struct rte_mempool *
test_pool(void)
{
	return pool;
}

int
test_run(const struct test *tests, size_t n, int argc, char **argv)
{
	unsigned passed = 0;

	for (size_t i = 0; i < n; i++) {
		current = tests[i].guarantee;
		if (argc > 1 && strstr(current, argv[1]) == NULL)
			continue;
		tests[i].run();
		CHECK_EQUAL(rte_mempool_avail_count(pool), POOL_SIZE);
		printf("ok %s\n", current);
		passed++;
	}
	printf("%u passed\n", passed);
	rte_mempool_free(pool);
	rte_eal_cleanup();
	return passed > 0 ? 0 : 1;
}

uint64_t
test_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}
