// SPDX-License-Identifier: Apache-2.0
// What of the pods' flow logs is asked for and told. Pure.
import { formatPrefix } from "@nfaas/domain";
import {
  type DesiredState,
  Direction,
  DropReason,
  type Firewall,
  type FlowLogEntry as WireEntry,
} from "../generated/nfaas_dataplane_pb.ts";

/** A decision on a new flow; it stands for `oneIn` of them. */
export interface FlowLogEntry {
  /** Unix milliseconds. */
  time: number;
  pod: string;
  tenantId: number;
  viewId: number;
  node: string;
  direction: "forward" | "reverse";
  /** Who began the flow. */
  source: string;
  destination: string;
  /** IANA number. */
  protocol: number;
  sourcePort: number;
  destinationPort: number;
  /** "allowed", or why not: "denied", "new-flow-limited", ... */
  verdict: string;
  /** Empty = the default. */
  rule: string;
  oneIn: number;
}

const logs = ({ logOneIn, rules }: Firewall): boolean =>
  logOneIn > 0 || rules.some((rule) => rule.logOneIn > 0);

const known = new WeakMap<DesiredState, readonly number[]>();

/** Ids of the tenants with a firewall that logs in this state. */
export function loggingTenants(state: DesiredState): readonly number[] {
  const before = known.get(state);
  if (before) return before;
  const ids = state.views
    .filter(({ nodes }) => nodes.some(({ kind }) => kind.case === "firewall" && logs(kind.value)))
    .map(({ tenantId }) => tenantId);
  const tenants = [...new Set(ids)];
  known.set(state, tenants);
  return tenants;
}

function addressText(address: Uint8Array): string {
  const family = address.length === 4 ? 4 : 6;
  const [text = ""] = formatPrefix({ family, address, length: address.length * 8 }).split("/");
  return text;
}

/** @param now when the pod was asked, Unix milliseconds */
export const flowLogEntry = (pod: string, tenantId: number, entry: WireEntry, now: number): FlowLogEntry => ({
  time: now - Number(entry.ageNs / 1_000_000n),
  pod,
  tenantId,
  viewId: entry.viewId,
  node: entry.node,
  direction: entry.direction === Direction.REVERSE ? "reverse" : "forward",
  source: addressText(entry.source),
  destination: addressText(entry.destination),
  protocol: entry.protocol,
  sourcePort: entry.sourcePort,
  destinationPort: entry.destinationPort,
  verdict: entry.allowed
    ? "allowed"
    : (DropReason[entry.reason] ?? "unspecified").toLowerCase().replaceAll("_", "-"),
  rule: entry.rule,
  oneIn: entry.oneIn,
});
