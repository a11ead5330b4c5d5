/* SPDX-License-Identifier: Apache-2.0 */
/* What a DesiredState says of one port. */
#ifndef NFAAS_PORT_SPEC_H
#define NFAAS_PORT_SPEC_H

#include <sys/un.h>

#include "datapath/datapath.h"

#define PORT_CODE(name) NFAAS__DATAPLANE__V1__ERROR_CODE__ERROR_CODE_##name

/* What makes two ports the same; addresses may change while a port lives. */
struct port_spec {
	char name[sizeof(((struct dp_port *)0)->name)];
	bool fabric;
	bool server;
	char target[sizeof(((struct sockaddr_un *)0)->sun_path)]; /* socket path or interface */
	Nfaas__Dataplane__V1__EdgeDriver driver;
};

/* Reads link or edge port number i into a spec and what the datapath is told of it. False with *error filled. */
bool port_spec_of_link(const Nfaas__Dataplane__V1__DesiredState *desired, unsigned i, struct port_spec *spec,
	struct dp_port *dp, struct dp_error *error);
bool port_spec_of_edge(const Nfaas__Dataplane__V1__DesiredState *desired, unsigned i, struct port_spec *spec,
	struct dp_port *dp, struct dp_error *error);

bool port_spec_equals(const struct port_spec *a, const struct port_spec *b);

/* Fills *error; false. */
bool port_refuse(struct dp_error *error, Nfaas__Dataplane__V1__ErrorCode code, const char *field, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#endif
