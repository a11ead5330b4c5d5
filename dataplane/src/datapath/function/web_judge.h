/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NFAAS_DP_WEB_JUDGE_H
#define NFAAS_DP_WEB_JUDGE_H

#include "../forward/context.h"

#define DP_WEB_PORTS_MAX 64

struct dp_web_list {
	const struct dp_domain_set *set; /* the state's */
	bool allow;
};

/* A node's configuration. */
struct dp_web_gateway {
	struct dp_web_list *lists;
	unsigned n_lists;
	unsigned n_ports;
	struct dp_port_range ports[DP_WEB_PORTS_MAX];
	bool allow_unlisted;
	bool allow_hidden;
	bool encrypted_hello_hidden;
};

/* Also the node's outputs and rules, less one. */
enum dp_web_verdict { DP_WEB_UNDECIDED, DP_WEB_ALLOWED, DP_WEB_DENIED, DP_WEB_UNKNOWN };

/* dp_flow_entry.rule: the verdict, what was done about it, and from bit 8 on the place of held packets, 0 = none. */
#define DP_WEB_VERDICT 0x03
#define DP_WEB_BEGUN 0x04   /* the entry is set up */
#define DP_WEB_REFUSED 0x08 /* the server has been told */
#define DP_WEB_PAGE 0x10    /* the client understands a page */
#define DP_WEB_PLACE_SHIFT 8

static inline enum dp_web_verdict
dp_web_verdict(const struct dp_flow_entry *entry)
{
	return (enum dp_web_verdict)(entry->rule & DP_WEB_VERDICT);
}

/* The payload of a TCP segment or UDP datagram. */
struct dp_web_payload {
	const uint8_t *at;
	uint16_t length;
	uint16_t offset;      /* in the packet's data */
	uint32_t sequence;    /* TCP: of its first byte; a SYN comes before it */
};

/* False when it is not all there: a fragment, or a header that is not well formed. */
bool dp_web_payload_read(const struct dp_packet *packet, struct dp_web_payload *payload);

/*
 * Looks at a client's packet with a payload, of a flow without a verdict. May give the flow one, may keep the packet.
 * DP_PASS: the flow has a verdict, by which this packet goes; DP_HELD; or why it is dropped.
 */
dp_drop_reason_t dp_web_judge(struct dp_context *context, struct dp_packet *packet);

/* The same for a packet of a flow with one: another connection by the same ports, in QUIC, has a name of its own. */
void dp_web_judge_again(struct dp_context *context, struct dp_packet *packet);

/* Gives up on a flow's name: what is held goes by `hidden`. */
void dp_web_give_up(struct dp_context *context, struct dp_held_flow *held);

/* Drops what is held of a flow: it begins anew. */
void dp_web_forget(struct dp_context *context, struct dp_flow_entry *entry);

/* Whether the node has an edge for the flow's verdict, which has to be an output. */
bool dp_web_has_output(const struct dp_node *node, enum dp_web_verdict verdict);

#endif
