/* SPDX-License-Identifier: Apache-2.0 */
#include "port/port_spec.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <net/if.h>

typedef Nfaas__Dataplane__V1__DesiredState desired_state;

bool
port_refuse(struct dp_error *error, Nfaas__Dataplane__V1__ErrorCode code, const char *field, const char *format, ...)
{
	va_list args;

	memset(error, 0, sizeof(*error));
	error->code = code;
	snprintf(error->field, sizeof(error->field), "%s", field);
	va_start(args, format);
	vsnprintf(error->message, sizeof(error->message), format, args);
	va_end(args);
	return false;
}

static bool
read_mac(const ProtobufCBinaryData *bytes, struct rte_ether_addr *mac)
{
	if (bytes->len != RTE_ETHER_ADDR_LEN)
		return false;
	memcpy(mac->addr_bytes, bytes->data, RTE_ETHER_ADDR_LEN);
	return true;
}

static bool
read_text(const char *text, char *to, size_t size)
{
	if (text[0] == '\0' || strlen(text) >= size)
		return false;
	snprintf(to, size, "%s", text);
	return true;
}

bool
port_spec_of_link(const desired_state *desired, unsigned i, struct port_spec *spec, struct dp_port *dp,
	struct dp_error *error)
{
	const Nfaas__Dataplane__V1__FabricLink *link = desired->fabric->links[i];
	char field[64];
	const char *part = NULL;

	*spec = (struct port_spec){.fabric = true};
	*dp = (struct dp_port){.fabric = true};
	if (!read_text(link->peer, spec->name, sizeof(spec->name)))
		part = "peer";
	else if (!dp_fabric_address_read(&link->address, &dp->peer_address, &dp->peer_address6))
		part = "address";
	else if (!read_mac(&link->mac, &dp->peer_mac))
		part = "mac";
	else if (link->memif == NULL)
		part = "memif";
	else if (!read_text(link->memif->socket, spec->target, sizeof(spec->target)))
		part = "memif.socket";
	if (part == NULL && !read_mac(&desired->fabric->mac, &dp->mac))
		return port_refuse(error, PORT_CODE(INVALID_ARGUMENT), "fabric.mac", "give 6 bytes");
	snprintf(field, sizeof(field), "fabric.links[%u].%s", i, part == NULL ? "" : part);
	if (part != NULL)
		return port_refuse(error, PORT_CODE(INVALID_ARGUMENT), field,
			"missing or malformed: names have 1 to 63 bytes, socket paths at most 107, addresses 4 or 16, MACs 6");
	spec->server = link->memif->server;
	memcpy(dp->name, spec->name, sizeof(dp->name));
	return true;
}

bool
port_spec_of_edge(const desired_state *desired, unsigned i, struct port_spec *spec, struct dp_port *dp,
	struct dp_error *error)
{
	const Nfaas__Dataplane__V1__EdgePort *edge = desired->edge_ports[i];
	char field[64];

	*spec = (struct port_spec){.driver = edge->driver};
	*dp = (struct dp_port){0};
	snprintf(field, sizeof(field), "edge_ports[%u].", i);
	size_t n = strlen(field);
	if (!read_text(edge->name, spec->name, sizeof(spec->name))) {
		snprintf(field + n, sizeof(field) - n, "name");
		return port_refuse(error, PORT_CODE(INVALID_ARGUMENT), field, "give 1 to 63 bytes");
	}
	if (!read_text(edge->interface, spec->target, IF_NAMESIZE)) {
		snprintf(field + n, sizeof(field) - n, "interface");
		return port_refuse(error, PORT_CODE(INVALID_ARGUMENT), field, "give an interface name of 1 to 15 bytes");
	}
	if (edge->driver == NFAAS__DATAPLANE__V1__EDGE_DRIVER__EDGE_DRIVER_UNSPECIFIED) {
		spec->driver = NFAAS__DATAPLANE__V1__EDGE_DRIVER__EDGE_DRIVER_AF_PACKET;
	} else if (edge->driver > NFAAS__DATAPLANE__V1__EDGE_DRIVER__EDGE_DRIVER_AF_XDP) {
		snprintf(field + n, sizeof(field) - n, "driver");
		return port_refuse(error, PORT_CODE(UNSUPPORTED), field, "driver %d is not known", (int)edge->driver);
	}
	memcpy(dp->name, spec->name, sizeof(dp->name));
	return true;
}

bool
port_spec_equals(const struct port_spec *a, const struct port_spec *b)
{
	return a->fabric == b->fabric && a->server == b->server && a->driver == b->driver &&
		strcmp(a->name, b->name) == 0 && strcmp(a->target, b->target) == 0;
}
