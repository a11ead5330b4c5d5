// SPDX-License-Identifier: Apache-2.0
import type { Attachment } from "./kubernetes/objects.ts";
import { parsePrefix } from "./prefix.ts";
import { judgeTap } from "./tap.ts";

const isInSubnet = (text: string, family: 4 | 6): boolean =>
  text.includes("/") && parsePrefix(text)?.family === family;

/**
 * Why no gateway can carry an attachment, for people; undefined = one can. A schema's pattern lets through what only looks like an
 * address, so it is asked before anything is told to a pod: one tenant's slip must not stop its neighbours on the node.
 */
export function judgeAttachment(attachment: Attachment): string | undefined {
  const { address, address6, prefixes } = attachment;
  if (!isInSubnet(address, 4))
    return `address "${address}" is not an IPv4 address with the length of its subnet`;
  if (address6 !== undefined && !isInSubnet(address6, 6))
    return `address6 "${address6}" is not an IPv6 address with the length of its subnet`;
  const wrong = prefixes.find((p) => !parsePrefix(p));
  if (wrong !== undefined) return `prefix "${wrong}" is not an address prefix`;
  return judgeTap(attachment);
}
