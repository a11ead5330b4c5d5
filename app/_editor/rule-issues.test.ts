// SPDX-License-Identifier: Apache-2.0
import { type ChainGraph, functionKinds, validateGraph } from "@nfaas/domain";
import { expect, test } from "vitest";
import { ruleIssues } from "./rule-issues.ts";

test("a bad prefix of the second rule is found at that rule's field, by what validation really says", () => {
  const graph: ChainGraph = {
    nodes: [
      {
        kind: "function",
        name: "fw",
        function: "firewall",
        position: { x: 0, y: 0 },
        config: {
          defaultAction: "deny",
          rules: [
            { name: "good", action: "allow", protocol: "icmp" },
            { name: "bad", action: "allow", protocol: "tcp", source: "10.0.0.0/40" },
          ],
        },
      },
    ],
    edges: [],
  };
  const found = ruleIssues(validateGraph(graph, { attachments: [], functions: functionKinds }), "fw");
  expect(found.get(0)).toBeUndefined();
  expect(found.get(1)?.source?.code).toBe("NF202");
  expect(ruleIssues(validateGraph(graph, { attachments: [], functions: functionKinds }), "other").size).toBe(
    0,
  );
});
