/* SPDX-License-Identifier: Apache-2.0 */
#include "desired_internal.h"

#include <string.h>

view_t *
desired_view(struct desired *desired, uint32_t tenant_id, uint32_t view_id, const char *uid)
{
	view_t *view = desired_message(desired, &nfaas__dataplane__v1__view__descriptor);

	view->tenant_id = tenant_id;
	view->view_id = view_id;
	view->uid = desired_text(desired, "%s", uid);
	desired_push(desired, &desired->state.views, &desired->state.n_views, view);
	return view;
}

node_t *
desired_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si, uint32_t reverse_si,
	const char *pool)
{
	node_t *node = desired_message(desired, &nfaas__dataplane__v1__node__descriptor);

	node->name = desired_text(desired, "%s", name);
	node->state_key = desired_text(desired, "key-of-%s", name);
	node->forward_si = forward_si;
	node->reverse_si = reverse_si;
	node->pool = desired_text(desired, "%s", pool);
	desired_push(desired, &view->nodes, &view->n_nodes, node);
	return node;
}

node_t *
desired_attachment_node(struct desired *desired, view_t *view, const char *name, uint32_t forward_si,
	uint32_t reverse_si, const char *pool)
{
	node_t *node = desired_node(desired, view, name, forward_si, reverse_si, pool);

	node->kind_case = NFAAS__DATAPLANE__V1__NODE__KIND_ATTACHMENT;
	node->attachment = desired_message(desired, &nfaas__dataplane__v1__attachment_node__descriptor);
	node->attachment->name = desired_text(desired, "%s", name);
	return node;
}

void
desired_entered_from(struct desired *desired, node_t *attachment, const char *pool)
{
	desired_push(desired, &attachment->attachment->entered_from, &attachment->attachment->n_entered_from,
		desired_text(desired, "%s", pool));
}

static edge_t *
new_edge(struct desired *desired, const node_t *to)
{
	edge_t *edge = desired_message(desired, &nfaas__dataplane__v1__edge__descriptor);

	edge->to = desired_text(desired, "%s", to->name);
	return edge;
}

edge_t *
desired_edge(struct desired *desired, node_t *from, node_t *to)
{
	edge_t *forward = new_edge(desired, to);

	desired_push(desired, &from->forward, &from->n_forward, forward);
	desired_push(desired, &to->reverse, &to->n_reverse, new_edge(desired, from));
	return forward;
}

match_t *
desired_match(struct desired *desired, edge_t *edge)
{
	edge->match = desired_message(desired, &nfaas__dataplane__v1__match__descriptor);
	return edge->match;
}

packet_match_t *
desired_packet_match(struct desired *desired)
{
	packet_match_t *match = desired_message(desired, &nfaas__dataplane__v1__packet_match__descriptor);

	match->flow = desired_message(desired, &nfaas__dataplane__v1__match__descriptor);
	return match;
}

void
desired_dscp(struct desired *desired, packet_match_t *match, uint32_t dscp)
{
	uint32_t *grown = desired_take(desired, (match->n_dscps + 1) * sizeof(*grown));

	if (match->n_dscps > 0)
		memcpy(grown, match->dscps, match->n_dscps * sizeof(*grown));
	grown[match->n_dscps++] = dscp;
	match->dscps = grown;
}
