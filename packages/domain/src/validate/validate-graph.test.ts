// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { functionKinds } from "../functions/catalogue.ts";
import type { ChainEdge, ChainGraph, ChainNode } from "../graph.ts";
import type { GraphContext } from "./context.ts";
import { graphSchema } from "./graph-schema.ts";
import { validateGraph } from "./validate-graph.ts";

const context: GraphContext = { attachments: ["client", "server", "dmz"], functions: functionKinds };
const position = { x: 0, y: 0 };
const end = (name: string, attachment = name): ChainNode => ({
  kind: "attachment",
  name,
  attachment,
  position,
});
const firewall = (name: string, config: unknown = functionKinds.firewall?.defaultConfig): ChainNode => ({
  kind: "function",
  name,
  function: "firewall",
  config,
  position,
});
const edge = (from: string, to: string, more: Partial<ChainEdge> = {}): ChainEdge => ({
  name: `${from}-${to}`,
  from,
  to,
  ...more,
});
const codes = (graph: ChainGraph): string[] => validateGraph(graph, context).map((i) => i.code);
const line: ChainGraph = {
  nodes: [end("client"), firewall("fw"), end("server")],
  edges: [edge("client", "fw"), edge("fw", "server")],
};
const withNodes = (...nodes: ChainNode[]): ChainGraph => ({ ...line, nodes: [...line.nodes, ...nodes] });
const withEdges = (...edges: ChainEdge[]): ChainGraph => ({ ...line, edges: [...line.edges, ...edges] });

describe("a graph is accepted when packets can enter, pass and leave", () => {
  it("accepts a line of attachment, firewall, attachment", () => {
    expect(codes(line)).toEqual([]);
  });
  it("accepts a branch whose edges have matches before the default", () => {
    const web = { protocol: "tcp", destinationPorts: { first: 80, last: 80 } } as const;
    const graph: ChainGraph = {
      nodes: [...line.nodes, end("dmz")],
      edges: [edge("client", "fw"), edge("fw", "dmz", { match: web }), edge("fw", "server")],
    };
    expect(codes(graph)).toEqual([]);
  });
});

describe("each fault has one stable code", () => {
  const loop = withNodes(firewall("fw2"));
  const cases: [string, ChainGraph, string][] = [
    ["an empty graph", { nodes: [], edges: [] }, "NF101"],
    ["300 nodes", { nodes: Array.from({ length: 300 }, (_, i) => firewall(`fw${i}`)), edges: [] }, "NF102"],
    ["two nodes of one name", withNodes(firewall("fw")), "NF103"],
    ["a name with capitals", withNodes(firewall("Fw")), "NF104"],
    ["a dangling edge", withEdges(edge("fw", "ghost")), "NF105"],
    ["an edge to itself", withEdges(edge("fw", "fw")), "NF106"],
    ["a loop", { ...loop, edges: [...line.edges, edge("fw", "fw2"), edge("fw2", "fw")] }, "NF107"],
    ["the same edge twice", withEdges(edge("fw", "server", { name: "again" })), "NF108"],
    ["a node apart", withNodes(firewall("alone")), "NF109"],
    ["an unknown function", withNodes({ ...firewall("x"), function: "toaster" } as ChainNode), "NF110"],
    [
      "a function named like an object's own",
      withNodes({ ...firewall("x"), function: "constructor" } as ChainNode),
      "NF110",
    ],
    ["an unknown attachment", withNodes(end("mars")), "NF111"],
    ["one attachment twice", withNodes(end("client-again", "client")), "NF112"],
    ["no way out", { nodes: [end("client"), firewall("fw")], edges: [edge("client", "fw")] }, "NF113"],
    ["an attachment in the middle", withEdges(edge("server", "fw", { name: "back" })), "NF114"],
    ["an unknown output", withEdges(edge("fw", "server", { name: "o", output: "denied" })), "NF115"],
    [
      "an edge behind one that takes all",
      { ...withNodes(end("dmz")), edges: [...line.edges, edge("fw", "dmz")] },
      "NF116",
    ],
    [
      "a bad prefix in a match",
      withEdges(edge("fw", "server", { name: "m", match: { sources: ["10.0.0.0/33"] } })),
      "NF118",
    ],
    ["two edges of one name", withEdges({ ...edge("fw", "server"), match: { protocol: "tcp" } }), "NF119"],
  ];
  it.each(cases)("%s", (_what, graph, code) => {
    expect(codes(graph)).toContain(code);
  });
  it("names the nodes of a loop in order", () => {
    const graph = { ...loop, edges: [...line.edges, edge("fw", "fw2"), edge("fw2", "fw")] };
    const issue = validateGraph(graph, context).find((i) => i.code === "NF107");
    expect(issue?.message).toContain("fw → fw2 → fw");
  });
  it("places a rule's fault at the rule", () => {
    const config = {
      rules: [{ name: "r", action: "allow", protocol: "tcp", source: "10.0.0.0/40" }],
      defaultAction: "deny",
    };
    const graph = { ...line, nodes: [end("client"), firewall("fw", config), end("server")] };
    expect(validateGraph(graph, context)).toEqual([
      expect.objectContaining({
        code: "NF202",
        node: "fw",
        rule: "r",
        path: "nodes[1].config.rules[0].source",
      }),
    ]);
  });
});

describe("untrusted data never gets past the shape", () => {
  it.each([null, 7, "graph", {}, { nodes: {}, edges: [] }, { nodes: [{ kind: "portal" }], edges: [] }])(
    "refuses %j",
    (data) => {
      expect(graphSchema.safeParse(data).success).toBe(false);
    },
  );
});
