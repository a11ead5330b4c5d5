// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import type { ChainEdge, ChainGraph } from "../graph.ts";
import { validateGraph } from "../validate/validate-graph.ts";
import { functionKinds } from "./catalogue.ts";
import { type ClassifierClass, classifierOutputs, validateClassifier } from "./classifier.ts";

const codes = (...classes: ClassifierClass[]): string[] => validateClassifier({ classes }).map((i) => i.code);

describe("a classifier's configuration", () => {
  it.each<[string, ClassifierClass[], string]>([
    ["a name with capitals", [{ output: "Voice" }], "NF402"],
    ["two outputs of one name", [{ output: "a" }, { output: "a" }], "NF403"],
    ["a share of nothing", [{ output: "a", percent: 0 }], "NF405"],
    ["a share of more than all", [{ output: "a", percent: 101 }], "NF405"],
    ["a chain's name with capitals", [{ output: "a", enter: "Voice" }], "NF801"],
    ["a bad prefix", [{ output: "a", match: { destinations: ["nowhere"] } }], "NF202"],
  ])("reports %s", (_what, classes, code) => {
    expect(codes(...classes)).toEqual([code]);
  });
  it("refuses more outputs than the data plane takes", () => {
    expect(codes(...Array.from({ length: 65 }, (_, i) => ({ output: `c${i}` })))).toContain("NF404");
  });
  it.each([
    [undefined],
    [null],
    [{}],
    [{ classes: 3 }],
    [{ classes: [null, { output: 3 }, { output: "" }] }],
  ])("names no outputs when it is %j", (config) => {
    expect(classifierOutputs(config)).toEqual([]);
  });
});

describe("a chain that branches", () => {
  const position = { x: 0, y: 0 };
  const graph = (...edges: [string, string, string?][]): ChainGraph => ({
    nodes: [
      { kind: "attachment", name: "in", attachment: "in", position },
      {
        kind: "function",
        name: "c",
        function: "classifier",
        config: { classes: [{ output: "voice" }] },
        position,
      },
      {
        kind: "function",
        name: "fw",
        function: "firewall",
        config: { rules: [], defaultAction: "allow" },
        position,
      },
      { kind: "attachment", name: "out", attachment: "out", position },
    ],
    edges: edges.map(
      ([from, to, output], i): ChainEdge => ({ name: `e${i}`, from, to, ...(output ? { output } : {}) }),
    ),
  });
  const check = (...edges: [string, string, string?][]) =>
    validateGraph(graph(...edges), { attachments: ["in", "out"], functions: functionKinds }).map(
      (i) => i.code,
    );

  it("may hang edges on the outputs its configuration names", () => {
    expect(check(["in", "c"], ["c", "fw", "voice"], ["c", "out"], ["fw", "out"])).toEqual([]);
  });
  it("may not hang an edge on another", () => {
    expect(check(["in", "c"], ["c", "fw", "video"], ["c", "out"], ["fw", "out"])).toContain("NF115");
  });
  it("is warned of an output, named or not, that leads nowhere", () => {
    expect(check(["in", "c"], ["c", "fw"], ["fw", "out"])).toEqual(["NF120"]);
    expect(check(["in", "c"], ["c", "fw", "voice"], ["fw", "out"])).toEqual(["NF120"]);
  });
});

describe("a class that enters another chain", () => {
  const position = { x: 0, y: 0 };
  const graph: ChainGraph = {
    nodes: [
      { kind: "attachment", name: "in", attachment: "in", position },
      {
        kind: "function",
        name: "c",
        function: "classifier",
        config: { classes: [{ output: "voice", enter: "calls" }] },
        position,
      },
      { kind: "attachment", name: "out", attachment: "out", position },
    ],
    edges: [
      { name: "a", from: "in", to: "c" },
      { name: "b", from: "c", to: "out" },
    ],
  };
  const check = (chains?: Record<string, number>) =>
    validateGraph(graph, { attachments: ["in", "out"], functions: functionKinds, chains });

  it("needs no edge on its output", () => {
    expect(check({ calls: 1 })).toEqual([]);
  });
  it("must name another chain of the tenant, which begins at one attachment", () => {
    expect(check({})).toMatchObject([{ code: "NF802", path: "nodes[1].config.classes[0].enter", node: "c" }]);
    expect(check({ calls: 2 })).toMatchObject([{ code: "NF803" }]);
    expect(check({ constructor: 1 })).toMatchObject([{ code: "NF802" }]);
  });
  it("is not judged where the tenant's chains are not known", () => {
    expect(check()).toEqual([]);
  });
});
