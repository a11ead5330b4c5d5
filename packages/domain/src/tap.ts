// SPDX-License-Identifier: Apache-2.0
import type { Attachment } from "./kubernetes/objects.ts";
import { containsPrefix, parsePrefix } from "./prefix.ts";

/** Names of the attachments that only receive. */
export const tapsOf = (attachments: readonly Attachment[]): string[] =>
  attachments.filter((a) => a.tap).map((a) => a.name);

/** Why copies can't be sent to a tap's collector, for people; undefined = they can, or it is no tap. */
export function judgeTap({ address, directReturn, tap }: Attachment): string | undefined {
  if (!tap) return;
  const [subnet, host] = [parsePrefix(address), parsePrefix(tap.collector)];
  if (directReturn) return "a tap has a collector and no servers of direct return; remove one of the two";
  if (!host || !subnet || !containsPrefix(subnet, host))
    return `collector ${tap.collector} is not in the subnet of ${address}; it is a host on the tap's own link`;
  if (host.address.every((byte, i) => byte === subnet.address[i]))
    return `collector ${tap.collector} is the gateway's own address`;
}
