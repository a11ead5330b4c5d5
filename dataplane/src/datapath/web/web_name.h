/* SPDX-License-Identifier: Apache-2.0 */
/* The name of the site that a client asks for, read from the first bytes it sends. */
#ifndef NFAAS_DP_WEB_NAME_H
#define NFAAS_DP_WEB_NAME_H

#include "domain_name.h"

/* Of a client's bytes that are looked at; who needs more to say its name hides it. Post-quantum key shares make a
 * ClientHello of about 1800 bytes; 8 KiB is also what common servers take of a request's header. */
#define DP_WEB_NAME_WITHIN 8192

enum dp_web_status {
	DP_WEB_MORE,   /* well formed so far; the name needs more bytes */
	DP_WEB_NAMED,
	DP_WEB_HIDDEN, /* no name, one that is not well formed, or another protocol */
};

struct dp_web_name {
	struct dp_domain_name name;
	bool encrypted_hello; /* an inner ClientHello is there (ECH), or a decoy of one: `name` is the outer one */
	bool http;            /* plain HTTP/1: its client understands a page */
};

/* A TCP stream's first bytes: TLS or HTTP/1. At most DP_WEB_NAME_WITHIN are read. */
enum dp_web_status dp_web_name_of_stream(const uint8_t *data, size_t size, struct dp_web_name *name);

/* TLS records (RFC 8446 section 5.1) with a ClientHello, however it is cut into them. */
enum dp_web_status dp_tls_name_of_records(const uint8_t *data, size_t size, struct dp_web_name *name);

/* A handshake message: a ClientHello (RFC 8446 section 4.1.2), its name from the server_name extension (RFC 6066
 * section 3). The whole message is needed, as what comes late may change what came before. */
enum dp_web_status dp_tls_name_of_handshake(const uint8_t *data, size_t size, struct dp_web_name *name);

/* An HTTP/1 request's header section (RFC 9112): the target's host when it has one, else Host. */
enum dp_web_status dp_http_name_of_request(const uint8_t *data, size_t size, struct dp_web_name *name);

#endif
