// SPDX-License-Identifier: Apache-2.0
import type { Attachment, DirectReturnServer } from "./kubernetes/objects.ts";
import { containsPrefix, type Prefix, parsePrefix } from "./prefix.ts";

/** Why packets can't be sent to a server; it is left out until that is mended. */
export interface ServerFault {
  server: DirectReturnServer;
  /** For people: what is wrong and what to do. */
  message: string;
}

const areEqual = (a: Prefix | undefined, b: Prefix) =>
  a?.family === b.family && a.address.every((byte, i) => byte === b.address[i]);

/** The servers of an attachment that are hosts on its link, by name and address once each, and what is wrong with the others. */
export function judgeServers({ address, address6, directReturn }: Attachment): {
  servers: DirectReturnServer[];
  faults: ServerFault[];
} {
  const servers: DirectReturnServer[] = [];
  const faults: ServerFault[] = [];
  const subnets = [address, address6 ?? ""].flatMap((text) => parsePrefix(text) ?? []);
  for (const server of directReturn?.servers ?? []) {
    const host = parsePrefix(server.address);
    const subnet = host && subnets.find((s) => containsPrefix(s, host));
    const fault =
      !host || !subnet
        ? `${server.address} is not in the subnet of ${[address, address6].filter(Boolean).join(" or ")}; servers are hosts on the attachment's own link`
        : areEqual(host, subnet)
          ? `${server.address} is the gateway's own address`
          : servers.some((s) => areEqual(parsePrefix(s.address), host))
            ? `${server.address} is another server's address`
            : undefined;
    if (fault === undefined) servers.push(server);
    else faults.push({ server, message: `server ${server.name}: ${fault}` });
  }
  return { servers, faults };
}
