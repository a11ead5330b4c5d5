// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import type { ChainEdge, ChainGraph } from "../graph.ts";
import { validateGraph } from "../validate/validate-graph.ts";
import { functionKinds } from "./catalogue.ts";
import { normalizeDomain, validateWebGateway, type WebGatewayConfig } from "./web-gateway.ts";

const ads = { name: "ads", action: "deny" as const, domains: ["*.ads.example"] };
const codes = (config: Partial<WebGatewayConfig>): string[] =>
  validateWebGateway({ lists: [ads], ...config }).map((i) => i.code);

describe("a web gateway's configuration", () => {
  it.each<[string, Partial<WebGatewayConfig>, string]>([
    ["lists that are none", { lists: "x" as never }, "NF601"],
    ["an unknown action", { hidden: "reject" as never }, "NF601"],
    ["a list's name with capitals", { lists: [{ ...ads, name: "Ads" }] }, "NF602"],
    ["two lists of one name", { lists: [ads, ads] }, "NF603"],
    ["a domain with an empty label", { lists: [{ ...ads, domains: ["a..b"] }] }, "NF605"],
    ["a wildcard in the middle", { lists: [{ ...ads, domains: ["a.*.b"] }] }, "NF605"],
    ["a domain in another script", { lists: [{ ...ads, domains: ["bücher.example"] }] }, "NF605"],
    ["a domain both allowed and denied", { lists: [ads, { ...ads, name: "b", action: "allow" }] }, "NF606"],
    ["no ports", { ports: [] }, "NF607"],
    ["ports out of range", { ports: [{ first: 0, last: 80 }] }, "NF607"],
    ["nothing allowed", { unlisted: "deny" }, "NF608"],
  ])("reports %s", (_what, config, code) => {
    expect(codes(config)).toEqual([code]);
  });

  it("refuses more domains than a chain's objects hold, and tells a bounded number of bad ones", () => {
    const many = Array.from({ length: 20_001 }, (_, i) => `site-${i}.example`);
    expect(codes({ lists: [{ ...ads, domains: many }] })).toEqual(["NF604"]);
    expect(codes({ lists: [{ ...ads, domains: many.slice(1).map(() => "a b") }] })).toHaveLength(20);
  });

  it("takes domains in capitals and with a dot at the end for what they are", () => {
    expect(normalizeDomain(" WWW.Example.com. ")).toBe("www.example.com");
    expect(normalizeDomain("*.Example.com")).toBe("*.example.com");
    expect(normalizeDomain("*")).toBeUndefined();
  });
});

describe("a web gateway's outputs", () => {
  const context = { attachments: ["a", "b"], functions: functionKinds };
  const node = (name: string) => ({
    name,
    kind: "attachment" as const,
    attachment: name,
    position: { x: 0, y: 0 },
  });
  const graph = (...outputs: (string | undefined)[]): ChainGraph => ({
    nodes: [
      node("a"),
      {
        name: "web",
        kind: "function",
        function: "web-gateway",
        config: functionKinds["web-gateway"]?.defaultConfig,
        position: { x: 0, y: 0 },
      },
      node("b"),
    ],
    edges: [
      { name: "in", from: "a", to: "web" },
      ...outputs.map(
        (output, i): ChainEdge => ({ name: `e${i}`, from: "web", to: "b", ...(output && { output }) }),
      ),
    ],
  });

  it("need no edges of their own beside the one that allowed flows take", () => {
    expect(validateGraph(graph(undefined), context)).toEqual([]);
    expect(validateGraph(graph("allowed"), context)).toEqual([]);
    expect(validateGraph(graph("denied"), context).map((i) => i.code)).toEqual(["NF120"]);
  });
});
