// SPDX-License-Identifier: Apache-2.0
import { type ChainGraph, chainToYaml, compileChain, diffLines, functionKinds } from "@nfaas/domain";
import { expect, test } from "vitest";
import { countChanges } from "./diff-view.tsx";

const position = { x: 0, y: 0 };
const graph = (defaultAction: "allow" | "deny"): ChainGraph => ({
  nodes: [
    { kind: "attachment", name: "client", attachment: "client", position },
    { kind: "function", name: "fw", function: "firewall", config: { rules: [], defaultAction }, position },
    { kind: "attachment", name: "server", attachment: "server", position },
  ],
  edges: [
    { name: "client-fw", from: "client", to: "fw" },
    { name: "fw-server", from: "fw", to: "server" },
  ],
});
const yaml = (revision: number, drawn: ChainGraph) => {
  const context = { attachments: ["client", "server"], functions: functionKinds };
  const compiled = compileChain(drawn, { tenant: "acme", chain: "web", revision }, context);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  return chainToYaml(compiled.chain);
};

test("publishing the same graph again counts as no change, although its revision differs", () => {
  expect(countChanges(diffLines(yaml(3, graph("deny")), yaml(4, graph("deny"))))).toEqual({
    added: 0,
    removed: 0,
  });
});

test("a changed line counts once as added and once as removed", () => {
  expect(countChanges(diffLines(yaml(3, graph("deny")), yaml(4, graph("allow"))))).toEqual({
    added: 1,
    removed: 1,
  });
});
