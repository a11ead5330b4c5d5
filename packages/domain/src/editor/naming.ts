// SPDX-License-Identifier: Apache-2.0
// Names the editor gives. All are RFC 1123 labels, since they become names in Kubernetes objects.
import { type ChainGraph, namePattern } from "../graph.ts";

const lengthMax = 63;

/** Lower-case, every run of other characters one dash, at most 63 characters; "item" when nothing is left. */
export function toName(text: string): string {
  const label = text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, lengthMax)
    .replace(/^-+|-+$/g, "");
  return label === "" ? "item" : label;
}

export const isName = (text: string): boolean => namePattern.test(text);

/** The wanted name, or the first of "<wanted>-2", "<wanted>-3", ... that is free. */
export function freeName(wanted: string, taken: Iterable<string>): string {
  const used = new Set(taken);
  const base = toName(wanted);
  if (!used.has(base)) return base;
  const stem = base.replace(/-\d+$/, "");
  for (let number = 2; ; number++) {
    const suffix = `-${number}`;
    const candidate = stem.slice(0, lengthMax - suffix.length).replace(/-+$/, "") + suffix;
    if (!used.has(candidate)) return candidate;
  }
}

export function freeNodeName(graph: ChainGraph, wanted: string): string {
  return freeName(
    wanted,
    graph.nodes.map((node) => node.name),
  );
}

export function freeEdgeName(graph: ChainGraph, from: string, to: string): string {
  return freeName(
    `${from}-${to}`,
    graph.edges.map((edge) => edge.name),
  );
}
