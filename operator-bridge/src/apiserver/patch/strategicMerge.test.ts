// SPDX-License-Identifier: Apache-2.0
import { expect, it } from "vitest";
import { applyStrategicMerge } from "./strategicMerge.ts";

const containers = (...names: string[]) => ({ containers: names.map((name) => ({ name, image: name })) });

it("merges a keyed list by its key and leaves the target as it was", () => {
  const target = containers("a", "b");
  const patch = { containers: [{ name: "b", image: "new" }, { name: "c" }] };
  expect(applyStrategicMerge(target, patch)).toEqual({
    containers: [{ name: "a", image: "a" }, { name: "b", image: "new" }, { name: "c" }],
  });
  expect(target).toEqual(containers("a", "b"));
});

it("deletes and replaces by $patch", () => {
  const deleted = { containers: [{ name: "a", $patch: "delete" }] };
  expect(applyStrategicMerge(containers("a", "b"), deleted)).toEqual(containers("b"));
  const replaced = { containers: [{ $patch: "replace" }, { name: "z", image: "z" }] };
  expect(applyStrategicMerge(containers("a", "b"), replaced)).toEqual(containers("z"));
  expect(applyStrategicMerge({ a: 1 }, { $patch: "replace", b: 2 })).toEqual({ b: 2 });
});

it("orders by $setElementOrder and keeps the rest behind", () => {
  const patch = { "$setElementOrder/containers": [{ name: "c" }, { name: "a" }] };
  expect(applyStrategicMerge(containers("a", "b", "c"), patch)).toEqual(containers("c", "a", "b"));
});

it("adds to and deletes from sets of primitives", () => {
  const target = { finalizers: ["a", "b"] };
  const patch = { finalizers: ["c", "a"], "$deleteFromPrimitiveList/finalizers": ["b"] };
  expect(applyStrategicMerge(target, patch)).toEqual({ finalizers: ["a", "c"] });
});

it("keeps only $retainKeys, removes on null, and replaces lists without a key", () => {
  expect(applyStrategicMerge({ a: 1, b: 2 }, { $retainKeys: ["b", "c"], c: 3 })).toEqual({ b: 2, c: 3 });
  expect(applyStrategicMerge({ a: 1, args: ["x"] }, { a: null, args: ["y"] })).toEqual({ args: ["y"] });
});
