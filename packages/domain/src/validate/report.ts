// SPDX-License-Identifier: Apache-2.0
import type { ChainEdge, ChainNode } from "../graph.ts";
import type { Issue, IssueCode } from "../issue.ts";

/** Where in a graph, and of which node or edge. */
export type Place = { path: string; node?: string; edge?: string };

export class Report {
  readonly issues: Issue[] = [];
  error(code: IssueCode, place: Place, message: string): void {
    this.issues.push({ code, severity: "error", message, ...place });
  }
}

export const nodePlace = (node: ChainNode, index: number): Place => ({
  path: `nodes[${index}]`,
  node: node.name,
});
export const edgePlace = (edge: ChainEdge, index: number): Place => ({
  path: `edges[${index}]`,
  edge: edge.name,
});
