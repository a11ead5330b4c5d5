// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import type { ChainEdge, ChainGraph } from "../graph.ts";
import { validateGraph } from "../validate/validate-graph.ts";
import { functionKinds } from "./catalogue.ts";
import { validateMirror } from "./mirror.ts";

describe("a mirror's configuration", () => {
  it.each([
    ["a list", [], "NF701"],
    ["an unknown field", { speed: 1 }, "NF701"],
    ["a snap length below an IP header", { snapLength: 19 }, "NF702"],
    ["a snap length above a packet's", { snapLength: 65_536 }, "NF702"],
    ["a share of nothing", { percent: 0 }, "NF703"],
    ["a share of more than all", { percent: 101 }, "NF703"],
  ])("reports %s", (_what, config, code) => {
    expect(validateMirror(config).map((i) => i.code)).toEqual([code]);
  });
  it.each([[{}], [{ snapLength: 20, percent: 1 }], [{ snapLength: 65_535, percent: 100 }]])(
    "may be %j",
    (config) => {
      expect(validateMirror(config)).toEqual([]);
    },
  );
});

describe("a chain with a tap", () => {
  const position = { x: 0, y: 0 };
  const attachment = (name: string) => ({ kind: "attachment", name, attachment: name, position }) as const;
  const fn = (name: string, of: string, config: unknown) =>
    ({ kind: "function", name, function: of, config, position }) as const;
  const nodes: ChainGraph["nodes"] = [
    attachment("in"),
    fn("m", "mirror", {}),
    fn("fw", "firewall", { rules: [], defaultAction: "allow" }),
    attachment("out"),
    attachment("tap"),
  ];
  const check = (taps: string[] | undefined, ...edges: [string, string, string?][]) => {
    const used = new Set(edges.flat());
    const graph: ChainGraph = {
      nodes: nodes.filter((n) => used.has(n.name)),
      edges: edges.map(
        ([from, to, output], i): ChainEdge => ({ name: `e${i}`, from, to, ...(output ? { output } : {}) }),
      ),
    };
    const context = { attachments: ["in", "out", "tap"], functions: functionKinds };
    return validateGraph(graph, taps ? { ...context, taps } : context).map((i) => i.code);
  };
  const chain: [string, string, string?][] = [
    ["in", "m"],
    ["m", "out"],
  ];

  it("is fine when copies go to the tap", () => {
    expect(check(["tap"], ...chain, ["m", "tap", "copy"])).toEqual([]);
  });
  it("is fine for who does not know which attachments are taps", () => {
    expect(check(undefined, ...chain, ["m", "tap", "copy"])).toEqual([]);
  });
  it("is warned of a mirror that copies nothing", () => {
    expect(check(["tap"], ...chain)).toEqual(["NF706"]);
  });
  it("may not send copies to a function or to an attachment that is no tap", () => {
    expect(check(["tap"], ["in", "m"], ["m", "fw"], ["fw", "out"], ["m", "out", "copy"])).toEqual(["NF704"]);
    expect(check(["tap"], ["in", "m"], ["m", "out"], ["m", "fw", "copy"], ["fw", "out"])).toEqual(["NF704"]);
  });
  it("may not send originals to the tap", () => {
    expect(check(["tap"], ...chain, ["m", "tap"])).toContain("NF705");
    expect(check(["tap"], ["in", "fw"], ["fw", "tap"])).toEqual(["NF705", "NF113"]);
  });
  it("may not begin at the tap", () => {
    expect(check(["tap"], ["tap", "fw"], ["fw", "out"])).toEqual(["NF707"]);
  });
  it("is warned of originals that lead nowhere, and needs an attachment where they leave", () => {
    expect(check(["tap"], ["in", "m"], ["m", "tap", "copy"])).toEqual(["NF120", "NF113"]);
  });
});
