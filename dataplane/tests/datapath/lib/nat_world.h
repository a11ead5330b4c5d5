/* SPDX-License-Identifier: Apache-2.0 */
/* The small fabric with a NAT between its gateways, on both pods "firewalls". */
#ifndef NFAAS_TEST_NAT_WORLD_H
#define NFAAS_TEST_NAT_WORLD_H

#include "packet/inner.h"
#include "packet/npt.h"
#include "world.h"

#define PUBLIC IP(192, 0, 2, 4)
#define PUBLIC_LENGTH 30
#define PUBLIC_ADDRESSES 4
#define INTERNAL frame_ip6(0) /* both /48; the internal one is of all hosts */
#define EXTERNAL ((struct dp_ip6){UINT64_C(0x20010db800010000), 0})
#define NAT_1 FIREWALL_1
#define NAT_2 FIREWALL_2

/* client - nat - server, public addresses PUBLIC/30, or only PUBLIC. */
void nat_chain(struct desired *desired, view_t *view);
void nat_chain_of_one_address(struct desired *desired, view_t *view);
/* Beside it, IPv6 hosts of INTERNAL are seen by EXTERNAL. */
void nat_chain_of_both_families(struct desired *desired, view_t *view);
/* What frame_ip6(host) is seen by. */
struct dp_ip6 nat_outside_ip6(uint32_t host);
node_t *nat_draw(struct desired *desired, view_t *view, uint32_t prefix_length);

/* A public end, as the server saw it. */
struct nat_seen {
	uint32_t address;
	uint16_t port;
};
bool nat_is_public(uint32_t address);
/* The last packet that came to a host; its checksums are checked. */
struct dp_inner nat_last(const struct world *world, enum pod gateway);
/* The client's packet goes through; how the server sees its sender. What was delivered is cleared. */
struct nat_seen nat_sends(struct world *world, const struct frame *frame);
/* The server answers, to whom it saw: true when the inside end gets it. */
bool nat_answers(struct world *world, const struct frame *asked, struct nat_seen seen);
struct frame nat_answer_to(const struct frame *asked, struct nat_seen seen);

struct frame udp_to_server(uint32_t host, uint16_t host_port, uint16_t server_port);
uint64_t nat_drops(const struct world *world, Nfaas__Dataplane__V1__DropReason reason);
uint64_t nat_mappings(const struct world *world);
void nat_check_closed(const struct world *world);

#endif
