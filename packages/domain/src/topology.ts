// SPDX-License-Identifier: Apache-2.0
// Pure questions about a directed graph given by node names and edges.

export interface Arrow {
  from: string;
  to: string;
}

export const reversed = (edges: readonly Arrow[]): Arrow[] =>
  edges.map(({ from, to }) => ({ from: to, to: from }));

function successors(edges: readonly Arrow[]): Map<string, string[]> {
  const map = new Map<string, string[]>();
  for (const { from, to } of edges) map.set(from, [...(map.get(from) ?? []), to]);
  return map;
}

/**
 * Kahn's algorithm (1962); among nodes that are ready the smallest name comes first, so that equal graphs get equal
 * orders. Undefined when there is a loop.
 */
export function topologicalOrder(nodes: readonly string[], edges: readonly Arrow[]): string[] | undefined {
  const incoming = new Map(nodes.map((n) => [n, 0]));
  for (const { to } of edges) incoming.set(to, (incoming.get(to) ?? 0) + 1);
  const next = successors(edges);
  const ready = nodes.filter((n) => incoming.get(n) === 0).sort();
  const order: string[] = [];
  for (let node = ready.shift(); node !== undefined; node = ready.shift()) {
    order.push(node);
    for (const to of next.get(node) ?? []) {
      const left = (incoming.get(to) ?? 0) - 1;
      incoming.set(to, left);
      if (left === 0) ready.push(to);
    }
    ready.sort();
  }
  return order.length === nodes.length ? order : undefined;
}

/** One loop of the graph as node names, first = last; undefined when there is none. */
export function findLoop(nodes: readonly string[], edges: readonly Arrow[]): string[] | undefined {
  const next = successors(edges);
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): string[] | undefined => {
    const at = path.indexOf(node);
    if (at >= 0) return [...path.slice(at), node];
    if (done.has(node)) return undefined;
    path.push(node);
    for (const to of next.get(node) ?? []) {
      const loop = visit(to);
      if (loop) return loop;
    }
    path.pop();
    done.add(node);
    return undefined;
  };
  for (const node of nodes) {
    const loop = visit(node);
    if (loop) return loop;
  }
  return undefined;
}

/** Every node that can be reached from `starts`, these included. */
export function reachable(starts: readonly string[], edges: readonly Arrow[]): Set<string> {
  const next = successors(edges);
  const seen = new Set(starts);
  const queue = [...starts];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    for (const to of next.get(node) ?? []) {
      if (seen.has(to)) continue;
      seen.add(to);
      queue.push(to);
    }
  }
  return seen;
}
