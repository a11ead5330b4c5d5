// SPDX-License-Identifier: Apache-2.0
// Which parts of a drawing a packet has been at. Pure.
import type { ExplainedPacket } from "@/server/explain/types.ts";

export interface TracedPath {
  /** By node: whether the packet went on from it, or out. */
  nodes: ReadonlyMap<string, "passed" | "dropped">;
  edges: ReadonlySet<string>;
}

/** An edge of the drawing, whichever way packets take it. */
export const edgeKey = (a: string, b: string): string => [a, b].sort().join(" ");

/** Null when the packet was never in the drawn chain; it may be in more than one. */
export function tracedPath(packet: ExplainedPacket, chain: string): TracedPath | null {
  const hops = packet.hops.filter((hop) => hop.chain === chain);
  if (hops.length === 0 && packet.chain !== chain) return null;
  const nodes = new Map<string, "passed" | "dropped">();
  const edges = new Set<string>();
  for (const { node, verdict, nextNode } of hops) {
    if (node === "") continue;
    nodes.set(node, verdict === "dropped" ? "dropped" : "passed");
    if (nextNode !== null && verdict !== "dropped") edges.add(edgeKey(node, nextNode));
  }
  return { nodes, edges };
}
