/* SPDX-License-Identifier: Apache-2.0 */
/* Names of sites from QUIC, without an allocation. */
#include <openssl/crypto.h>

#include "lib/hello.h"
#include "lib/quic_vectors.h"
#include "lib/test.h"
#include "web/quic_initial.h"

static unsigned long allocations;

static void *
count_malloc(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	allocations++;
	return malloc(size);
}

static void *
count_realloc(void *memory, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	allocations++;
	return realloc(memory, size);
}

static void
count_free(void *memory, const char *file, int line)
{
	(void)file;
	(void)line;
	free(memory);
}

static struct dp_quic_stream stream;

static void
initial_packets_of_the_rfcs_tell_their_name(void)
{
	struct dp_quic_keys *keys = dp_quic_keys_create();
	struct dp_web_name name;

	CHECK(keys != NULL);
	for (unsigned i = 0; i < 2; i++) {
		dp_quic_stream_reset(&stream);
		CHECK(dp_quic_read_datagram(keys, i == 0 ? rfc9001_initial : rfc9369_initial, sizeof(rfc9001_initial), &stream));
		CHECK_EQUAL(dp_quic_name_of_stream(&stream, &name), DP_WEB_NAMED);
		check_web_name(&name, "example.com");
	}
	dp_quic_keys_free(keys);
}

static void
crypto_frames_may_come_in_any_order_and_in_several_datagrams(void)
{
	static const uint8_t cid[8] = "12345678";
	struct hello hello = {.name = "example.org", .padding = 1300};
	struct dp_quic_keys *keys = dp_quic_keys_create();
	uint8_t message[HELLO_MAX], datagram[1500];
	size_t length = hello_write(message, &hello), n;
	struct crypto_frame second[] = {{700, length - 700}}, first[] = {{300, 400}, {0, 200}, {200, 100}};
	struct dp_web_name name;

	dp_quic_stream_reset(&stream);
	n = hello_write_initial(datagram, cid, 1, message, second, 1);
	CHECK(dp_quic_read_datagram(keys, datagram, n, &stream));
	CHECK_EQUAL(dp_quic_name_of_stream(&stream, &name), DP_WEB_MORE);
	n = hello_write_initial(datagram, cid, 0, message, first, 3);
	CHECK(dp_quic_read_datagram(keys, datagram, n, &stream));
	CHECK_EQUAL(dp_quic_name_of_stream(&stream, &name), DP_WEB_NAMED);
	check_web_name(&name, "example.org");
	dp_quic_keys_free(keys);
}

static void
datagram_that_does_not_open_tells_nothing(void)
{
	struct dp_quic_keys *keys = dp_quic_keys_create();
	uint8_t datagram[sizeof(rfc9001_initial)];

	for (size_t i = 0; i < sizeof(datagram); i += 61) {
		memcpy(datagram, rfc9001_initial, sizeof(datagram));
		datagram[i] ^= 0x40;
		dp_quic_stream_reset(&stream);
		CHECK(!dp_quic_read_datagram(keys, datagram, sizeof(datagram), &stream));
	}
	for (size_t n = 0; n < sizeof(datagram); n++)
		CHECK(!dp_quic_read_datagram(keys, rfc9001_initial, n, &stream));
	dp_quic_keys_free(keys);
}

static void
crypto_bytes_that_change_are_hidden(void)
{
	static const uint8_t cid[8] = "12345678";
	struct hello good = {.name = "good.example"}, evil = {.name = "evil.example"};
	struct dp_quic_keys *keys = dp_quic_keys_create();
	uint8_t message[HELLO_MAX], datagram[1500];
	struct crypto_frame all = {0, hello_write(message, &good)};
	struct dp_web_name name;

	dp_quic_stream_reset(&stream);
	CHECK(dp_quic_read_datagram(keys, datagram, hello_write_initial(datagram, cid, 0, message, &all, 1), &stream));
	hello_write(message, &evil);
	CHECK(dp_quic_read_datagram(keys, datagram, hello_write_initial(datagram, cid, 1, message, &all, 1), &stream));
	CHECK_EQUAL(dp_quic_name_of_stream(&stream, &name), DP_WEB_HIDDEN);
	dp_quic_keys_free(keys);
}

static void
opening_packets_allocates_nothing(void)
{
	struct dp_quic_keys *keys = dp_quic_keys_create();
	unsigned long before;

	CHECK(allocations > 0);
	dp_quic_stream_reset(&stream);
	before = allocations;
	for (unsigned i = 0; i < 100; i++)
		CHECK(dp_quic_read_datagram(keys, i % 2 == 0 ? rfc9001_initial : rfc9369_initial, sizeof(rfc9001_initial), &stream));
	CHECK_EQUAL(allocations, before);
	dp_quic_keys_free(keys);
}

int
main(int argc, char **argv)
{
	static const struct test tests[] = {
		TEST(initial_packets_of_the_rfcs_tell_their_name),
		TEST(crypto_frames_may_come_in_any_order_and_in_several_datagrams),
		TEST(datagram_that_does_not_open_tells_nothing),
		TEST(crypto_bytes_that_change_are_hidden),
		TEST(opening_packets_allocates_nothing),
	};

	CHECK(CRYPTO_set_mem_functions(count_malloc, count_realloc, count_free) == 1);
	test_init();
	return test_run(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
