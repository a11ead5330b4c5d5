/* SPDX-License-Identifier: Apache-2.0 */
#include "state_group/message.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "state_group/bytes.h"

#define MAGIC UINT32_C(0x4e465347) /* "NFSG" */

static void
authenticate(const struct group_key *key, const uint8_t *data, size_t n, uint8_t mac[GROUP_MAC_SIZE])
{
	if (HMAC(EVP_sha256(), key->bytes, sizeof(key->bytes), data, n, mac, NULL) == NULL)
		abort(); /* no memory for a hash: nothing said now could be believed */
}

size_t
group_message_seal(uint8_t *out, const struct group_key *key, uint8_t type, uint64_t sequence, uint32_t length)
{
	size_t covered = GROUP_HEADER_SIZE + (size_t)length;

	put_u32(out, MAGIC);
	out[4] = GROUP_VERSION;
	out[5] = type;
	out[6] = out[7] = 0;
	put_u32(out + 8, length);
	put_u64(out + 12, sequence);
	authenticate(key, out, covered, out + covered);
	return covered + GROUP_MAC_SIZE;
}

/* Before the whole message is there: nobody is to wait for 4 GB, or for one who does not speak this at all. */
static enum group_read
check_header(const uint8_t *data, size_t n)
{
	if (n >= 4 && get_u32(data) != MAGIC)
		return GROUP_READ_FOREIGN;
	if (n >= 5 && data[4] != GROUP_VERSION)
		return GROUP_READ_VERSION;
	if (n < GROUP_HEADER_SIZE)
		return GROUP_READ_MORE;
	return get_u32(data + 8) > GROUP_BODY_MAX ? GROUP_READ_TOO_LONG : GROUP_READ_OK;
}

enum group_read
group_message_read(const uint8_t *data, size_t n, const struct group_key *key, uint64_t sequence,
	struct group_message *message, size_t *used)
{
	enum group_read header = check_header(data, n);
	uint8_t mac[GROUP_MAC_SIZE];
	size_t covered;

	if (header != GROUP_READ_OK)
		return header;
	covered = GROUP_HEADER_SIZE + (size_t)get_u32(data + 8);
	if (n < covered + GROUP_MAC_SIZE)
		return GROUP_READ_MORE;
	authenticate(key, data, covered, mac);
	if (CRYPTO_memcmp(mac, data + covered, GROUP_MAC_SIZE) != 0 || get_u64(data + 12) != sequence)
		return GROUP_READ_FORGED;
	*message = (struct group_message){.type = data[5], .length = get_u32(data + 8), .body = data + GROUP_HEADER_SIZE};
	*used = covered + GROUP_MAC_SIZE;
	return GROUP_READ_OK;
}

static void
add(uint8_t *data, size_t *n, const void *more, size_t size)
{
	memcpy(data + *n, more, size);
	*n += size;
}

struct group_session_keys
group_session_keys(const struct group_key *key, const struct group_hello *client, const struct group_hello *server)
{
	uint8_t said[1 + sizeof(*client) + sizeof(*server)];
	struct group_session_keys keys;
	size_t n = 1;

	/* Names have a fixed size here, zeros after their ends, so that no two sets of names give the same bytes. */
	add(said, &n, client, sizeof(*client));
	add(said, &n, server, sizeof(*server));
	said[0] = 'c';
	authenticate(key, said, n, keys.client.bytes);
	said[0] = 's';
	authenticate(key, said, n, keys.server.bytes);
	return keys;
}
