/* SPDX-License-Identifier: Apache-2.0 */
#include "firewall_log.h"

#include <string.h>

void
dp_firewall_log(struct dp_context *context, const struct dp_packet *packet, const struct dp_flow *flow, uint8_t side,
	uint16_t rule, dp_drop_reason_t reason)
{
	const struct dp_node *node = packet->node;
	struct dp_flow_log *log = &context->tenant->tenant->flow_log;
	uint32_t one_in = node->log_one_in[rule];
	struct dp_flow_log_entry *entry;

	if (!dp_flow_log_draws(packet->hash, context->tsc, one_in))
		return;
	entry = dp_flow_log_next(log, context->now);
	if (entry == NULL)
		return;
	*entry = (struct dp_flow_log_entry){
		.tsc = context->tsc,
		.flow = *flow,
		.one_in = one_in,
		.side = side,
		.direction = packet->meta->spi,
		.reason = (uint8_t)reason,
		.view_id = packet->meta->view_id,
		.by_default = rule == node->n_rules,
	};
	memcpy(entry->view_uid, packet->view->counters->uid, DP_NAME_SIZE);
	memcpy(entry->node, node->name, DP_NAME_SIZE);
	if (rule < node->n_rules)
		memcpy(entry->rule, node->rule_names[rule], DP_NAME_SIZE);
	dp_flow_log_publish(log);
}
