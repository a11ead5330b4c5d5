// SPDX-License-Identifier: Apache-2.0
// Gives every node its place on the wire, and every node its ways back.
import { natPublicPrefixes } from "../functions/nat.ts";
import { hasErrors, type Issue } from "../issue.ts";
import type {
  ServiceChainEdge,
  ServiceChainNode,
  ServiceChainSpec,
  ViewNode,
} from "../kubernetes/objects.ts";
import { type Arrow, reachable, reversed, topologicalOrder } from "../topology.ts";
import type { GraphContext } from "../validate/context.ts";
import { validateGraph } from "../validate/validate-graph.ts";
import { graphFromSpec } from "./compile-chain.ts";

/** RFC 8300 section 2.2: the service index starts at 255 and falls. */
const firstServiceIndex = 255;

export type LaidOut = { ok: true; nodes: ViewNode[]; issues: Issue[] } | { ok: false; issues: Issue[] };

function serviceIndexes(names: readonly string[], edges: readonly Arrow[]): Map<string, number> {
  const order = topologicalOrder(names, edges) ?? [];
  return new Map(order.map((name, i) => [name, firstServiceIndex - i]));
}

/** Service indexes fall along every edge, forward in one numbering and in reverse in the other. */
export function layoutChain(spec: Pick<ServiceChainSpec, "nodes" | "edges">, context: GraphContext): LaidOut {
  const issues = validateGraph(graphFromSpec(spec), context);
  if (hasErrors(issues)) return { ok: false, issues };
  const names = spec.nodes.map((n) => n.name);
  const forward = serviceIndexes(names, spec.edges);
  const reverse = serviceIndexes(names, reversed(spec.edges));
  const nodes = spec.nodes.map(
    (node): ViewNode => ({
      ...node,
      forwardSi: forward.get(node.name) ?? 0,
      reverseSi: reverse.get(node.name) ?? 0,
    }),
  );
  return { ok: true, nodes, issues };
}

export interface ReverseEdge {
  /** Where the packet goes on its way back: the edge's own `from`. */
  to: string;
  /** Destinations that take this way; absent = all, when there is only one way. */
  destinations?: string[];
}

/** What packets that begin at a node, or are made over by it, have for a source. */
const sourcesOf = (node: ServiceChainNode, prefixes: ReadonlyMap<string, readonly string[]>) =>
  node.function === "nat" ? natPublicPrefixes(node.config) : (prefixes.get(node.attachment ?? "") ?? []);

/**
 * The ways back from a node: its incoming edges turned round. When there are several, a packet goes back towards the
 * attachments whose prefixes hold its destination, since that is where its flow entered; or towards a NAT, by its public
 * prefixes: what is before it has no other addresses here.
 * @param prefixes of each attachment, by attachment name
 */
export function reverseEdges(
  node: string,
  nodes: readonly ServiceChainNode[],
  edges: readonly ServiceChainEdge[],
  prefixes: ReadonlyMap<string, readonly string[]>,
): ReverseEdge[] {
  const previous = [...new Set(edges.filter((e) => e.to === node).map((e) => e.from))];
  if (previous.length <= 1) return previous.map((to) => ({ to }));
  const nats = new Set(nodes.filter((n) => n.function === "nat").map((n) => n.name));
  const back = reversed(edges).filter((e) => !nats.has(e.from));
  return previous.map((to) => {
    const upstream = reachable([to], back);
    const entries = nodes.filter((n) => upstream.has(n.name));
    return { to, destinations: entries.flatMap((n) => sourcesOf(n, prefixes)) };
  });
}
