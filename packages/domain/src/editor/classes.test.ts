// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { asClasses, moveItem, withOptional } from "./classes.ts";

test.each([[undefined], [null], [{}], [{ classes: "a" }], [{ classes: [null, 3, { name: 4 }] }]])(
  "%j reads as no classes",
  (config) => {
    expect(asClasses<{ name: string }>(config, "name")).toEqual([]);
  },
);

test("classes are read in their order", () => {
  const classes = [{ name: "b" }, { name: "a" }];
  expect(asClasses<{ name: string }>({ classes }, "name")).toEqual(classes);
});

test.each<[number, number, string]>([
  [0, 2, "bca"],
  [2, 0, "cab"],
  [1, 1, "abc"],
  [0, 3, "abc"],
  [3, 0, "abc"],
])("an item moved from %d to %d gives %s", (from, to, order) => {
  expect(moveItem(["a", "b", "c"], from, to).join("")).toBe(order);
});

test("a field set to undefined is gone, so that it has its default", () => {
  const of: { percent?: number } = { percent: 5 };
  expect(Object.keys(withOptional(of, "percent", undefined))).toEqual([]);
  expect(withOptional(of, "percent", 7)).toEqual({ percent: 7 });
});
