/* SPDX-License-Identifier: Apache-2.0 */
/* Guarantee: members of a state group listen and connect at IPv4 and at IPv6 addresses, all of a group at those of one family;
 * a state that says otherwise is refused, with the field that is wrong. */
#include "check.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "state_group/connection.h"

#define SKIPPED 77 /* what meson takes for it */
#define PATIENCE_MS 30000
#define INVALID NFAAS__DATAPLANE__V1__ERROR_CODE__ERROR_CODE_INVALID_ARGUMENT

typedef Nfaas__Dataplane__V1__StateGroup message_t;
typedef Nfaas__Dataplane__V1__StateGroupMember member_t;

static uint8_t key[GROUP_KEY_SIZE], ipv4[4] = {127, 0, 0, 1}, ipv6[16] = {[15] = 1};

struct group_of_two {
	message_t message;
	member_t members[2], *list[2];
};

static void
make_group(struct group_of_two *group, size_t own_length, size_t other_length)
{
	const struct { const char *pod; size_t length; } says[2] = {{"a", own_length}, {"b", other_length}};

	group->message = (message_t)NFAAS__DATAPLANE__V1__STATE_GROUP__INIT;
	for (unsigned i = 0; i < 2; i++) {
		group->list[i] = &group->members[i];
		group->members[i] = (member_t)NFAAS__DATAPLANE__V1__STATE_GROUP_MEMBER__INIT;
		group->members[i].pod = (char *)says[i].pod;
		group->members[i].address = (ProtobufCBinaryData){says[i].length, says[i].length == 4 ? ipv4 : ipv6};
		group->members[i].port = 7100 + i;
	}
	group->message.name = (char *)"g";
	group->message.address = group->members[0].address;
	group->message.port = group->members[0].port;
	group->message.key = (ProtobufCBinaryData){sizeof(key), key};
	group->message.interval_ms = 1000;
	group->message.members = group->list;
	group->message.n_members = 2;
}

static struct group_config
read_group(size_t length)
{
	struct group_of_two group;
	struct group_config config;
	struct dp_error error;

	make_group(&group, length, length);
	CHECK("it is read", group_config_read(&config, &group.message, "a", true, &error));
	return config;
}

static void
check_that_both_families_are_read(void)
{
	struct group_config v4 = read_group(4), v6 = read_group(16);

	CHECK("IPv4 is 4 bytes", v4.endpoint.address_length == 4 && memcmp(v4.endpoint.address, ipv4, 4) == 0);
	CHECK("IPv6 is 16", v6.endpoint.address_length == 16 && memcmp(v6.endpoint.address, ipv6, 16) == 0);
	CHECK("the other is the member", v6.n_members == 1 && strcmp(v6.members[0].pod, "b") == 0);
	CHECK("with its port", v6.members[0].endpoint.port == 7101 && v6.members[0].endpoint.address_length == 16);
}

static void
check_refusal(size_t own_length, size_t other_length, const char *field)
{
	struct group_of_two group;
	struct group_config config;
	struct dp_error error;

	make_group(&group, own_length, other_length);
	CHECK("it is refused", !group_config_read(&config, &group.message, "a", true, &error));
	CHECK("as a wrong value", error.code == INVALID);
	CHECK("of that field", strcmp(error.field, field) == 0);
}

/* The port that the kernel chose. */
static uint16_t
port_of(int fd)
{
	struct sockaddr_in6 address; /* the port is at the same place in both families' */
	socklen_t size = sizeof(address);

	CHECK("it has a name", getsockname(fd, (struct sockaddr *)&address, &size) == 0);
	return ntohs(address.sin6_port);
}

/* False where the machine has no such address. */
static bool
check_that_one_hears_the_other(size_t length)
{
	struct group_endpoint endpoint = read_group(length).endpoint;
	struct pollfd listener = {.events = POLLIN};
	char heard;
	int from, to;

	endpoint.port = 0; /* any */
	listener.fd = connection_listener(&endpoint, 1);
	if (listener.fd < 0 && (errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT))
		return false;
	CHECK("it listens", listener.fd >= 0);
	endpoint.port = port_of(listener.fd);
	from = connection_begin(&endpoint);
	CHECK("one connects", from >= 0 && poll(&listener, 1, PATIENCE_MS) == 1);
	to = accept(listener.fd, NULL, NULL);
	CHECK("is let in", to >= 0);
	CHECK("is heard", send(from, "x", 1, 0) == 1 && recv(to, &heard, 1, 0) == 1 && heard == 'x');
	close(from);
	close(to);
	close(listener.fd);
	return true;
}

int
main(void)
{
	check_that_both_families_are_read();
	check_refusal(4, 16, "state_group.members[1]");
	check_refusal(16, 4, "state_group.members[1]");
	check_refusal(5, 5, "state_group.address");
	check_refusal(0, 4, "state_group.address");
	CHECK("over IPv4", check_that_one_hears_the_other(4));
	return check_that_one_hears_the_other(16) ? 0 : SKIPPED;
}
