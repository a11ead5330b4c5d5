/* SPDX-License-Identifier: Apache-2.0 */
/* Builds DesiredState messages in memory of their own, freed at once. */
#ifndef NFAAS_TEST_DESIRED_H
#define NFAAS_TEST_DESIRED_H

#include <stdbool.h>

#include "base/ip6.h"
#include "nfaas_dataplane.pb-c.h"

typedef Nfaas__Dataplane__V1__DesiredState desired_state_t;
typedef Nfaas__Dataplane__V1__Tenant tenant_t;
typedef Nfaas__Dataplane__V1__Attachment attachment_t;
typedef Nfaas__Dataplane__V1__ViewShare share_t;
typedef Nfaas__Dataplane__V1__Pool pool_t;
typedef Nfaas__Dataplane__V1__Backend backend_t;
typedef Nfaas__Dataplane__V1__View view_t;
typedef Nfaas__Dataplane__V1__Node node_t;
typedef Nfaas__Dataplane__V1__Edge edge_t;
typedef Nfaas__Dataplane__V1__Match match_t;
typedef Nfaas__Dataplane__V1__Prefix prefix_t;
typedef Nfaas__Dataplane__V1__PrefixTranslation prefix_translation_t;
typedef Nfaas__Dataplane__V1__PortRange port_range_t;
typedef Nfaas__Dataplane__V1__FirewallRule rule_t;
typedef Nfaas__Dataplane__V1__Pin pin_t;
typedef Nfaas__Dataplane__V1__PacketMatch packet_match_t;
typedef Nfaas__Dataplane__V1__TrafficClass traffic_class_t;
typedef Nfaas__Dataplane__V1__ColourAction colour_action_t;
typedef Nfaas__Dataplane__V1__ClassifierClass classifier_class_t;
typedef Nfaas__Dataplane__V1__Entrance entrance_t;
typedef Nfaas__Dataplane__V1__DomainList domain_list_t;
typedef Nfaas__Dataplane__V1__Tap tap_t;
#define ALLOW NFAAS__DATAPLANE__V1__ACTION__ACTION_ALLOW
#define DENY NFAAS__DATAPLANE__V1__ACTION__ACTION_DENY

struct desired {
	desired_state_t state;
	struct desired_chunk *chunks;
};

/* Pods, which are in this prefix of 16 bits, have IPv6 addresses: frame_ip6() of those given. Also set by the environment's
 * TEST_FABRIC=ipv6. */
#define DESIRED_FABRIC (UINT32_C(172) << 24 | 16 << 16)
extern bool desired_fabric_ipv6;

struct desired *desired_new(uint32_t fabric_address);
void desired_free(struct desired *desired);
char *desired_text(struct desired *desired, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Addresses in host order. */
prefix_t *desired_prefix(struct desired *desired, uint32_t address, uint32_t length);
prefix_t *desired_prefix6(struct desired *desired, uint32_t address, uint32_t length); /* frame_ip6() of it */
port_range_t *desired_ports(struct desired *desired, uint32_t first, uint32_t last);

tenant_t *desired_tenant(struct desired *desired, uint32_t tenant_id);
attachment_t *desired_attachment(struct desired *desired, tenant_t *tenant, const char *name, const char *edge_port,
	uint32_t address);
share_t *desired_share(struct desired *desired, attachment_t *attachment, uint32_t view_id, uint32_t share);
pool_t *desired_pool(struct desired *desired, const char *name);
backend_t *desired_backend(struct desired *desired, pool_t *pool, const char *name, uint32_t address, uint32_t weight);
/* A host's, frame_ip6() of the address. */
backend_t *desired_backend6(struct desired *desired, pool_t *pool, const char *name, uint32_t address, uint32_t weight);
/* A TCP flow, pinned for a minute. */
pin_t *desired_pin(struct desired *desired, uint32_t tenant_id, const char *pool, const char *backend, uint32_t source,
	uint32_t destination, uint16_t source_port, uint16_t destination_port);
view_t *desired_view(struct desired *desired, uint32_t tenant_id, uint32_t view_id, const char *uid);
node_t *desired_attachment_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si,
	uint32_t reverse_si, const char *pool);
node_t *desired_firewall_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si,
	uint32_t reverse_si, const char *pool, Nfaas__Dataplane__V1__Action default_action);
rule_t *desired_rule(struct desired *desired, node_t *node, const char *name, Nfaas__Dataplane__V1__Action action,
	uint32_t protocol);
node_t *desired_rate_limiter_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si,
	uint32_t reverse_si, const char *pool);
/* A single-rate meter; red is dropped. */
traffic_class_t *desired_traffic_class(struct desired *desired, node_t *node, const char *name, uint64_t bits_per_second,
	uint64_t committed_burst, uint64_t excess_burst);
colour_action_t *desired_mark(struct desired *desired, uint32_t dscp);
node_t *desired_classifier_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si,
	uint32_t reverse_si, const char *pool);
classifier_class_t *desired_classifier_class(struct desired *desired, node_t *node, const char *output,
	uint32_t percent);
/* A way for the class into another view. */
entrance_t *desired_entrance(struct desired *desired, classifier_class_t *class, uint32_t view_id, const char *node,
	uint32_t share);
/* Packets of other views enter at the attachment, from pods of the pool. */
void desired_entered_from(struct desired *desired, node_t *attachment, const char *pool);
/* Allows unlisted and hidden names of the ports 80 and 443. */
node_t *desired_web_gateway_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si,
	uint32_t reverse_si, const char *pool);
/* A list with its digest; names one a line. Copied. */
domain_list_t *desired_domain_list(struct desired *desired, const char *name, const char *names);
/* Refers to a list, also one that is not there. */
void desired_web_list(struct desired *desired, node_t *node, const char *name, Nfaas__Dataplane__V1__Action action);
/* One public prefix. */
node_t *desired_nat_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si,
	uint32_t reverse_si, const char *pool, uint32_t public_address, uint32_t length);
prefix_translation_t *desired_prefix_translation(struct desired *desired, node_t *nat, struct dp_ip6 internal,
	struct dp_ip6 external, uint32_t length);
/* Copies of all flows, whole. */
node_t *desired_mirror_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si,
	uint32_t reverse_si, const char *pool);
/* Makes the attachment a tap. */
tap_t *desired_tap(struct desired *desired, attachment_t *attachment, uint32_t collector);
packet_match_t *desired_packet_match(struct desired *desired);
void desired_dscp(struct desired *desired, packet_match_t *match, uint32_t dscp);

/* An edge and its reverse; the forward one is returned. */
edge_t *desired_edge(struct desired *desired, node_t *from, node_t *to);
match_t *desired_match(struct desired *desired, edge_t *edge);

#endif
