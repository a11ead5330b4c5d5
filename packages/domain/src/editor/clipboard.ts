// SPDX-License-Identifier: Apache-2.0
// Copy, paste and duplicate: a copied part of a graph with the edges among its nodes.
import type { ChainEdge, ChainGraph, ChainNode, Position } from "../graph.ts";
import { addCommand, type Command } from "./command.ts";
import { freeName } from "./naming.ts";

export interface Clip {
  nodes: ChainNode[];
  edges: ChainEdge[];
}

export interface Paste {
  command: Command;
  /** Names of the new nodes, to be selected. */
  nodes: string[];
}

/** How far a copy is put from its original, so that both can be seen. */
export const pasteOffset: Position = { x: 40, y: 40 };

/** The named nodes and the edges that have both ends among them; null when none is known. */
export function copyNodes(graph: ChainGraph, names: Iterable<string>): Clip | null {
  const chosen = new Set(names);
  const nodes = graph.nodes.filter((node) => chosen.has(node.name));
  if (nodes.length === 0) return null;
  return { nodes, edges: graph.edges.filter((edge) => chosen.has(edge.from) && chosen.has(edge.to)) };
}

/** The command that adds a copy of the clip under free names. */
export function pasteClip(graph: ChainGraph, clip: Clip, offset: Position = pasteOffset): Paste {
  const nodeNames = new Set(graph.nodes.map((node) => node.name));
  const edgeNames = new Set(graph.edges.map((edge) => edge.name));
  const renamed = new Map<string, string>();
  const nodes = clip.nodes.map((node) => {
    const name = take(nodeNames, node.name);
    renamed.set(node.name, name);
    const position = { x: node.position.x + offset.x, y: node.position.y + offset.y };
    return structuredClone({ ...node, name, position });
  });
  const edges = clip.edges.map((edge) => {
    const from = renamed.get(edge.from) ?? edge.from;
    const to = renamed.get(edge.to) ?? edge.to;
    return structuredClone({ ...edge, name: take(edgeNames, `${from}-${to}`), from, to });
  });
  return { command: addCommand(graph, nodes, edges), nodes: nodes.map((node) => node.name) };
}

function take(used: Set<string>, wanted: string): string {
  const name = freeName(wanted, used);
  used.add(name);
  return name;
}
