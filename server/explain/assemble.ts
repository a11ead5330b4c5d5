// SPDX-License-Identifier: Apache-2.0
// From the records of all pods to packets with their hops. Pure.
import type { ExplainRecord } from "@nfaas/domain";
import type { ExplainedPacket, ExplainHop, ExplainOutcome } from "./types.ts";

export interface ViewName {
  chain: string;
  revision: number;
}

const hop = (
  { trace: _, viewUid, viewId: _v, direction: _d, ...rest }: ExplainRecord,
  viewOf: (uid: string) => ViewName | undefined,
): ExplainHop => ({ ...rest, chain: viewOf(viewUid)?.chain ?? null });

/** A packet that a neighbour's silence or a full link took after its gateway let it go counts as dropped. */
function outcome(hops: readonly ExplainHop[]): ExplainOutcome {
  if (hops.some(({ verdict }) => verdict === "dropped")) return "dropped";
  return hops.some(({ verdict }) => verdict === "left") ? "left" : "unknown";
}

/** The TTL falls at every hop; a drop comes last of what happened at one node. */
const byWay = (a: ExplainRecord, b: ExplainRecord): number =>
  b.ttl - a.ttl || Number(a.verdict === "dropped") - Number(b.verdict === "dropped");

function packet(
  trace: number,
  records: ExplainRecord[],
  viewOf: (uid: string) => ViewName | undefined,
): ExplainedPacket {
  const ordered = records.sort(byWay);
  const placed = ordered.find(({ viewUid }) => viewUid !== "");
  const view = placed && viewOf(placed.viewUid);
  const hops = ordered.map((record) => hop(record, viewOf));
  return {
    trace,
    direction: ordered.find(({ direction }) => direction !== null)?.direction ?? null,
    chain: view?.chain ?? null,
    revision: view?.revision ?? null,
    viewId: placed?.viewId ?? null,
    outcome: outcome(hops),
    hops,
  };
}

/** Packets in the order in which they were numbered; each gateway counts on from numbers of its own. */
export function assemblePackets(
  records: readonly ExplainRecord[],
  viewOf: (uid: string) => ViewName | undefined,
): ExplainedPacket[] {
  const traces = new Map<number, ExplainRecord[]>();
  for (const record of records) traces.set(record.trace, [...(traces.get(record.trace) ?? []), record]);
  return [...traces].sort(([a], [b]) => a - b).map(([trace, of]) => packet(trace, of, viewOf));
}
