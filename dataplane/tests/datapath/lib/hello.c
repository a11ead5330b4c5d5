/* SPDX-License-Identifier: Apache-2.0 */
#include "hello.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

#include "test.h"

#define PLAIN 1162
#define HEADER 22
#define TAG 16

static uint8_t *
put(uint8_t *at, uint64_t value, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		at[i] = (uint8_t)(value >> 8 * (n - 1 - i));
	return at + n;
}

static uint8_t *
put_extension(uint8_t *at, uint16_t type, const void *body, size_t length)
{
	at = put(put(at, type, 2), length, 2);
	if (body != NULL)
		memcpy(at, body, length);
	else
		memset(at, 0, length);
	return at + length;
}

static uint8_t *
put_name(uint8_t *at, const char *name)
{
	size_t n = strlen(name);

	at = put(put(at, 0, 2), n + 5, 2);
	at = put(put(put(at, n + 3, 2), 0, 1), n, 2);
	memcpy(at, name, n);
	return at + n;
}

size_t
hello_write(uint8_t *start, const struct hello *hello)
{
	uint8_t *at = put(put(start, 1, 1), 0, 3), *extensions;

	at = put(at, 0x0303, 2);
	memset(at, 0xab, 32);
	at = put(at + 32, 0, 1);
	at = put(put(at, 2, 2), 0x1301, 2);
	at = put(put(at, 1, 1), 0, 1);
	extensions = at;
	at = put_extension(at + 2, 0x002b, "\x02\x03\x04", 3);
	if (hello->padding > 0)
		at = put_extension(at, 0x0033, NULL, hello->padding);
	if (hello->name != NULL)
		at = put_name(at, hello->name);
	if (hello->second != NULL)
		at = put_name(at, hello->second);
	if (hello->encrypted)
		at = put_extension(at, 0xfe0d, NULL, 40);
	put(extensions, (uint64_t)(at - extensions) - 2, 2);
	put(start + 1, (uint64_t)(at - start) - 4, 3);
	return (size_t)(at - start);
}

size_t
hello_write_records(uint8_t *start, const uint8_t *message, size_t length, size_t piece)
{
	uint8_t *at = start;

	for (size_t done = 0; done < length;) {
		size_t n = piece == 0 || piece > length - done ? length - done : piece;

		at = put(put(put(at, 22, 1), 0x0301, 2), n, 2);
		memcpy(at, message + done, n);
		at += n;
		done += n;
	}
	return (size_t)(at - start);
}

static void
hkdf(int mode, const uint8_t *key, size_t key_length, const uint8_t *more, size_t more_length, uint8_t *out, size_t length)
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *context = EVP_KDF_CTX_new(kdf);
	OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)(uintptr_t)"SHA256", 0),
		OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)key, key_length),
		OSSL_PARAM_construct_octet_string(mode == EVP_KDF_HKDF_MODE_EXTRACT_ONLY ? OSSL_KDF_PARAM_SALT : OSSL_KDF_PARAM_INFO,
			(void *)(uintptr_t)more, more_length),
		OSSL_PARAM_construct_end(),
	};

	CHECK(EVP_KDF_derive(context, out, length, parameters) == 1);
	EVP_KDF_CTX_free(context);
	EVP_KDF_free(kdf);
}

static void
expand(const uint8_t secret[32], const char *label, uint8_t *out, uint8_t length)
{
	uint8_t info[64], *at = put(info, length, 2);

	at = put(at, 6 + strlen(label), 1);
	at += sprintf((char *)at, "tls13 %s", label);
	at = put(at, 0, 1);
	hkdf(EVP_KDF_HKDF_MODE_EXPAND_ONLY, secret, 32, info, (size_t)(at - info), out, length);
}

static size_t
put_frames(uint8_t *plain, const uint8_t *message, const struct crypto_frame *frames, size_t n_frames)
{
	uint8_t *at = plain;

	memset(plain, 0, PLAIN);
	for (size_t i = 0; i < n_frames; i++) {
		*at++ = 1; /* PING */
		*at++ = 6;
		at = put(put(at, frames[i].offset | 0x4000, 2), frames[i].length | 0x4000, 2);
		memcpy(at, message + frames[i].offset, frames[i].length);
		at += frames[i].length;
		CHECK(at < plain + PLAIN);
	}
	return PLAIN;
}

size_t
hello_write_initial(uint8_t *at, const uint8_t cid[8], uint8_t packet_number, const uint8_t *message,
	const struct crypto_frame *frames, size_t n_frames)
{
	static const uint8_t salt[] = {0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c,
		0xad, 0xcc, 0xbb, 0x7f, 0x0a};
	uint8_t initial[32], client[32], key[16], iv[12], hp[16], plain[PLAIN], mask[16];
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	uint8_t *number = put(put(put(at, 0xc3, 1), 1, 4), 8, 1);
	int n;

	memcpy(number, cid, 8);
	number = put(put(put(number + 8, 0, 1), 0, 1), 0x4000 | (4 + PLAIN + TAG), 2);
	put(number, packet_number, 4);
	hkdf(EVP_KDF_HKDF_MODE_EXTRACT_ONLY, cid, 8, salt, sizeof(salt), initial, sizeof(initial));
	expand(initial, "client in", client, sizeof(client));
	expand(client, "quic key", key, sizeof(key));
	expand(client, "quic iv", iv, sizeof(iv));
	expand(client, "quic hp", hp, sizeof(hp));
	iv[11] ^= packet_number;
	put_frames(plain, message, frames, n_frames);
	CHECK(EVP_EncryptInit_ex2(context, EVP_aes_128_gcm(), key, iv, NULL) == 1);
	CHECK(EVP_EncryptUpdate(context, NULL, &n, at, HEADER) == 1);
	CHECK(EVP_EncryptUpdate(context, at + HEADER, &n, plain, PLAIN) == 1);
	CHECK(EVP_EncryptFinal_ex(context, at + HEADER + n, &n) == 1);
	CHECK(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG, at + HEADER + PLAIN) == 1);
	CHECK(EVP_EncryptInit_ex2(context, EVP_aes_128_ecb(), hp, NULL, NULL) == 1);
	CHECK(EVP_EncryptUpdate(context, mask, &n, at + HEADER, 16) == 1);
	at[0] ^= mask[0] & 0x0f;
	for (unsigned i = 0; i < 4; i++)
		number[i] ^= mask[1 + i];
	EVP_CIPHER_CTX_free(context);
	return HEADER + PLAIN + TAG;
}

void
check_web_name(const struct dp_web_name *name, const char *expected)
{
	if (name->name.length != strlen(expected) || memcmp(name->name.text, expected, name->name.length) != 0)
		test_fail(__FILE__, __LINE__, "%.*s is not %s", name->name.length, name->name.text, expected);
}
