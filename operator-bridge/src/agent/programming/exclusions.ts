// SPDX-License-Identifier: Apache-2.0
// What a pod has refused, so that the rest can be sent without it. Pure.

import { type DesiredState, ErrorCode, type Error as WireError } from "../generated/nfaas_dataplane_pb.ts";
import type { BuiltState } from "./desired-state.ts";

export interface Refusal {
  /** CamelCase, stable. */
  reason: string;
  message: string;
}

export interface Exclusions {
  /** By uid. */
  views: ReadonlyMap<string, Refusal>;
  /** By name. */
  edgePorts: ReadonlyMap<string, Refusal>;
  /** By peer. */
  links: ReadonlyMap<string, Refusal>;
  /** By tenant and name, as "acme/branch". */
  attachments: ReadonlyMap<string, Refusal>;
  /** Of flows with other pods. */
  sharing?: Refusal;
}

export const noExclusions: Exclusions = {
  views: new Map(),
  edgePorts: new Map(),
  links: new Map(),
  attachments: new Map(),
};

/** "LIMIT_EXCEEDED" to "LimitExceeded". */
export const reasonOf = (code: ErrorCode): string =>
  (ErrorCode[code] ?? "INTERNAL")
    .toLowerCase()
    .replace(/(^|_)([a-z])/g, (_, __, letter) => letter.toUpperCase());

export const refusalOf = ({ code, message, field }: WireError): Refusal => ({
  reason: reasonOf(code),
  message: field === "" ? message : `${field}: ${message}`,
});

const indexIn = (field: string, list: string): number | undefined => {
  const found = new RegExp(`^${list}\\[(\\d+)\\]`).exec(field);
  return found ? Number(found[1]) : undefined;
};

function attachmentIn(field: string, { tenants }: DesiredState): string | undefined {
  const tenant = tenants[indexIn(field, "tenants") ?? -1];
  const found = tenant?.attachments[indexIn(field, "tenants\\[\\d+\\]\\.attachments") ?? -1];
  return tenant && found && `${tenant.name}/${found.name}`;
}

/** What to leave out so that the rest may be taken; undefined when the error is about the whole. */
export function exclude(
  exclusions: Exclusions,
  error: WireError,
  { message, views }: BuiltState,
): Exclusions | undefined {
  const refusal = refusalOf(error);
  if (error.field.startsWith("state_group")) return { ...exclusions, sharing: refusal };
  const at = message.views.findIndex(
    (v, i) =>
      (error.viewId !== 0 && v.tenantId === error.tenantId && v.viewId === error.viewId) ||
      (error.viewId === 0 && indexIn(error.field, "views") === i),
  );
  const uid = views[at]?.metadata.uid;
  if (uid !== undefined) return { ...exclusions, views: new Map(exclusions.views).set(uid, refusal) };
  const port = message.edgePorts[indexIn(error.field, "edge_ports") ?? -1];
  if (port) return { ...exclusions, edgePorts: new Map(exclusions.edgePorts).set(port.name, refusal) };
  const attachment = attachmentIn(error.field, message);
  if (attachment !== undefined)
    return { ...exclusions, attachments: new Map(exclusions.attachments).set(attachment, refusal) };
  const link = message.fabric?.links[indexIn(error.field, "fabric\\.links") ?? -1];
  if (link) return { ...exclusions, links: new Map(exclusions.links).set(link.peer, refusal) };
}

/** The ports, links and groups that are left out, in words. */
export const describeFaults = ({ edgePorts, links, attachments, sharing }: Exclusions): string[] => {
  const words =
    (what: string) =>
    ([name, { reason, message }]: [string, Refusal]) =>
      `${what} ${name}: ${reason}: ${message}`;
  return [
    ...[...edgePorts].map(words("edge port")),
    ...[...links].map(words("link to")),
    ...[...attachments].map(words("attachment")),
    ...(sharing ? [`state group: ${sharing.reason}: ${sharing.message}`] : []),
  ];
};
