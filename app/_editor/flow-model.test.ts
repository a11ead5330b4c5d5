// SPDX-License-Identifier: Apache-2.0
import type { ChainGraph, Issue } from "@nfaas/domain";
import { expect, test } from "vitest";
import { issuesByItem, toFlowEdges, toFlowNodes } from "./flow-model.ts";

const graph: ChainGraph = {
  nodes: [
    { kind: "attachment", name: "client", attachment: "client", position: { x: 0, y: 0 } },
    { kind: "function", name: "fw", function: "firewall", config: {}, position: { x: 300, y: 0 } },
  ],
  edges: [
    { name: "client-fw", from: "client", to: "fw" },
    { name: "dangling", from: "fw", to: "gone" },
  ],
};
const issue = (place: Partial<Issue>): Issue => ({
  code: "NF109",
  severity: "error",
  message: "",
  path: "",
  ...place,
});

test("every node is drawn, and every edge whose ends exist", () => {
  const issues = issuesByItem([]);
  expect(toFlowNodes(graph, { nodes: [], edges: [] }, issues).map(({ id }) => id)).toEqual(["client", "fw"]);
  expect(toFlowEdges(graph, { nodes: [], edges: [] }, issues).map(({ id }) => id)).toEqual(["client-fw"]);
});

test("each item carries its own problems and its own selection", () => {
  const issues = issuesByItem([issue({ node: "fw" }), issue({ edge: "client-fw" }), issue({})]);
  const nodes = toFlowNodes(graph, { nodes: ["fw"], edges: [] }, issues);
  expect(nodes.map(({ data, selected }) => [data.issues.length, selected])).toEqual([
    [0, false],
    [1, true],
  ]);
  expect(toFlowEdges(graph, { nodes: [], edges: [] }, issues)[0]?.data?.issues).toHaveLength(1);
});
