/* SPDX-License-Identifier: Apache-2.0 */
/* EVP's digests allocate with each message, libcrypto's plain SHA-256 does not. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "quic_keys.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/sha.h>

#define HASH 32  /* SHA-256 */
#define BLOCK 64
#define KEY 16   /* AES-128 */
#define IV 12
#define LABEL_MAX 32

struct dp_quic_keys {
	EVP_CIPHER_CTX *gcm;
	EVP_CIPHER_CTX *ecb;
	uint8_t iv[IV];
};

struct version {
	uint8_t salt[20];
	const char *key, *iv, *hp;
};

static const struct version versions[] = {
	[DP_QUIC_V1] = {
		.salt = {0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb,
			0x7f, 0x0a}, /* RFC 9001 section 5.2 */
		.key = "quic key", .iv = "quic iv", .hp = "quic hp",
	},
	[DP_QUIC_V2] = {
		.salt = {0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd,
			0x2e, 0xd9}, /* RFC 9369 section 3.3.1 */
		.key = "quicv2 key", .iv = "quicv2 iv", .hp = "quicv2 hp",
	},
};

static EVP_CIPHER_CTX *
create_cipher(const char *name, bool encrypt)
{
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();

	if (cipher != NULL && context != NULL && EVP_CipherInit_ex2(context, cipher, NULL, NULL, encrypt, NULL) == 1
		&& EVP_CIPHER_CTX_set_padding(context, 0) == 1) {
		EVP_CIPHER_free(cipher); /* the context holds it */
		return context;
	}
	EVP_CIPHER_free(cipher);
	EVP_CIPHER_CTX_free(context);
	return NULL;
}

struct dp_quic_keys *
dp_quic_keys_create(void)
{
	static const uint8_t cid[8];
	struct dp_quic_keys *keys = calloc(1, sizeof(*keys));

	if (keys == NULL)
		return NULL;
	keys->gcm = create_cipher("AES-128-GCM", false);
	keys->ecb = create_cipher("AES-128-ECB", true);
	if (keys->gcm != NULL && keys->ecb != NULL && dp_quic_keys_derive(keys, DP_QUIC_V1, cid, sizeof(cid)))
		return keys; /* with a first use behind them: that allocates what contexts keep */
	dp_quic_keys_free(keys);
	return NULL;
}

void
dp_quic_keys_free(struct dp_quic_keys *keys)
{
	if (keys == NULL)
		return;
	EVP_CIPHER_CTX_free(keys->ecb);
	EVP_CIPHER_CTX_free(keys->gcm);
	free(keys);
}

static void
hash(const uint8_t pad[BLOCK], const uint8_t *data, size_t length, uint8_t out[HASH])
{
	SHA256_CTX context;

	SHA256_Init(&context);
	SHA256_Update(&context, pad, BLOCK);
	SHA256_Update(&context, data, length);
	SHA256_Final(out, &context);
}

/* HMAC (RFC 2104). The key has at most a block. */
static void
hmac(const uint8_t *key, size_t key_length, const uint8_t *data, size_t length, uint8_t out[HASH])
{
	uint8_t inner[BLOCK], outer[BLOCK], inside[HASH];

	memset(inner, 0x36, sizeof(inner));
	memset(outer, 0x5c, sizeof(outer));
	for (size_t i = 0; i < key_length; i++) {
		inner[i] ^= key[i];
		outer[i] ^= key[i];
	}
	hash(inner, data, length, inside);
	hash(outer, inside, sizeof(inside), out);
}

/* HKDF-Expand-Label (RFC 8446 section 7.1) without a context; at most one hash of output. */
static void
expand_label(const uint8_t secret[HASH], const char *label, uint8_t *out, size_t length)
{
	uint8_t info[4 + 6 + LABEL_MAX + 1], block[HASH];
	size_t n = strlen(label), at = 0;

	info[at++] = 0;
	info[at++] = (uint8_t)length;
	info[at++] = (uint8_t)(6 + n);
	memcpy(info + at, "tls13 ", 6);
	memcpy(info + at + 6, label, n);
	at += 6 + n;
	info[at++] = 0;
	info[at++] = 1; /* HKDF-Expand's counter (RFC 5869 section 2.3) */
	hmac(secret, HASH, info, at, block);
	memcpy(out, block, length);
}

bool
dp_quic_keys_derive(struct dp_quic_keys *keys, enum dp_quic_version version, const uint8_t *cid, size_t length)
{
	const struct version *v = &versions[version];
	uint8_t initial[HASH], client[HASH], key[KEY], hp[KEY];

	hmac(v->salt, sizeof(v->salt), cid, length, initial);
	expand_label(initial, "client in", client, sizeof(client));
	expand_label(client, v->key, key, sizeof(key));
	expand_label(client, v->iv, keys->iv, sizeof(keys->iv));
	expand_label(client, v->hp, hp, sizeof(hp));
	return EVP_DecryptInit_ex2(keys->gcm, NULL, key, NULL, NULL) == 1
		&& EVP_EncryptInit_ex2(keys->ecb, NULL, hp, NULL, NULL) == 1;
}

bool
dp_quic_keys_mask(struct dp_quic_keys *keys, const uint8_t sample[DP_QUIC_SAMPLE], uint8_t mask[DP_QUIC_SAMPLE])
{
	int length;

	return EVP_EncryptUpdate(keys->ecb, mask, &length, sample, DP_QUIC_SAMPLE) == 1 && length == DP_QUIC_SAMPLE;
}

bool
dp_quic_keys_open(struct dp_quic_keys *keys, uint32_t packet_number, const struct dp_quic_piece *header,
	unsigned n_pieces, const uint8_t *sealed, size_t length, uint8_t *plain)
{
	uint8_t iv[IV], tag[DP_QUIC_TAG], last[DP_QUIC_TAG];
	int n;

	if (length < DP_QUIC_TAG)
		return false;
	length -= DP_QUIC_TAG;
	memcpy(iv, keys->iv, sizeof(iv));
	for (unsigned i = 0; i < 4; i++)
		iv[IV - 1 - i] ^= (uint8_t)(packet_number >> 8 * i);
	memcpy(tag, sealed + length, sizeof(tag));
	if (EVP_DecryptInit_ex2(keys->gcm, NULL, NULL, iv, NULL) != 1)
		return false;
	for (unsigned i = 0; i < n_pieces; i++)
		if (EVP_DecryptUpdate(keys->gcm, NULL, &n, header[i].at, (int)header[i].length) != 1)
			return false;
	return EVP_DecryptUpdate(keys->gcm, plain, &n, sealed, (int)length) == 1
		&& EVP_CIPHER_CTX_ctrl(keys->gcm, EVP_CTRL_AEAD_SET_TAG, DP_QUIC_TAG, tag) == 1
		&& EVP_DecryptFinal_ex(keys->gcm, last, &n) == 1;
}
