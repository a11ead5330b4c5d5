// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import type { Command } from "./command.ts";
import { canRedo, canUndo, historyLimit, newHistory, perform, redo, seal, undo } from "./history.ts";
import { graph } from "./testing.ts";

const chain = graph("a>b");
const moveTo = (name: string, x: number): Command => ({ type: "move", positions: { [name]: { x, y: 0 } } });
const xOf = (state: ReturnType<typeof newHistory>, name: string) =>
  state.graph.nodes.find((node) => node.name === name)?.position.x;

test("undo and redo walk the same way back and forth", () => {
  const steps: Command[] = [
    { type: "rename", from: "a", to: "x" },
    { type: "remove", nodes: ["b"], edges: [] },
    { type: "setConfig", node: "x", config: { rules: [1] } },
  ];
  const states = [newHistory(chain)];
  for (const step of steps) states.push(perform(states.at(-1)!, step));
  let state = states.at(-1)!;
  for (const expected of states.slice(0, -1).reverse()) {
    state = undo(state);
    expect(state.graph).toEqual(expected.graph);
  }
  expect(canUndo(state)).toBe(false);
  for (const expected of states.slice(1)) {
    state = redo(state);
    expect(state.graph).toEqual(expected.graph);
  }
  expect(canRedo(state)).toBe(false);
});

test("the moves of one drag are one step, also when a second node joins", () => {
  let state = perform(newHistory(chain), moveTo("a", 10), "drag");
  state = perform(state, moveTo("a", 20), "drag");
  state = perform(state, moveTo("b", 30), "drag");
  expect(state.past).toHaveLength(1);
  const back = undo(state);
  expect([xOf(back, "a"), xOf(back, "b")]).toEqual([0, 0]);
  const again = redo(back);
  expect([xOf(again, "a"), xOf(again, "b")]).toEqual([20, 30]);
});

test("typing into one field is one step, sealing starts the next", () => {
  const config = (text: string): Command => ({ type: "setConfig", node: "a", config: { text } });
  let state = perform(newHistory(chain), config("a"), "field");
  state = seal(perform(state, config("ab"), "field"));
  state = perform(state, config("abc"), "field");
  expect(state.past).toHaveLength(2);
  expect(undo(state).graph.nodes[0]).toMatchObject({ config: { text: "ab" } });
  expect(undo(undo(state)).graph).toEqual(chain);
});

test("a new command forgets what was undone; one that changes nothing doesn't", () => {
  const undone = undo(perform(newHistory(chain), moveTo("a", 10)));
  expect(perform(undone, moveTo("a", 0))).toBe(undone);
  expect(canRedo(perform(undone, moveTo("a", 5)))).toBe(false);
});

test("the history keeps a bounded number of steps", () => {
  let state = newHistory(chain);
  for (let x = 1; x <= historyLimit + 10; x++) state = perform(state, moveTo("a", x));
  expect(state.past).toHaveLength(historyLimit);
});
