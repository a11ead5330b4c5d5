// SPDX-License-Identifier: Apache-2.0
import { expect, it } from "vitest";
import { jsonPath } from "./jsonPath.ts";

const object = {
  metadata: { labels: { "a.b/c": "dotted" } },
  status: {
    ready: true,
    conditions: [
      { type: "Ready", status: "True", weight: 1 },
      { type: "Synced", status: "False", weight: 2 },
    ],
  },
};

it.each([
  [".status.ready", [true]],
  ["{.status.ready}", [true]],
  ["$.status.ready", [true]],
  ['.status.conditions[?(@.type=="Ready")].status', ["True"]],
  [".status.conditions[?(@.type!='Ready')].status", ["False"]],
  [".status.conditions[?(@.weight==2)].type", ["Synced"]],
  [".status.conditions[*].type", ["Ready", "Synced"]],
  [".status.conditions[-1].type", ["Synced"]],
  [".status.conditions[7].type", []],
  [String.raw`.metadata.labels.a\.b/c`, ["dotted"]],
  [".metadata.labels['a.b/c']", ["dotted"]],
  [".missing.deeply", []],
])("finds %s", (path, found) => {
  expect(jsonPath(path)(object)).toEqual(found);
});

it.each(["status", ".a[", ".a[?(@.b>1)]", "..a"])("refuses %s, which it can't follow", (path) => {
  expect(() => jsonPath(path)).toThrow(SyntaxError);
});
