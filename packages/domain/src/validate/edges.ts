// SPDX-License-Identifier: Apache-2.0
// What is wrong with edges: of each by itself, and of those that leave one node.
import { checkPorts, checkPrefix } from "../functions/firewall.ts";
import { type ChainEdge, type ChainGraph, type ChainNode, hasPorts } from "../graph.ts";
import { type GraphContext, outputsOfNode } from "./context.ts";
import { edgePlace, nodePlace, type Report } from "./report.ts";
import { isCopying } from "./taps.ts";

function checkMatch(edge: ChainEdge, index: number, report: Report): void {
  const { match } = edge;
  if (!match) return;
  const at = (path: string, message: string): void =>
    report.error("NF118", { path: `edges[${index}].match.${path}`, edge: edge.name }, message);
  for (const field of ["sources", "destinations"] as const) {
    match[field]?.forEach((text, i) => {
      checkPrefix(
        text,
        `${field}[${i}]`,
        (_code, path, message, extra) => extra?.severity !== "warning" && at(path, message),
      );
    });
  }
  checkPorts(match.destinationPorts, "destinationPorts", (_code, path, message) => at(path, message));
  if (match.destinationPorts && !hasPorts(match.protocol)) at("protocol", "Ports need TCP, UDP or SCTP.");
}

export function checkEdge(
  edge: ChainEdge,
  index: number,
  graph: ChainGraph,
  context: GraphContext,
  report: Report,
): void {
  const place = edgePlace(edge, index);
  const source = graph.nodes.find((n) => n.name === edge.from);
  for (const end of [edge.from, edge.to]) {
    if (graph.nodes.some((n) => n.name === end)) continue;
    report.error(
      "NF105",
      place,
      `Edge "${edge.name}" hangs on "${end}", which is not in the chain; remove or reconnect it.`,
    );
  }
  if (edge.from === edge.to)
    report.error("NF106", place, `"${edge.from}" is connected to itself; remove the edge.`);
  const outputs = outputsOfNode(source, context.functions);
  if (edge.output !== undefined && !outputs.includes(edge.output)) {
    const known = outputs.length > 0 ? `it has: ${outputs.join(", ")}` : "it has one unnamed output";
    report.error("NF115", place, `"${edge.from}" has no output "${edge.output}"; ${known}.`);
  }
  checkMatch(edge, index, report);
}

/** Of a node that something leaves: what of it leads nowhere, in words. */
function lostOutputs(
  node: ChainNode,
  outputs: readonly (string | undefined)[],
  functions: GraphContext["functions"],
): string[] {
  const main = node.kind === "function" ? functions[node.function]?.mainOutput : undefined;
  const led = (output: string | undefined) => outputs.includes(output);
  if (main !== undefined) return led(undefined) || led(main) ? [] : [`Output "${main}"`];
  if (isCopying(node, functions)) return led(undefined) ? [] : ["The original of what is copied"];
  const named = outputsOfNode(node, functions);
  if (named.length === 0) return [];
  const enters = node.kind === "function" ? functions[node.function]?.entersOf?.(node.config) : undefined;
  const leaves = named.filter((output) => !enters?.some((e) => e.output === output));
  const lost = leaves.filter((output) => !led(output)).map((output) => `Output "${output}"`);
  return led(undefined) ? lost : [...lost, "What no class takes"];
}

/** A function that branches drops what leaves by an output without an edge. */
export function checkOutputs(graph: ChainGraph, context: GraphContext, report: Report): void {
  graph.nodes.forEach((node, i) => {
    const edges = graph.edges.filter((e) => e.from === node.name);
    if (edges.length === 0) return;
    const lost = lostOutputs(
      node,
      edges.map((e) => e.output),
      context.functions,
    );
    for (const what of lost) {
      const message = `${what} leads nowhere from "${node.name}": its packets are dropped. Draw an edge for it.`;
      report.issues.push({ code: "NF120", severity: "warning", message, ...nodePlace(node, i) });
    }
  });
}

/** Edges of one output are tried in order, so what follows one that takes everything is dead. */
export function checkOrder(graph: ChainGraph, report: Report): void {
  const open = new Map<string, string>();
  graph.edges.forEach((edge, i) => {
    const key = `${edge.from}\u0000${edge.output ?? ""}`;
    const taker = open.get(key);
    if (taker !== undefined) {
      const twin = graph.edges.find((e) => e.name === taker)?.to === edge.to;
      const code = twin ? "NF108" : "NF116";
      report.error(
        code,
        edgePlace(edge, i),
        `Edge "${taker}" takes every packet before "${edge.name}"; give it a match or remove one.`,
      );
    } else if (!edge.match) open.set(key, edge.name);
  });
}
