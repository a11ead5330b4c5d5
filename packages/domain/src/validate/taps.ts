// SPDX-License-Identifier: Apache-2.0
// Copies and taps belong together: what a mirror copies goes to a tap, straight, and nothing else does.
import type { ChainEdge, ChainGraph, ChainNode } from "../graph.ts";
import type { Issue, IssueCode, Severity } from "../issue.ts";
import type { GraphContext } from "./context.ts";

/** Whether what leaves a node by its named outputs are copies. */
export const isCopying = (node: ChainNode | undefined, functions: GraphContext["functions"]): boolean =>
  node?.kind === "function" && Object.hasOwn(functions, node.function)
    ? (functions[node.function]?.copies ?? false)
    : false;

function checkEdge(
  edge: ChainEdge,
  graph: ChainGraph,
  context: GraphContext,
): [IssueCode, string] | undefined {
  const [from, to] = [edge.from, edge.to].map((name) => graph.nodes.find((n) => n.name === name));
  if (!from || !to || !context.taps) return;
  const isTap = (node: ChainNode): boolean =>
    node.kind === "attachment" && (context.taps ?? []).includes(node.attachment);
  const copies = isCopying(from, context.functions) && edge.output !== undefined;
  if (isTap(from))
    return ["NF707", `"${from.name}" is a tap, which only receives; start at another attachment.`];
  if (copies && !isTap(to)) return ["NF704", `Copies go straight to a tap, which "${to.name}" is not.`];
  if (!copies && isTap(to))
    return ["NF705", `"${to.name}" is a tap; hang the edge on the output of a mirror's copies.`];
}

/** All that is wrong about mirrors' copies and taps, in order of edges, then of nodes. */
export function checkTaps(graph: ChainGraph, context: GraphContext): Issue[] {
  const issues = graph.edges.flatMap((edge, i): Issue[] => {
    const [code, message] = checkEdge(edge, graph, context) ?? [];
    const severity: Severity = "error";
    return code && message ? [{ code, severity, message, path: `edges[${i}]`, edge: edge.name }] : [];
  });
  graph.nodes.forEach((node, i) => {
    if (!isCopying(node, context.functions)) return;
    if (graph.edges.some((e) => e.from === node.name && e.output !== undefined)) return;
    const message = `"${node.name}" copies nothing: draw an edge from its output "copy" to a tap.`;
    issues.push({ code: "NF706", severity: "warning", message, path: `nodes[${i}]`, node: node.name });
  });
  return issues;
}
