// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { type EditorAction, type EditorState, editorReducer, newEditor } from "./state.ts";
import { graph } from "./testing.ts";

const run = (state: EditorState, ...actions: EditorAction[]) => actions.reduce(editorReducer, state);
const names = (state: EditorState) => state.history.graph.nodes.map((node) => node.name);
const start = () => newEditor(graph("a>b"));

test("client, firewall and server can be drawn, connected and undone to nothing", () => {
  const drawn = run(
    newEditor({ nodes: [], edges: [] }),
    { type: "add", item: { kind: "attachment", name: "client" } },
    { type: "add", item: { kind: "function", name: "firewall" } },
    { type: "add", item: { kind: "attachment", name: "server" } },
    { type: "connect", from: "client", to: "firewall" },
    { type: "connect", from: "firewall", to: "server" },
  );
  expect(drawn.history.graph.edges.map((edge) => edge.name)).toEqual(["client-firewall", "firewall-server"]);
  const emptied = run(drawn, ...Array.from({ length: 5 }, (): EditorAction => ({ type: "undo" })));
  expect(emptied.history.graph).toEqual({ nodes: [], edges: [] });
  expect(emptied.selection).toEqual({ nodes: [], edges: [] });
});

test("what was just added is selected, so that its configuration opens", () => {
  expect(run(start(), { type: "add", item: { kind: "function", name: "firewall" } }).selection.nodes).toEqual(
    ["firewall"],
  );
});

test("removing takes the selection's names with it; undo brings nodes and edges back", () => {
  const removed = run(
    start(),
    { type: "select", selection: { nodes: ["a"], edges: [] } },
    { type: "removeSelected" },
  );
  expect([names(removed), removed.history.graph.edges, removed.selection.nodes]).toEqual([["b"], [], []]);
  expect(run(removed, { type: "undo" }).history.graph).toEqual(graph("a>b"));
});

test("a renamed node stays selected; a taken name changes nothing", () => {
  const selected = run(start(), { type: "select", selection: { nodes: ["a"], edges: [] } });
  expect(run(selected, { type: "rename", node: "a", name: "x" }).selection.nodes).toEqual(["x"]);
  expect(run(selected, { type: "rename", node: "a", name: "b" })).toBe(selected);
});

test("each paste lies beside the last, and duplicating leaves the clipboard alone", () => {
  const copied = run(start(), { type: "select", selection: { nodes: ["a"], edges: [] } }, { type: "copy" });
  const pasted = run(copied, { type: "paste" }, { type: "paste" });
  expect(pasted.history.graph.nodes.slice(2).map((node) => node.position.x)).toEqual([40, 80]);
  const duplicated = run(
    copied,
    { type: "select", selection: { nodes: ["b"], edges: [] } },
    { type: "duplicate" },
    { type: "paste" },
  );
  expect(names(duplicated)).toEqual(["a", "b", "b-2", "a-2"]);
});

test("two drags are two steps", () => {
  const drag = (x: number): EditorAction[] => [
    { type: "moveTo", positions: { a: { x: x - 1, y: 0 } }, done: false },
    { type: "moveTo", positions: { a: { x, y: 0 } }, done: true },
  ];
  const moved = run(start(), ...drag(50), ...drag(90));
  expect(run(moved, { type: "undo" }).history.graph.nodes[0]?.position.x).toBe(50);
});

test("a layout is one step", () => {
  const chain = graph("a>b b>c");
  expect(run(newEditor(chain), { type: "layout" }, { type: "undo" }).history.graph).toEqual(chain);
});

test("a selection that doesn't change is the same state, so that nothing renders again", () => {
  const selected = run(start(), { type: "select", selection: { nodes: ["a"], edges: [] } });
  expect(run(selected, { type: "select", selection: { nodes: ["a"], edges: [] } })).toBe(selected);
});

test("adjusting adds and removes the given names and no other", () => {
  const selected = run(newEditor(graph("a>b b>c")), {
    type: "select",
    selection: { nodes: ["a"], edges: ["a-b"] },
  });
  const adjusted = run(selected, {
    type: "adjustSelection",
    nodes: { a: false, c: true, b: false },
    edges: {},
  });
  expect(adjusted.selection).toEqual({ nodes: ["c"], edges: ["a-b"] });
});

test("a loaded graph starts a history of its own and keeps selected what it has", () => {
  const selected = run(start(), { type: "selectAll" }, { type: "rename", node: "b", name: "x" });
  const loaded = run(selected, { type: "load", graph: graph("a>c") });
  expect(loaded.selection).toEqual({ nodes: ["a"], edges: [] });
  expect(run(loaded, { type: "undo" })).toBe(loaded);
});
