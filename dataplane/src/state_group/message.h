/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the members of a state group say to each other over TCP. A member connects to every other to hear of its flows:
 *
 *     client: HELLO                  who I am, a nonce             keyed with the group's key
 *     server: HELLO
 *     client: SUBSCRIBE              again = once more             keyed with the session's key, from here on
 *     server: SNAPSHOT_BEGIN, FLOWS ..., SNAPSHOT_END, then FLOWS and PASS as long as it lasts
 *
 * Big-endian: magic 4, version 1, type 1, zero 2, length of the body 4, sequence 8, body, HMAC-SHA256 (RFC 2104) of all
 * before it 32. Sequences count each direction's messages from 0, and a session's keys, one per direction, come from both
 * nonces: nothing can be replayed, reordered or reflected. It is not secret: who can read it can read the packets.
 *
 * Everything here is pure: bytes in, bytes out. Input is hostile until its HMAC was checked, and parsed within bounds after.
 */
#ifndef NFAAS_GROUP_MESSAGE_H
#define NFAAS_GROUP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "datapath/flow/flow_record.h"

#define GROUP_VERSION 1
#define GROUP_KEY_SIZE 32
#define GROUP_NONCE_SIZE 32
#define GROUP_NAME_MAX 63 /* RFC 1123 label */
#define GROUP_HEADER_SIZE 20
#define GROUP_MAC_SIZE 32
#define GROUP_BODY_MAX 16384
#define GROUP_MESSAGE_MAX (GROUP_HEADER_SIZE + GROUP_BODY_MAX + GROUP_MAC_SIZE)
#define GROUP_FLOWS_MAX 200  /* records in one FLOWS that is heard */
#define GROUP_FLOWS_TOLD 190 /* and told: the longest ones fit too */

enum group_message_type {
	GROUP_HELLO = 1,
	GROUP_SUBSCRIBE = 2,
	GROUP_SNAPSHOT_BEGIN = 3,
	GROUP_SNAPSHOT_END = 4,
	GROUP_FLOWS = 5,
	GROUP_PASS = 6, /* all that the sender knew so many ms ago is said */
};

struct group_key {
	uint8_t bytes[GROUP_KEY_SIZE];
};

struct group_message {
	uint8_t type; /* also one that this version does not know: to be skipped */
	uint32_t length;
	const uint8_t *body; /* in the input */
};

enum group_read { GROUP_READ_MORE, GROUP_READ_OK, GROUP_READ_FOREIGN, GROUP_READ_VERSION, GROUP_READ_TOO_LONG, GROUP_READ_FORGED };

/* Completes a message whose body is at out + GROUP_HEADER_SIZE already. Returns its size. */
size_t group_message_seal(uint8_t *out, const struct group_key *key, uint8_t type, uint64_t sequence, uint32_t length);

/* The message at the start of n bytes; *used is its size. MORE: it is not there in full yet. Anything but OK and MORE ends a
 * connection: what follows can't be believed. */
enum group_read group_message_read(const uint8_t *data, size_t n, const struct group_key *key, uint64_t sequence,
	struct group_message *message, size_t *used);

struct group_hello {
	uint8_t nonce[GROUP_NONCE_SIZE];
	char group[GROUP_NAME_MAX + 1];
	char pod[GROUP_NAME_MAX + 1];
};

/* Bodies are written to where group_message_seal() takes them from; each returns its length. */
uint32_t group_hello_write(uint8_t *body, const struct group_hello *hello);
bool group_hello_read(const struct group_message *message, struct group_hello *hello);

uint32_t group_flows_write(uint8_t *body, uint32_t tenant_id, const struct dp_flow_record *records, uint32_t n);
/* False when malformed; records[] has room for GROUP_FLOWS_MAX. A record of a later version may be longer: its end is
 * skipped. */
bool group_flows_read(const struct group_message *message, uint32_t *tenant_id, struct dp_flow_record *records, uint32_t *n);

uint32_t group_pass_write(uint8_t *body, uint32_t age_ms);
bool group_pass_read(const struct group_message *message, uint32_t *age_ms);

/* The keys of a session, by direction: HMAC-SHA256 of what both sides said, with the group's key. */
struct group_session_keys {
	struct group_key client, server;
};
struct group_session_keys group_session_keys(const struct group_key *key, const struct group_hello *client,
	const struct group_hello *server);

#endif
