/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "reader.h"
#include "web_name.h"

#define RECORD_HEADER 5
#define RECORD_HANDSHAKE 22
#define RECORD_MAX 16384
#define VERSION_MAJOR 3
#define HANDSHAKE_HEADER 4
#define CLIENT_HELLO 1
#define RANDOM_SIZE 32
#define EXTENSION_SERVER_NAME 0
#define EXTENSION_ECH 0xfe0d /* RFC 9849 */
#define HOST_NAME 0

/* A list of names with one of each type at most; one that is no host name may be of any form. */
static bool
read_server_name(struct dp_reader extension, struct dp_domain_name *name)
{
	struct dp_reader list = dp_read_vector(&extension, 2);
	bool found = false;

	while (!list.failed && dp_reader_left(&list) > 0) {
		uint64_t type = dp_read_number(&list, 1);
		struct dp_reader text = dp_read_vector(&list, 2);

		if (text.failed || type != HOST_NAME)
			continue;
		if (found || !dp_domain_name_read(name, text.at, dp_reader_left(&text)))
			return false;
		found = true;
	}
	return found && !list.failed && dp_reader_left(&extension) == 0;
}

/* False also when the name is there twice: servers differ in which one they would heed. */
static bool
read_extensions(struct dp_reader extensions, struct dp_web_name *name)
{
	bool found = false;

	while (!extensions.failed && dp_reader_left(&extensions) > 0) {
		uint64_t type = dp_read_number(&extensions, 2);
		struct dp_reader body = dp_read_vector(&extensions, 2);

		if (body.failed)
			return false;
		if (type == EXTENSION_ECH)
			name->encrypted_hello = true;
		if (type != EXTENSION_SERVER_NAME)
			continue;
		if (found || !read_server_name(body, &name->name))
			return false;
		found = true;
	}
	return found && !extensions.failed;
}

static bool
read_client_hello(struct dp_reader hello, struct dp_web_name *name)
{
	struct dp_reader extensions;

	dp_read_number(&hello, 2); /* legacy_version */
	dp_read_bytes(&hello, RANDOM_SIZE);
	dp_read_vector(&hello, 1); /* legacy_session_id */
	dp_read_vector(&hello, 2); /* cipher_suites */
	dp_read_vector(&hello, 1); /* legacy_compression_methods */
	extensions = dp_read_vector(&hello, 2);
	return !hello.failed && dp_reader_left(&hello) == 0 && read_extensions(extensions, name);
}

enum dp_web_status
dp_tls_name_of_handshake(const uint8_t *data, size_t size, struct dp_web_name *name)
{
	struct dp_reader message = dp_reader_of(data, size);
	size_t length;

	name->encrypted_hello = name->http = false;
	if (size > 0 && data[0] != CLIENT_HELLO)
		return DP_WEB_HIDDEN;
	if (size < HANDSHAKE_HEADER)
		return DP_WEB_MORE;
	dp_read_number(&message, 1);
	length = (size_t)dp_read_number(&message, 3);
	if (length > DP_WEB_NAME_WITHIN)
		return DP_WEB_HIDDEN;
	if (length > dp_reader_left(&message))
		return DP_WEB_MORE;
	return read_client_hello(dp_reader_of(message.at, length), name) ? DP_WEB_NAMED : DP_WEB_HIDDEN;
}

/* What a record holds of the handshake, as far as it is there. False when it is no handshake record. */
static bool
read_record(struct dp_reader *stream, struct dp_reader *body)
{
	size_t length;

	*body = dp_reader_of(stream->at, 0);
	if (stream->at[0] != RECORD_HANDSHAKE || (dp_reader_left(stream) > 1 && stream->at[1] != VERSION_MAJOR))
		return false;
	if (dp_reader_left(stream) < RECORD_HEADER) {
		stream->at = stream->end;
		return true;
	}
	dp_read_number(stream, 3); /* type and version */
	length = (size_t)dp_read_number(stream, 2);
	if (length == 0 || length > RECORD_MAX)
		return false;
	if (length > dp_reader_left(stream))
		length = dp_reader_left(stream);
	*body = dp_reader_of(stream->at, length);
	stream->at += length;
	return true;
}

/* The message goes on in another record. */
static enum dp_web_status
join_records(struct dp_reader stream, struct dp_web_name *name)
{
	uint8_t joined[DP_WEB_NAME_WITHIN];
	enum dp_web_status status = DP_WEB_MORE;
	struct dp_reader body;
	size_t length = 0;

	while (status == DP_WEB_MORE && dp_reader_left(&stream) > 0) {
		if (!read_record(&stream, &body))
			return DP_WEB_HIDDEN;
		memcpy(joined + length, body.at, dp_reader_left(&body));
		length += dp_reader_left(&body);
		status = dp_tls_name_of_handshake(joined, length, name);
	}
	return status;
}

enum dp_web_status
dp_tls_name_of_records(const uint8_t *data, size_t size, struct dp_web_name *name)
{
	struct dp_reader all = dp_reader_of(data, size < DP_WEB_NAME_WITHIN ? size : DP_WEB_NAME_WITHIN);
	struct dp_reader stream = all, body;
	enum dp_web_status status;

	if (size == 0)
		return DP_WEB_MORE;
	if (!read_record(&stream, &body))
		return DP_WEB_HIDDEN;
	status = dp_tls_name_of_handshake(body.at, dp_reader_left(&body), name);
	return status == DP_WEB_MORE && dp_reader_left(&stream) > 0 ? join_records(all, name) : status;
}
