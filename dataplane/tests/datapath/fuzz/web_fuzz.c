/* SPDX-License-Identifier: Apache-2.0 */
/* libFuzzer: the bytes are what a client sends first, to each parser of site names; nothing may be read past their end, and
 * a name that is told must be well formed. */
#include "lib/test.h"
#include "web/quic_initial.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct dp_quic_keys *keys;
static struct dp_quic_stream stream;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	keys = dp_quic_keys_create();
	CHECK(keys != NULL);
	return 0;
}

static void
check(enum dp_web_status status, const struct dp_web_name *name)
{
	struct dp_domain_name again;

	if (status != DP_WEB_NAMED)
		return;
	CHECK(dp_domain_name_read(&again, (const uint8_t *)name->name.text, name->name.length));
	CHECK_EQUAL(again.length, name->name.length);
	CHECK(memcmp(again.text, name->name.text, again.length) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dp_web_name name;

	check(dp_web_name_of_stream(data, size, &name), &name);
	check(dp_tls_name_of_handshake(data, size, &name), &name);
	dp_quic_stream_reset(&stream);
	dp_quic_read_datagram(keys, data, size, &stream);
	dp_quic_read_frames(data, size, &stream); /* the tag keeps a fuzzer from what is sealed */
	check(dp_quic_name_of_stream(&stream, &name), &name);
	return 0;
}
