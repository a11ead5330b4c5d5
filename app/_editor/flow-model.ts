// SPDX-License-Identifier: Apache-2.0
// From the chain graph to what React Flow draws. Pure.
import {
  type ChainEdge,
  type ChainGraph,
  type ChainNode,
  type Issue,
  nodeSize,
  type Selection,
} from "@nfaas/domain";
import type { Edge, Node } from "@xyflow/react";

export type FlowNode = Node<{ node: ChainNode; issues: Issue[] }, "chain">;
export type FlowEdge = Edge<{ edge: ChainEdge; issues: Issue[] }, "chain">;

export interface IssuesByItem {
  nodes: ReadonlyMap<string, Issue[]>;
  edges: ReadonlyMap<string, Issue[]>;
}

export function issuesByItem(issues: readonly Issue[]): IssuesByItem {
  const nodes = new Map<string, Issue[]>();
  const edges = new Map<string, Issue[]>();
  for (const issue of issues) {
    if (issue.node) nodes.set(issue.node, [...(nodes.get(issue.node) ?? []), issue]);
    if (issue.edge) edges.set(issue.edge, [...(edges.get(issue.edge) ?? []), issue]);
  }
  return { nodes, edges };
}

const none: Issue[] = [];

/** The data of a node as long as neither it nor its problems change: a card whose data is the same object isn't drawn again. */
const dataOfNode = new WeakMap<ChainNode, FlowNode["data"]>();

function nodeData(node: ChainNode, issues: Issue[]): FlowNode["data"] {
  const known = dataOfNode.get(node);
  if (known && known.issues === issues) return known;
  const data = { node, issues };
  dataOfNode.set(node, data);
  return data;
}

/** Sizes are given, not measured: a node is laid out in the first frame, and a new object needs no measuring again. */
export function toFlowNodes(graph: ChainGraph, selection: Selection, issues: IssuesByItem): FlowNode[] {
  const selected = new Set(selection.nodes);
  return graph.nodes.map((node) => ({
    id: node.name,
    type: "chain",
    position: node.position,
    data: nodeData(node, issues.nodes.get(node.name) ?? none),
    selected: selected.has(node.name),
    width: nodeSize.width,
    height: nodeSize.height,
    measured: nodeSize,
    ariaLabel: `${node.kind === "attachment" ? "Attachment" : "Function"} ${node.name}`,
  }));
}

/** Edges with an end that doesn't exist can't be drawn; the problems list names them. */
export function toFlowEdges(graph: ChainGraph, selection: Selection, issues: IssuesByItem): FlowEdge[] {
  const selected = new Set(selection.edges);
  const known = new Set(graph.nodes.map((node) => node.name));
  return graph.edges
    .filter((edge) => known.has(edge.from) && known.has(edge.to))
    .map((edge) => ({
      id: edge.name,
      type: "chain",
      source: edge.from,
      target: edge.to,
      data: { edge, issues: issues.edges.get(edge.name) ?? none },
      selected: selected.has(edge.name),
      ariaLabel: `Edge from ${edge.from} to ${edge.to}`,
    }));
}
