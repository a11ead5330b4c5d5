// SPDX-License-Identifier: Apache-2.0
// Small graphs for the tests beside.
import type { ChainEdge, ChainGraph, ChainNode } from "../graph.ts";

export function node(name: string, x = 0, y = 0): ChainNode {
  return { kind: "function", name, function: "firewall", config: { rules: [] }, position: { x, y } };
}

export function edge(from: string, to: string): ChainEdge {
  return { name: `${from}-${to}`, from, to };
}

/** "a>b b>c" becomes the nodes a, b, c and the edges a-b, b-c. */
export function graph(text: string): ChainGraph {
  const pairs = text.split(" ").map((pair) => pair.split(">"));
  const names = [...new Set(pairs.flat())];
  return {
    nodes: names.map((name) => node(name)),
    edges: pairs.flatMap(([from, to]) => (from && to ? [edge(from, to)] : [])),
  };
}
