// SPDX-License-Identifier: Apache-2.0
// Layered layout, left to right, after Sugiyama, Tagawa and Toda (1981): layers by longest path, order within a layer
// by the barycentre of the neighbours. Edges that close a loop are ignored: a graph that is being drawn may have some.
import type { ChainEdge, ChainGraph, Position } from "../graph.ts";

/** Size of a node on the canvas, pixels at zoom 1. */
export const nodeSize = { width: 208, height: 76 } as const;
const gap = { x: 152, y: 44 } as const;
const sweeps = 4;

/** A position for every node. Deterministic: the same graph gives the same picture. */
export function layoutGraph(graph: ChainGraph): Record<string, Position> {
  const edges = acyclicEdges(graph);
  const layers = orderLayers(toLayers(graph, edges), edges);
  const positions: Record<string, Position> = {};
  layers.forEach((layer, column) => {
    const top = -((layer.length - 1) * (nodeSize.height + gap.y)) / 2;
    layer.forEach((name, row) => {
      positions[name] = {
        x: column * (nodeSize.width + gap.x),
        y: top + row * (nodeSize.height + gap.y),
      };
    });
  });
  return positions;
}

/** The edges between known nodes without those that lead back to a node on the way from the start. */
function acyclicEdges(graph: ChainGraph): ChainEdge[] {
  const out = groupBy(graph.edges, (edge) => edge.from);
  const known = new Set(graph.nodes.map((node) => node.name));
  const state = new Map<string, "open" | "done">();
  const kept: ChainEdge[] = [];
  for (const node of graph.nodes) visit(node.name);
  return kept;

  // An own stack instead of recursion: a drawn graph may be a path of many hundred nodes.
  function visit(start: string): void {
    if (state.has(start)) return;
    state.set(start, "open");
    const stack = [{ name: start, next: 0 }];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const edge = out.get(top.name)?.[top.next++];
      if (!edge) {
        state.set(top.name, "done");
        stack.pop();
      } else if (known.has(edge.to) && state.get(edge.to) !== "open") {
        kept.push(edge);
        if (!state.has(edge.to)) {
          state.set(edge.to, "open");
          stack.push({ name: edge.to, next: 0 });
        }
      }
    }
  }
}

function toLayers(graph: ChainGraph, edges: ChainEdge[]): string[][] {
  const depth = longestPaths(graph, edges);
  const layers: string[][] = [];
  for (const node of graph.nodes) {
    const column = depth.get(node.name) ?? 0;
    while (layers.length <= column) layers.push([]);
    layers[column]!.push(node.name);
  }
  return layers.filter((layer) => layer.length > 0);
}

/** Kahn's algorithm: a node is done when all its predecessors are. */
function longestPaths(graph: ChainGraph, edges: ChainEdge[]): Map<string, number> {
  const depth = new Map(graph.nodes.map((node) => [node.name, 0]));
  const waiting = new Map(graph.nodes.map((node) => [node.name, 0]));
  for (const edge of edges) waiting.set(edge.to, (waiting.get(edge.to) ?? 0) + 1);
  const out = groupBy(edges, (edge) => edge.from);
  const ready = graph.nodes.map((node) => node.name).filter((name) => waiting.get(name) === 0);
  for (let name = ready.shift(); name !== undefined; name = ready.shift()) {
    for (const edge of out.get(name) ?? []) {
      depth.set(edge.to, Math.max(depth.get(edge.to) ?? 0, (depth.get(name) ?? 0) + 1));
      const left = (waiting.get(edge.to) ?? 1) - 1;
      waiting.set(edge.to, left);
      if (left === 0) ready.push(edge.to);
    }
  }
  return depth;
}

/** Sweeps forth and back, sorting each layer by where its neighbours in the layer just sorted stand. */
function orderLayers(layers: string[][], edges: ChainEdge[]): string[][] {
  const ins = groupBy(edges, (edge) => edge.to);
  const outs = groupBy(edges, (edge) => edge.from);
  let ordered = layers;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const forward = sweep % 2 === 0;
    const neighbours = (name: string) =>
      forward
        ? (ins.get(name) ?? []).map((edge) => edge.from)
        : (outs.get(name) ?? []).map((edge) => edge.to);
    const rank = new Map<string, number>();
    const walk = forward ? ordered : [...ordered].reverse();
    const sorted = walk.map((layer) => {
      const next = sortByBarycentre(layer, neighbours, rank);
      next.forEach((name, index) => {
        rank.set(name, (index + 0.5) / next.length);
      });
      return next;
    });
    ordered = forward ? sorted : sorted.reverse();
  }
  return ordered;
}

function sortByBarycentre(
  layer: string[],
  neighbours: (name: string) => string[],
  rank: Map<string, number>,
): string[] {
  const keyed = layer.map((name, index) => {
    const ranks = neighbours(name).flatMap((other) => rank.get(other) ?? []);
    const own = (index + 0.5) / layer.length;
    return { name, key: ranks.length ? ranks.reduce((sum, value) => sum + value, 0) / ranks.length : own };
  });
  return keyed.sort((a, b) => a.key - b.key).map(({ name }) => name);
}

function groupBy<Item>(items: Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
