/* SPDX-License-Identifier: Apache-2.0 */
/* Names of sites from what web clients send first over TCP. */
#include "lib/hello.h"
#include "lib/test.h"

static void
domain_names_are_folded_and_checked(void)
{
	static const char *const bad[] = {"", ".", "a..b", ".a", "a b", "a/b", "b\xc3\xbc" "cher.de", "a.b..",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com", "[::1]", "a:b"};
	struct dp_web_name name;
	uint8_t label[DP_DOMAIN_NAME_MAX + 2];

	CHECK(dp_domain_name_read(&name.name, (const uint8_t *)"WWW.Example_1.COM.", 18));
	check_web_name(&name, "www.example_1.com");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!dp_domain_name_read(&name.name, (const uint8_t *)bad[i], strlen(bad[i])));
	for (size_t i = 0; i < sizeof(label); i++)
		label[i] = i % 2 == 0 ? 'a' : '.';
	CHECK(dp_domain_name_read(&name.name, label, DP_DOMAIN_NAME_MAX));
	CHECK(!dp_domain_name_read(&name.name, label, DP_DOMAIN_NAME_MAX + 2));
}

static void
client_hello_tells_its_name_however_it_is_cut_into_records(void)
{
	struct hello hello = {.name = "www.Example.com", .padding = 1300};
	uint8_t message[HELLO_MAX], stream[6 * HELLO_MAX];
	size_t length = hello_write(message, &hello);
	struct dp_web_name name;

	CHECK(hello_write_records(stream, message, length, 1) > DP_WEB_NAME_WITHIN);
	CHECK_EQUAL(dp_web_name_of_stream(stream, 6 * length, &name), DP_WEB_HIDDEN);
	for (size_t piece = 2; piece <= length; piece += piece < 10 ? 1 : 97) {
		size_t n = hello_write_records(stream, message, length, piece);

		CHECK_EQUAL(dp_web_name_of_stream(stream, n, &name), DP_WEB_NAMED);
		check_web_name(&name, "www.example.com");
		CHECK(!name.encrypted_hello && !name.http);
	}
}

static void
any_part_of_a_client_hello_asks_for_more(void)
{
	struct hello hello = {.name = "example.com", .encrypted = true};
	uint8_t message[HELLO_MAX], stream[HELLO_MAX];
	struct dp_web_name name;
	size_t n;

	n = hello_write_records(stream, message, hello_write(message, &hello), 50);
	for (size_t i = 0; i < n; i++)
		CHECK_EQUAL(dp_web_name_of_stream(stream, i, &name), DP_WEB_MORE);
	CHECK_EQUAL(dp_web_name_of_stream(stream, n, &name), DP_WEB_NAMED);
	CHECK(name.encrypted_hello);
	check_web_name(&name, "example.com");
}

static void
what_follows_a_client_hello_does_not_matter(void)
{
	struct hello hello = {.name = "example.com"};
	uint8_t message[HELLO_MAX], stream[HELLO_MAX];
	struct dp_web_name name;
	size_t n = hello_write_records(stream, message, hello_write(message, &hello), 60);

	memcpy(stream + n, "\x17\x03\x03\x00\x01x", 6); /* early data */
	CHECK_EQUAL(dp_web_name_of_stream(stream, n + 6, &name), DP_WEB_NAMED);
}

static enum dp_web_status
status_of(struct hello hello)
{
	uint8_t message[HELLO_MAX], stream[HELLO_MAX];
	struct dp_web_name name;

	return dp_web_name_of_stream(stream, hello_write_records(stream, message, hello_write(message, &hello), 0), &name);
}

static void
client_hello_without_one_good_name_is_hidden(void)
{
	CHECK_EQUAL(status_of((struct hello){.name = "a.com"}), DP_WEB_NAMED);
	CHECK_EQUAL(status_of((struct hello){0}), DP_WEB_HIDDEN);
	CHECK_EQUAL(status_of((struct hello){.name = "a.com", .second = "b.com"}), DP_WEB_HIDDEN);
	CHECK_EQUAL(status_of((struct hello){.name = "a..com"}), DP_WEB_HIDDEN);
	CHECK_EQUAL(status_of((struct hello){.name = ""}), DP_WEB_HIDDEN);
	CHECK_EQUAL(status_of((struct hello){.name = "a.com", .padding = 60}), DP_WEB_NAMED);
}

static void
spoiled_client_hello_is_never_read_past_its_end(void)
{
	struct hello hello = {.name = "example.com", .padding = 20, .encrypted = true};
	uint8_t message[HELLO_MAX], stream[HELLO_MAX];
	size_t n = hello_write_records(stream, message, hello_write(message, &hello), 0);
	uint64_t seed = 7;

	for (unsigned i = 0; i < 200000; i++) {
		size_t at = test_random(&seed) % n, cut = n - test_random(&seed) % 8;
		uint8_t before = stream[at], *copy = malloc(cut); /* its end is the sanitizer's */
		struct dp_web_name name;

		CHECK(copy != NULL);
		stream[at] = (uint8_t)test_random(&seed);
		memcpy(copy, stream, cut);
		dp_web_name_of_stream(copy, cut, &name);
		stream[at] = before;
		free(copy);
	}
}

static enum dp_web_status
request(const char *text, struct dp_web_name *name)
{
	return dp_web_name_of_stream((const uint8_t *)text, strlen(text), name);
}

static void
request_tells_its_host(void)
{
	static const struct {
		const char *text;
		const char *name;
	} good[] = {
		{"GET / HTTP/1.1\r\nHost: Example.com\r\n\r\n", "example.com"},
		{"GET / HTTP/1.1\nhost:example.com:8080 \n\n", "example.com"},
		{"\r\nPOST /x?y HTTP/1.1\r\nAccept: */*\r\nHOST:\t a.b \r\nX: Host: c\r\n\r\nbody", "a.b"},
		{"GET http://a.example:80/path HTTP/1.1\r\nHost: a.example\r\n\r\n", "a.example"},
		{"GET http://a.example?x HTTP/1.0\r\n\r\n", "a.example"},
		{"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n", "a.example"},
		{"OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n", "a.example"},
		{"M-SEARCH / HTTP/1.1\r\nHost: 10.0.0.1\r\n\r\n", "10.0.0.1"},
	};
	struct dp_web_name name;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		CHECK_EQUAL(request(good[i].text, &name), DP_WEB_NAMED);
		check_web_name(&name, good[i].name);
		CHECK(name.http);
	}
}

static void
request_that_servers_may_read_in_two_ways_is_hidden(void)
{
	static const char *const bad[] = {
		"GET / HTTP/1.1\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a.com\r\nHost: b.com\r\n\r\n",
		"GET / HTTP/1.1\r\nHost : a.com\r\n\r\n",
		"GET / HTTP/1.1\r\nX: y\r\n Host: a.com\r\n\r\n",
		"GET http://a.com/ HTTP/1.1\r\nHost: b.com\r\n\r\n",
		"GET http://u@a.com/ HTTP/1.1\r\nHost: a.com\r\n\r\n",
		"GET ftp://a.com/ HTTP/1.1\r\nHost: a.com\r\n\r\n",
		"GET /\r\nHost: a.com\r\n\r\n",
		"GET / HTTP/2.0\r\nHost: a.com\r\n\r\n",
		"GET / x HTTP/1.1\r\nHost: a.com\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a.com b.com\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n",
		"GET / HTTP/1.1\r\nno colon\r\nHost: a.com\r\n\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"SSH-2.0-OpenSSH_9.2\r\n",
		"get / HTTP/1.1\r\nHost: a.com\r\n\r\n",
		"\x80\x2e\x01\x03",
	};
	struct dp_web_name name;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (request(bad[i], &name) != DP_WEB_HIDDEN)
			test_fail(__FILE__, __LINE__, "not hidden: %s", bad[i]);
}

static void
any_part_of_a_request_asks_for_more_up_to_a_bound(void)
{
	static const char text[] = "GET / HTTP/1.1\r\nHost: a.com\r\n\r\n";
	uint8_t endless[DP_WEB_NAME_WITHIN];
	struct dp_web_name name;

	for (size_t i = 0; i < sizeof(text) - 1; i++)
		CHECK_EQUAL(dp_web_name_of_stream((const uint8_t *)text, i, &name), DP_WEB_MORE);
	memset(endless, 'x', sizeof(endless));
	memcpy(endless, "GET /", 5);
	CHECK_EQUAL(dp_web_name_of_stream(endless, sizeof(endless) - 1, &name), DP_WEB_MORE);
	CHECK_EQUAL(dp_web_name_of_stream(endless, sizeof(endless), &name), DP_WEB_HIDDEN);
}

TEST_MAIN(TEST(domain_names_are_folded_and_checked), TEST(client_hello_tells_its_name_however_it_is_cut_into_records),
	TEST(any_part_of_a_client_hello_asks_for_more), TEST(what_follows_a_client_hello_does_not_matter),
	TEST(client_hello_without_one_good_name_is_hidden), TEST(spoiled_client_hello_is_never_read_past_its_end),
	TEST(request_tells_its_host), TEST(request_that_servers_may_read_in_two_ways_is_hidden),
	TEST(any_part_of_a_request_asks_for_more_up_to_a_bound))
