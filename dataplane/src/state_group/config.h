/* SPDX-License-Identifier: Apache-2.0 */
/* What the desired state says about a state group, checked. */
#ifndef NFAAS_GROUP_CONFIG_H
#define NFAAS_GROUP_CONFIG_H

#include "datapath/datapath.h"
#include "state_group/message.h"

#define GROUP_MEMBERS_MAX 32 /* other than this pod */

/* Where a member listens. */
struct group_endpoint {
	uint8_t address[16];     /* network order; IPv4 is the first 4 bytes, the others are 0 */
	uint16_t address_length; /* 4 or 16 */
	uint16_t port;           /* host order */
};

struct group_member {
	char pod[GROUP_NAME_MAX + 1];
	struct group_endpoint endpoint;
};

struct group_config {
	char name[GROUP_NAME_MAX + 1];
	struct group_endpoint endpoint; /* this pod's; members' are of the same family */
	uint32_t interval_ms;
	struct group_key key;
	unsigned n_members;
	struct group_member members[GROUP_MEMBERS_MAX]; /* without this pod */
};

/* False with *error. `pod` is this one; a function without flows to share refuses any group. */
bool group_config_read(struct group_config *config, const Nfaas__Dataplane__V1__StateGroup *message, const char *pod,
	bool shares_flows, struct dp_error *error);

/* NULL when the pod is no member. */
const struct group_member *group_config_find(const struct group_config *config, const char *pod);

#endif
