// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { functionKinds } from "../functions/catalogue.ts";
import type { ChainGraph } from "../graph.ts";
import type { ServiceChainSpec } from "../kubernetes/objects.ts";
import { compileChain, graphFromSpec } from "./compile-chain.ts";
import { layoutChain, reverseEdges } from "./layout-chain.ts";
import { chainToYaml, diffLines } from "./preview.ts";

const context = { attachments: ["client", "branch", "server"], functions: functionKinds };
const position = { x: 0, y: 0 };
const config = { rules: [{ name: "web", action: "allow", protocol: "tcp" }], defaultAction: "deny" };
const graph: ChainGraph = {
  nodes: [
    { kind: "attachment", name: "client", attachment: "client", position },
    { kind: "attachment", name: "branch", attachment: "branch", position },
    { kind: "function", name: "fw", function: "firewall", config, position },
    { kind: "attachment", name: "server", attachment: "server", position },
  ],
  edges: [
    { name: "e1", from: "client", to: "fw" },
    { name: "e2", from: "branch", to: "fw" },
    { name: "e3", from: "fw", to: "server" },
  ],
};
const identity = { tenant: "acme", chain: "web", revision: 3 };

function compiled(of: ChainGraph = graph): ServiceChainSpec {
  const result = compileChain(of, identity, context);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.chain.spec;
}

describe("compileChain", () => {
  it("leaves out what only the canvas needs", () => {
    expect(JSON.stringify(compiled())).not.toContain("position");
  });
  it("refuses a graph with errors and gives back their codes", () => {
    const result = compileChain({ ...graph, edges: [] }, identity, context);
    expect(result.ok).toBe(false);
    expect(result.issues.map((i) => i.code)).toContain("NF113");
  });
  it("survives the way through an object and back", () => {
    const rollout = { drain: "flows" as const, keepFlowsSeconds: 60 };
    for (const drawn of [graph, { ...graph, rollout }]) {
      expect(compiled(graphFromSpec(compiled(drawn)))).toEqual(compiled(drawn));
    }
  });
  it("says how flows are kept only when the tenant chose", () => {
    expect(compiled()).not.toHaveProperty("rollout");
    expect(compiled({ ...graph, rollout: { drain: "flows" } }).rollout).toEqual({ drain: "flows" });
  });
});

describe("layoutChain", () => {
  const laidOut = layoutChain(compiled(), context);
  const si = (direction: "forwardSi" | "reverseSi") =>
    new Map(laidOut.ok ? laidOut.nodes.map((n) => [n.name, n[direction]]) : []);
  it("lets the service index fall along every edge, in both directions", () => {
    for (const { from, to } of graph.edges) {
      expect(si("forwardSi").get(from)).toBeGreaterThan(si("forwardSi").get(to) ?? 256);
      expect(si("reverseSi").get(to)).toBeGreaterThan(si("reverseSi").get(from) ?? 256);
    }
  });
  it("gives every node of a direction an index of its own, the first 255", () => {
    for (const direction of ["forwardSi", "reverseSi"] as const) {
      const values = [...si(direction).values()];
      expect(new Set(values).size).toBe(values.length);
      expect(Math.max(...values)).toBe(255);
    }
  });
  it("does not depend on the order in which nodes were drawn", () => {
    const shuffled = layoutChain(
      { nodes: [...compiled().nodes].reverse(), edges: [...compiled().edges].reverse() },
      context,
    );
    const byName = (l: typeof laidOut) =>
      l.ok ? Object.fromEntries(l.nodes.map((n) => [n.name, n.forwardSi])) : {};
    expect(byName(shuffled)).toEqual(byName(laidOut));
  });
});

describe("reverseEdges", () => {
  const prefixes = new Map([
    ["client", ["10.0.1.0/24"]],
    ["branch", ["10.0.9.0/24"]],
  ]);
  const { nodes, edges } = compiled();
  it("leads back without a question when there is one way", () => {
    expect(reverseEdges("server", nodes, edges, prefixes)).toEqual([{ to: "fw" }]);
  });
  it("leads back to the attachment whose prefixes hold the destination when there are several", () => {
    expect(reverseEdges("fw", nodes, edges, prefixes)).toEqual([
      { to: "client", destinations: ["10.0.1.0/24"] },
      { to: "branch", destinations: ["10.0.9.0/24"] },
    ]);
  });
});

describe("reverseEdges behind a NAT", () => {
  it("leads back by the public prefixes where the private ones are not seen", () => {
    const nodes = [
      { name: "client", attachment: "client" },
      { name: "branch", attachment: "branch" },
      { name: "nat", function: "nat", config: { publicPrefixes: ["192.0.2.8/30"] } },
      { name: "server", attachment: "server" },
    ];
    const edges = [
      { name: "a", from: "client", to: "nat" },
      { name: "b", from: "nat", to: "server" },
      { name: "c", from: "branch", to: "server" },
    ];
    const prefixes = new Map([
      ["client", ["10.0.1.0/24"]],
      ["branch", ["10.0.9.0/24"]],
    ]);
    expect(reverseEdges("server", nodes, edges, prefixes)).toEqual([
      { to: "nat", destinations: ["192.0.2.8/30"] },
      { to: "branch", destinations: ["10.0.9.0/24"] },
    ]);
    expect(reverseEdges("nat", nodes, edges, prefixes)).toEqual([{ to: "client" }]);
  });
});

describe("preview", () => {
  it("writes YAML that kubectl would apply, fields in a stable order", () => {
    const result = compileChain(graph, identity, context);
    const yaml = result.ok ? chainToYaml(result.chain) : "";
    expect(yaml).toMatch(/^apiVersion: nfaas.io\/v1alpha1\nkind: ServiceChain\nmetadata:\n {2}name: web\n/);
  });
  it("shows exactly the lines that differ", () => {
    const diff = diffLines("a\nb\nc\n", "a\nx\nc\n");
    expect(diff.map((l) => `${{ same: " ", added: "+", removed: "-" }[l.kind]}${l.text}`)).toEqual([
      " a",
      "-b",
      "+x",
      " c",
    ]);
  });
  it("shows everything as added when nothing runs yet", () => {
    expect(diffLines("", "a\n")).toEqual([{ kind: "added", text: "a" }]);
  });
});
