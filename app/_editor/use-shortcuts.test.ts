// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { actionOfKey } from "./use-shortcuts.ts";

const press = (
  key: string,
  held: { ctrl?: boolean; meta?: boolean; shift?: boolean; alt?: boolean } = {},
) => {
  const { ctrl = false, meta = false, shift = false, alt = false } = held;
  const action = actionOfKey({ key, ctrlKey: ctrl, metaKey: meta, shiftKey: shift, altKey: alt });
  return action === null || action === "help" ? action : action.type;
};

test.each([
  ["z", { ctrl: true }, "undo"],
  ["z", { meta: true }, "undo"],
  ["Z", { ctrl: true, shift: true }, "redo"],
  ["y", { ctrl: true }, "redo"],
  ["c", { ctrl: true }, "copy"],
  ["v", { ctrl: true }, "paste"],
  ["d", { ctrl: true }, "duplicate"],
  ["Delete", {}, "removeSelected"],
  ["Backspace", {}, "removeSelected"],
  ["l", {}, "layout"],
  ["?", { shift: true }, "help"],
] as const)("%s with %j means %s", (key, held, expected) => {
  expect(press(key, held)).toBe(expected);
});

test.each([
  ["z", {}],
  ["z", { ctrl: true, alt: true }],
  ["c", { ctrl: true, shift: true }],
  ["ArrowUp", {}],
] as const)("%s with %j is left to the browser", (key, held) => {
  expect(press(key, held)).toBeNull();
});
