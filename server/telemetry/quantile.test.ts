// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { quantile } from "./quantile.ts";

test("half of the packets stayed less than the median's bucket allows", () => {
  expect(quantile([10, 80, 10, 0, 0], 0.5)).toBe(512);
  expect(quantile([10, 80, 10, 0, 0], 0.99)).toBe(1024);
});

test("what took longer than any bound is told as longer than the last one", () => {
  expect(quantile([0, 0, 0, 0, 7], 0.5)).toBe(256 * 8);
});

test("without packets there is no time", () => {
  expect(quantile([0, 0, 0], 0.5)).toBeNull();
  expect(quantile([], 0.5)).toBeNull();
});
