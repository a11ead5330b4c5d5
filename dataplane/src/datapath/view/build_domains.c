/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of domain names: built anew only when no state before has one with the digest. */
#include "build.h"

#include <string.h>

#include <openssl/evp.h>

#define LISTS_MAX 1024

typedef Nfaas__Dataplane__V1__DomainList list_message_t;

static struct dp_domain_set *
find_set(const struct dp_state *state, const uint8_t *digest)
{
	for (unsigned i = 0; state != NULL && i < state->n_domain_lists; i++)
		if (state->domain_lists[i].set != NULL && memcmp(state->domain_lists[i].set->digest, digest, DP_DOMAIN_DIGEST) == 0)
			return state->domain_lists[i].set;
	return NULL;
}

static struct dp_domain_set *
create_set(struct dp_build *build, const list_message_t *message)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	struct dp_domain_set *set;
	size_t line;

	if (EVP_Digest(message->names.data, message->names.len, digest, NULL, EVP_sha256(), NULL) != 1) {
		dp_build_fail_memory(build);
		return NULL;
	}
	if (memcmp(digest, message->digest.data, DP_DOMAIN_DIGEST) != 0) {
		if (message->names.len == 0)
			dp_build_fail(build, DP_CODE(UNKNOWN_REFERENCE), "names", "there is no list with this digest: tell its names");
		else
			dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "digest", "is not that of the names");
		return NULL;
	}
	set = dp_domain_set_create(&build->dp->domain_key, digest, message->names.data, message->names.len, &line);
	if (set == NULL && line == 0)
		dp_build_fail_memory(build);
	else if (set == NULL)
		dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "names", "line %zu is no domain name", line);
	return set;
}

static bool
build_list(struct dp_build *build, const list_message_t *message, struct dp_domain_list *list)
{
	struct dp_domain_set *set;

	if (!dp_build_name(build, list->name, message->name, "name"))
		return false;
	if (dp_state_find_domain_list(build->state, message->name) != list)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "name", "%s is there twice", list->name);
	if (message->digest.len != DP_DOMAIN_DIGEST)
		return dp_build_fail(build, DP_CODE(INVALID_ARGUMENT), "digest", "SHA-256 has %d bytes, not %zu", DP_DOMAIN_DIGEST,
			message->digest.len);
	set = find_set(build->previous, message->digest.data);
	if (set == NULL)
		set = find_set(build->state, message->digest.data);
	list->set = set != NULL ? dp_domain_set_ref(set) : create_set(build, message);
	return list->set != NULL;
}

bool
dp_build_domain_lists(struct dp_build *build)
{
	const Nfaas__Dataplane__V1__DesiredState *desired = build->desired;
	struct dp_state *state = build->state;

	if (desired->n_domain_lists > LISTS_MAX)
		return dp_build_fail(build, DP_CODE(LIMIT_EXCEEDED), "domain_lists", "%zu lists; at most %d",
			desired->n_domain_lists, LISTS_MAX);
	state->domain_lists = dp_build_alloc(build, desired->n_domain_lists, sizeof(*state->domain_lists));
	if (state->domain_lists == NULL)
		return false;
	for (size_t i = 0; i < desired->n_domain_lists; i++) {
		size_t mark = dp_path_enter(build, "domain_lists[%zu]", i);

		state->n_domain_lists++;
		if (!build_list(build, desired->domain_lists[i], &state->domain_lists[i]))
			return false;
		dp_path_leave(build, mark);
	}
	return true;
}
