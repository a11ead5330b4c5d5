// SPDX-License-Identifier: Apache-2.0
// New nodes and edges: what they are called, where they sit, what they start with.
import { functionKinds } from "../functions/catalogue.ts";
import type { AttachmentNode, ChainEdge, ChainGraph, FunctionNode, Position } from "../graph.ts";
import { nodeSize } from "./layout.ts";
import { freeEdgeName, freeNodeName } from "./naming.ts";

/** What the palette offers: an attachment of the tenant or a function of the catalogue. */
export type PaletteItem = { kind: "attachment" | "function"; name: string };

export function newNode(
  graph: ChainGraph,
  item: PaletteItem,
  position: Position,
): AttachmentNode | FunctionNode {
  const name = freeNodeName(graph, item.name);
  if (item.kind === "attachment") return { kind: "attachment", name, attachment: item.name, position };
  const kind = Object.hasOwn(functionKinds, item.name) ? functionKinds[item.name] : undefined;
  const config = structuredClone(kind?.defaultConfig ?? {});
  return { kind: "function", name, function: item.name, config, position };
}

/** Right of the rightmost node, on its row; the origin in an empty graph. For adding without a pointer. */
export function nextPosition(graph: ChainGraph): Position {
  const last = graph.nodes.reduce<Position | null>(
    (right, node) => (right && right.x >= node.position.x ? right : node.position),
    null,
  );
  return last ? { x: last.x + nodeSize.width + 152, y: last.y } : { x: 0, y: 0 };
}

/**
 * The edge from one node to another; null when there can't be one: an unknown end, a node onto itself, or one that
 * stands already on that output.
 */
export function newEdge(graph: ChainGraph, from: string, to: string, output?: string): ChainEdge | null {
  const known = (name: string) => graph.nodes.some((node) => node.name === name);
  if (from === to || !known(from) || !known(to)) return null;
  if (graph.edges.some((edge) => edge.from === from && edge.to === to && edge.output === output)) return null;
  return { name: freeEdgeName(graph, from, to), from, to, ...(output ? { output } : {}) };
}
