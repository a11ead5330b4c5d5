/* SPDX-License-Identifier: Apache-2.0 */
/* A web gateway between a client and a server of the small fabric. */
#ifndef NFAAS_TEST_WEB_H
#define NFAAS_TEST_WEB_H

#include "hello.h"
#include "world.h"

#define PORT 4000
#define CLIENT_ISN 0xfffffff0u /* numbers wrap */
#define SERVER_ISN 5000u
#define PSH RTE_TCP_PSH_FLAG

/* client - web gateway - server; allows *.example.com and fine.ads.example.com, denies *.ads.example.com, evil.example and what
 * is below it, allows all others and hidden names. */
node_t *web_draw(struct desired *desired, view_t *view);
/* As it is drawn; and with hidden names denied, ECH among them. */
void web_deny_some(struct desired *desired, view_t *view);
void web_deny_hidden(struct desired *desired, view_t *view);

const struct rte_tcp_hdr *web_last_tcp(const struct world *world, enum pod gateway);
/* Whether the server gets it, and not a reset in its place. */
bool web_client_says(struct world *world, uint16_t port, uint8_t flags, uint32_t at, const void *data, size_t length);
void web_shake_hands(struct world *world, uint16_t port);
size_t web_records_of(uint8_t *at, struct hello hello);
/* Whether a connection that begins so gets through. */
bool web_gets_through(struct world *world, uint16_t port, struct hello hello);
/* A well-formed RST whose number the receiver takes for its own. */
void web_check_reset(const struct world *world, enum pod gateway, uint32_t sequence);
void web_check_conserved(const struct world *world);
uint64_t web_drops(const struct world *world, Nfaas__Dataplane__V1__DropReason reason);
bool web_client_sends_datagram(struct world *world, uint16_t port, const uint8_t *data, size_t length);

#endif
