// SPDX-License-Identifier: Apache-2.0
// What a publish would change, before it does: the object as YAML, and its difference from what runs.
import { stringify } from "yaml";
import type { ServiceChain } from "../kubernetes/objects.ts";

/** The object as a person would write it for kubectl apply. */
export const chainToYaml = (chain: Pick<ServiceChain, "apiVersion" | "kind" | "metadata" | "spec">): string =>
  stringify(
    { apiVersion: chain.apiVersion, kind: chain.kind, metadata: chain.metadata, spec: chain.spec },
    { lineWidth: 0 },
  );

export interface DiffLine {
  kind: "same" | "added" | "removed";
  text: string;
}

/** Above this many line pairs the table below would be too big for a browser; then everything counts as changed. */
const maxCells = 4_000_000;

/** A line-by-line difference: longest common subsequence, which is what people expect to read. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [a, b] = [toLines(before), toLines(after)];
  if (a.length * b.length > maxCells) {
    return [
      ...a.map((text): DiffLine => ({ kind: "removed", text })),
      ...b.map((text): DiffLine => ({ kind: "added", text })),
    ];
  }
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  return walk(a, b, at);
}

const toLines = (text: string): string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

function walk(a: readonly string[], b: readonly string[], at: (i: number, j: number) => number): DiffLine[] {
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      lines.push({ kind: "same", text: left });
      i++;
      j++;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: "removed", text: left });
      i++;
    } else {
      lines.push({ kind: "added", text: right ?? "" });
      j++;
    }
  }
  return lines;
}
