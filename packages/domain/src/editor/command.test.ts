// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "vitest";
import { addCommand, applyCommand, type Command, sameGraph, sameIntent } from "./command.ts";
import { edge, graph, node } from "./testing.ts";

const chain = graph("a>b b>c a>c");

const commands: [string, Command][] = [
  ["insert", addCommand(chain, [node("d")], [edge("c", "d")])],
  ["remove of a node with its edges", { type: "remove", nodes: ["b"], edges: [] }],
  ["remove of an edge", { type: "remove", nodes: [], edges: ["b-c"] }],
  ["remove of everything", { type: "remove", nodes: ["a", "b", "c"], edges: [] }],
  ["move", { type: "move", positions: { a: { x: 5, y: 6 }, c: { x: 1, y: 2 } } }],
  ["rename", { type: "rename", from: "b", to: "firewall" }],
  ["setConfig", { type: "setConfig", node: "a", config: { rules: [], defaultAction: "allow" } }],
  ["setMatch", { type: "setMatch", edge: "a-b", match: { protocol: "tcp" } }],
  ["setOutput", { type: "setOutput", edge: "a-b", output: "denied" }],
  ["setRollout", { type: "setRollout", rollout: { drain: "flows", keepFlowsSeconds: 60 } }],
  ["replace", { type: "replace", graph: graph("x>y") }],
];

describe("applyCommand", () => {
  test.each(commands)("%s: the inverse restores the graph to the byte", (_name, command) => {
    const before = structuredClone(chain);
    const applied = applyCommand(chain, command)!;
    expect(applied.graph).not.toEqual(before);
    expect(chain).toEqual(before);
    expect(applyCommand(applied.graph, applied.inverse)!.graph).toEqual(before);
  });

  test.each(commands)("%s: the inverse of the inverse does it again", (_name, command) => {
    const applied = applyCommand(chain, command)!;
    const back = applyCommand(applied.graph, applied.inverse)!;
    expect(applyCommand(back.graph, back.inverse)!.graph).toEqual(applied.graph);
  });

  const idle: [string, Command][] = [
    ["a removal of unknown names", { type: "remove", nodes: ["z"], edges: ["z"] }],
    ["a move to the same place", { type: "move", positions: { a: { x: 0, y: 0 } } }],
    ["a move of nothing that exists", { type: "move", positions: { constructor: { x: 1, y: 1 } } }],
    ["a rename to a taken name", { type: "rename", from: "a", to: "b" }],
    ["a rename of nobody", { type: "rename", from: "z", to: "y" }],
    ["the same config", { type: "setConfig", node: "a", config: { rules: [] } }],
    ["no match where there is none", { type: "setMatch", edge: "a-b", match: undefined }],
    ["an insert under a taken name", addCommand(chain, [node("a")])],
    ["an insert of nothing", addCommand(chain, [])],
    ["a replacement by an equal graph", { type: "replace", graph: structuredClone(chain) }],
  ];
  test.each(idle)("%s changes nothing and says so", (_name, command) => {
    expect(applyCommand(chain, command)).toBeNull();
  });

  test("no change of nodes or edges forgets the rollout", () => {
    const rollout = { drain: "flows" as const };
    for (const [name, command] of commands.filter(([of]) => !/setRollout|replace/.test(of))) {
      expect(applyCommand({ ...chain, rollout }, command)?.graph.rollout, name).toEqual(rollout);
    }
  });

  test("a rename takes the edges along", () => {
    const { graph: renamed } = applyCommand(chain, { type: "rename", from: "b", to: "fw" })!;
    expect(renamed.edges.map(({ from, to }) => `${from}>${to}`)).toEqual(["a>fw", "fw>c", "a>c"]);
  });
});

describe("equality", () => {
  test("moving a node changes the graph but not the intent", () => {
    const moved = applyCommand(chain, { type: "move", positions: { a: { x: 9, y: 9 } } })!.graph;
    expect(sameGraph(chain, moved)).toBe(false);
    expect(sameIntent(chain, moved)).toBe(true);
  });

  test("the order of a config's keys doesn't count, the order of edges does", () => {
    const first = {
      nodes: [{ ...node("a"), config: { x: 1, y: 2 } }],
      edges: [edge("a", "b"), edge("a", "c")],
    };
    const second = { ...first, nodes: [{ ...node("a"), config: { y: 2, x: 1 } }] };
    expect(sameIntent(first, second)).toBe(true);
    expect(sameIntent(first, { ...first, edges: [...first.edges].reverse() })).toBe(false);
  });
});
