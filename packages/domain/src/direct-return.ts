// SPDX-License-Identifier: Apache-2.0
import type { Attachment, DirectReturnServer } from "./kubernetes/objects.ts";
import { containsPrefix, parsePrefix } from "./prefix.ts";

/** Why packets can't be sent to a server; it is left out until that is mended. */
export interface ServerFault {
  server: DirectReturnServer;
  /** For people: what is wrong and what to do. */
  message: string;
}

/** The servers of an attachment that are hosts on its link, by name and address once each, and what is wrong with the others. */
export function judgeServers({ address, directReturn }: Attachment): {
  servers: DirectReturnServer[];
  faults: ServerFault[];
} {
  const servers: DirectReturnServer[] = [];
  const faults: ServerFault[] = [];
  const subnet = parsePrefix(address);
  for (const server of directReturn?.servers ?? []) {
    const host = parsePrefix(server.address);
    const fault =
      !host || !subnet || !containsPrefix(subnet, host)
        ? `${server.address} is not in the subnet of ${address}; servers are hosts on the attachment's own link`
        : host.address.every((byte, i) => byte === subnet.address[i])
          ? `${server.address} is the gateway's own address`
          : servers.some((s) => s.address === server.address)
            ? `${server.address} is another server's address`
            : undefined;
    if (fault === undefined) servers.push(server);
    else faults.push({ server, message: `server ${server.name}: ${fault}` });
  }
  return { servers, faults };
}
