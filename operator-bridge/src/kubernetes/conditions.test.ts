// SPDX-License-Identifier: Apache-2.0
import { expect, it } from "vitest";
import { condition, withConditions } from "./conditions.ts";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second, 500));
const ready = (value: boolean, message: string, generation: number) =>
  condition("Ready", value, "Why", message, generation);

it("moves a condition's transition time only when its status changes", () => {
  const first = withConditions(undefined, [ready(false, "one", 1)], at(1));
  const second = withConditions(first, [ready(false, "two", 2)], at(2));
  const third = withConditions(second, [ready(true, "three", 3)], at(3));
  expect([first, second, third].map(([c]) => c?.lastTransitionTime)).toEqual([
    "2026-01-01T00:00:01Z",
    "2026-01-01T00:00:01Z",
    "2026-01-01T00:00:03Z",
  ]);
  expect(second[0]).toMatchObject({ message: "two", observedGeneration: 2 });
});

it("leaves the conditions of others alone", () => {
  const before = withConditions(undefined, [condition("Drained", false, "Draining", "", 1)], at(1));
  const after = withConditions(before, [ready(true, "", 1)], at(2));
  expect(after.map((c) => c.type)).toEqual(["Drained", "Ready"]);
});
