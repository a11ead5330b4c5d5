/* SPDX-License-Identifier: Apache-2.0 */
/* A small harness: a test program is a list of named guarantees; the first that is broken ends it with status 1. */
#ifndef NFAAS_TEST_H
#define NFAAS_TEST_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>

struct test {
	const char *guarantee;
	void (*run)(void);
};
#define TEST(function) {.guarantee = #function, .run = function}

/* Starts DPDK without hugepages, devices or files that another run could meet. */
void test_init(void);

/* Packets for everything in the program. */
struct rte_mempool *test_pool(void);

/* Runs all, or those whose name contains argv[1]. After each, every packet must be back in the pool. */
int test_run(const struct test *tests, size_t n, int argc, char **argv);
#define TEST_MAIN(...) \
	int main(int argc, char **argv) \
	{ \
		static const struct test tests[] = {__VA_ARGS__}; \
		test_init(); \
		return test_run(tests, sizeof(tests) / sizeof(tests[0]), argc, argv); \
	}

_Noreturn void test_fail(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));

#define CHECK(condition) \
	do { \
		if (!(condition)) \
			test_fail(__FILE__, __LINE__, "not so: %s", #condition); \
	} while (0)
#define CHECK_EQUAL(actual, expected) \
	do { \
		uint64_t actual_ = (uint64_t)(actual), expected_ = (uint64_t)(expected); \
		if (actual_ != expected_) \
			test_fail(__FILE__, __LINE__, "%s is %llu, not %llu", #actual, (unsigned long long)actual_, \
				(unsigned long long)expected_); \
	} while (0)

/* A reproducible stream of numbers (splitmix64). */
uint64_t test_random(uint64_t *state);

#endif
