// SPDX-License-Identifier: Apache-2.0
// What the editor can do to a graph, as data. Every command that is applied yields the one that takes it back, so undo
// needs no copies of the graph and a history can be replayed.
import type { ChainEdge, ChainGraph, ChainNode, EdgeMatch, Position, Rollout } from "../graph.ts";

/** An item with the place in its list it is to have, so that taking back a removal restores the order too. */
export interface Placed<Item> {
  index: number;
  item: Item;
}

export type Command =
  | { type: "insert"; nodes: Placed<ChainNode>[]; edges: Placed<ChainEdge>[] }
  /** Removes the named nodes and edges, and every edge that touches a removed node. */
  | { type: "remove"; nodes: string[]; edges: string[] }
  | { type: "move"; positions: Record<string, Position> }
  | { type: "rename"; from: string; to: string }
  | { type: "setConfig"; node: string; config: unknown }
  | { type: "setMatch"; edge: string; match: EdgeMatch | undefined }
  | { type: "setOutput"; edge: string; output: string | undefined }
  | { type: "setRollout"; rollout: Rollout | undefined }
  | { type: "replace"; graph: ChainGraph };

export interface Applied {
  graph: ChainGraph;
  inverse: Command;
}

/**
 * Applies a command. Returns null when it would change nothing (an unknown name, the same value, a name that is taken):
 * such a command must not enter the history.
 */
export function applyCommand(graph: ChainGraph, command: Command): Applied | null {
  switch (command.type) {
    case "insert":
      return insert(graph, command.nodes, command.edges);
    case "remove":
      return remove(graph, command.nodes, command.edges);
    case "move":
      return move(graph, command.positions);
    case "rename":
      return rename(graph, command.from, command.to);
    case "setConfig":
      return setConfig(graph, command.node, command.config);
    case "setMatch":
      return setMatch(graph, command.edge, command.match);
    case "setOutput":
      return setOutput(graph, command.edge, command.output);
    case "setRollout":
      return setRollout(graph, command.rollout);
    case "replace":
      if (sameGraph(graph, command.graph)) return null;
      return { graph: command.graph, inverse: { type: "replace", graph } };
  }
}

/** Appends at the end of both lists. */
export function addCommand(graph: ChainGraph, nodes: ChainNode[], edges: ChainEdge[] = []): Command {
  return {
    type: "insert",
    nodes: nodes.map((item, offset) => ({ index: graph.nodes.length + offset, item })),
    edges: edges.map((item, offset) => ({ index: graph.edges.length + offset, item })),
  };
}

/** Structural equality; key order and undefined fields don't count, the order of nodes and edges does. */
export function sameGraph(left: ChainGraph, right: ChainGraph): boolean {
  return left === right || stable(left) === stable(right);
}

/** Equality of the way packets take: where a node sits on the screen and how it is rolled out don't count. */
export function sameIntent(left: ChainGraph, right: ChainGraph): boolean {
  const origin = { x: 0, y: 0 };
  const flat = (graph: ChainGraph) => ({
    nodes: graph.nodes.map((node) => ({ ...node, position: origin })),
    edges: graph.edges,
  });
  return stable(flat(left)) === stable(flat(right));
}

function insert(graph: ChainGraph, nodes: Placed<ChainNode>[], edges: Placed<ChainEdge>[]): Applied | null {
  const takenNodes = new Set(graph.nodes.map((node) => node.name));
  const takenEdges = new Set(graph.edges.map((edge) => edge.name));
  if (nodes.length + edges.length === 0) return null;
  if (nodes.some(({ item }) => takenNodes.has(item.name))) return null;
  if (edges.some(({ item }) => takenEdges.has(item.name))) return null;
  return {
    graph: { ...graph, nodes: place(graph.nodes, nodes), edges: place(graph.edges, edges) },
    inverse: {
      type: "remove",
      nodes: nodes.map(({ item }) => item.name),
      edges: edges.map(({ item }) => item.name),
    },
  };
}

function remove(graph: ChainGraph, nodes: string[], edges: string[]): Applied | null {
  const goneNodes = new Set(nodes);
  const goneEdges = new Set(edges);
  const nodeGoes = (node: ChainNode) => goneNodes.has(node.name);
  const edgeGoes = (edge: ChainEdge) =>
    goneEdges.has(edge.name) || goneNodes.has(edge.from) || goneNodes.has(edge.to);
  const removedNodes = withIndex(graph.nodes).filter(({ item }) => nodeGoes(item));
  const removedEdges = withIndex(graph.edges).filter(({ item }) => edgeGoes(item));
  if (removedNodes.length + removedEdges.length === 0) return null;
  return {
    graph: {
      ...graph,
      nodes: graph.nodes.filter((node) => !nodeGoes(node)),
      edges: graph.edges.filter((edge) => !edgeGoes(edge)),
    },
    inverse: { type: "insert", nodes: removedNodes, edges: removedEdges },
  };
}

function move(graph: ChainGraph, positions: Record<string, Position>): Applied | null {
  const before: Record<string, Position> = {};
  const nodes = graph.nodes.map((node) => {
    const to = Object.hasOwn(positions, node.name) ? positions[node.name] : undefined;
    if (!to || (to.x === node.position.x && to.y === node.position.y)) return node;
    before[node.name] = node.position;
    return { ...node, position: to };
  });
  if (Object.keys(before).length === 0) return null;
  return { graph: { ...graph, nodes }, inverse: { type: "move", positions: before } };
}

function rename(graph: ChainGraph, from: string, to: string): Applied | null {
  const known = graph.nodes.some((node) => node.name === from);
  const taken = graph.nodes.some((node) => node.name === to);
  if (!known || taken) return null;
  const end = (name: string) => (name === from ? to : name);
  return {
    graph: {
      ...graph,
      nodes: graph.nodes.map((node) => (node.name === from ? { ...node, name: to } : node)),
      edges: graph.edges.map((edge) => ({ ...edge, from: end(edge.from), to: end(edge.to) })),
    },
    inverse: { type: "rename", from: to, to: from },
  };
}

function setConfig(graph: ChainGraph, name: string, config: unknown): Applied | null {
  const node = graph.nodes.find((candidate) => candidate.name === name);
  if (node?.kind !== "function" || stable(node.config) === stable(config)) return null;
  return {
    graph: { ...graph, nodes: graph.nodes.map((other) => (other === node ? { ...node, config } : other)) },
    inverse: { type: "setConfig", node: name, config: node.config },
  };
}

function setMatch(graph: ChainGraph, name: string, match: EdgeMatch | undefined): Applied | null {
  const edge = graph.edges.find((candidate) => candidate.name === name);
  if (!edge || stable(edge.match) === stable(match)) return null;
  const { match: before, ...rest } = edge;
  const after: ChainEdge = match ? { ...rest, match } : rest;
  return { graph: withEdge(graph, edge, after), inverse: { type: "setMatch", edge: name, match: before } };
}

function setOutput(graph: ChainGraph, name: string, output: string | undefined): Applied | null {
  const edge = graph.edges.find((candidate) => candidate.name === name);
  if (!edge || edge.output === output) return null;
  const { output: before, ...rest } = edge;
  const after: ChainEdge = output ? { ...rest, output } : rest;
  return { graph: withEdge(graph, edge, after), inverse: { type: "setOutput", edge: name, output: before } };
}

function setRollout(graph: ChainGraph, rollout: Rollout | undefined): Applied | null {
  const { rollout: before, ...rest } = graph;
  if (stable(before) === stable(rollout)) return null;
  return { graph: rollout ? { ...rest, rollout } : rest, inverse: { type: "setRollout", rollout: before } };
}

function withEdge(graph: ChainGraph, before: ChainEdge, after: ChainEdge): ChainGraph {
  return { ...graph, edges: graph.edges.map((edge) => (edge === before ? after : edge)) };
}

function withIndex<Item>(items: Item[]): Placed<Item>[] {
  return items.map((item, index) => ({ index, item }));
}

/** Inserts in ascending order of index, each at the place it shall have in the end. */
function place<Item>(items: Item[], placed: Placed<Item>[]): Item[] {
  const result = [...items];
  for (const { index, item } of [...placed].sort((a, b) => a.index - b.index)) result.splice(index, 0, item);
  return result;
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner === null || typeof inner !== "object" || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
