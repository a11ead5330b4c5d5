/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of dp_state_build(). Each returns false with the build's error set; the half-built state is then
 * released. */
#ifndef NFAAS_DP_BUILD_H
#define NFAAS_DP_BUILD_H

#include "state.h"

#define DP_CODE(name) NFAAS__DATAPLANE__V1__ERROR_CODE__ERROR_CODE_##name

struct dp_build {
	struct dp *dp;
	const Nfaas__Dataplane__V1__DesiredState *desired;
	const struct dp_state *previous; /* may be NULL */
	const struct dp_port *ports;
	unsigned n_ports;
	uint32_t now; /* ticks */
	struct dp_state *state;
	struct dp_error *error;
	char path[sizeof(((struct dp_error *)0)->field)]; /* of the field being read */
	uint32_t tenant_id; /* of the view being read, else 0 */
	uint32_t view_id;
};

/* Appends to the path; returns its former length for dp_path_leave(). */
size_t dp_path_enter(struct dp_build *build, const char *format, ...) __attribute__((format(printf, 2, 3)));
void dp_path_leave(struct dp_build *build, size_t length);

/* Records the error at the path, with `field` (may be NULL) appended. Always false. */
bool dp_build_fail(struct dp_build *build, Nfaas__Dataplane__V1__ErrorCode code, const char *field, const char *format,
	...) __attribute__((format(printf, 4, 5)));
bool dp_build_fail_memory(struct dp_build *build);

/* Zeroed memory, aligned to cache lines, that lives as long as the state. NULL, with the error set, when out of memory. */
void *dp_build_alloc(struct dp_build *build, size_t n, size_t size);

/* Copies a name of 1 to 63 bytes into DP_NAME_SIZE zeroed ones. */
bool dp_build_name(struct dp_build *build, char *to, const char *name, const char *field);

bool dp_build_fabric(struct dp_build *build);
bool dp_build_pools(struct dp_build *build);
bool dp_build_attachments(struct dp_build *build, const Nfaas__Dataplane__V1__Tenant *message,
	struct dp_state_tenant *tenant);
bool dp_build_tenants(struct dp_build *build);
bool dp_build_domain_lists(struct dp_build *build);
bool dp_build_views(struct dp_build *build);
/* Once all nodes are read and linked: edges inside pools, and nodes where nothing asks for flows' entries. */
void dp_build_inside(struct dp_build *build);
bool dp_build_shares(struct dp_build *build);
/* All edges of a view whose nodes are read; `n_edges` counts those that have counters of their own. */
bool dp_build_edges(struct dp_build *build, const Nfaas__Dataplane__V1__View *message, struct dp_view *view, unsigned *n_edges);
/* By name; NULL = none. */
struct dp_node *dp_build_find_node(const struct dp_view *view, const char *name);
bool dp_build_pins(struct dp_build *build);

/* That a pool's members are pods of this fabric; else an error on "pool". */
bool dp_build_check_pods(struct dp_build *build, const struct dp_state_pool *pool);

/* Fills a local firewall's rules and every firewall's rule names. */
bool dp_build_firewall(struct dp_build *build, const struct dp_state_tenant *tenant,
	const Nfaas__Dataplane__V1__Node *message, struct dp_node *node);

/* Finds or makes the counters of a view whose nodes, edges and rules are read. */
bool dp_build_view_counters(struct dp_build *build, struct dp_view *view, const char *uid, unsigned n_edges,
	unsigned n_rules);

/* *ipv4 = false for a well-formed IPv6 prefix, which dp_build_prefix6() then reads. A NULL message is everything. */
bool dp_build_prefix(struct dp_build *build, const Nfaas__Dataplane__V1__Prefix *message, const char *field,
	struct dp_prefix *prefix, bool *ipv4);
struct dp_prefix6 dp_build_prefix6(const Nfaas__Dataplane__V1__Prefix *message);
/* An empty list is everything. */
bool dp_build_prefixes(struct dp_build *build, Nfaas__Dataplane__V1__Prefix *const *messages, size_t n,
	const char *field, struct dp_prefixes *prefixes);
bool dp_build_port_range(struct dp_build *build, const Nfaas__Dataplane__V1__PortRange *message, const char *field,
	struct dp_port_range *range);
bool dp_build_protocol(struct dp_build *build, uint32_t value, uint8_t *protocol);
/* A NULL message is everything. */
bool dp_build_packet_match(struct dp_build *build, const Nfaas__Dataplane__V1__PacketMatch *message,
	struct dp_packet_match *match);
/* That no two names are alike. */
bool dp_build_unique_names(struct dp_build *build, char (*names)[DP_NAME_SIZE], unsigned n, const char *field);
/* Ways into other views for a node of this pod; `enter` is filled, and answers find back. */
bool dp_build_enter(struct dp_build *build, const struct dp_state_tenant *tenant, Nfaas__Dataplane__V1__Entrance *const *messages,
	size_t n, const struct dp_view *view, const struct dp_node *node, struct dp_enter *enter);
bool dp_build_dscp(struct dp_build *build, uint32_t value, const char *field);
bool dp_build_match(struct dp_build *build, const Nfaas__Dataplane__V1__Match *message, struct dp_match *match);

#endif
