// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { readNumber } from "./read-number.ts";

test.each([
  ["10", 1e6, 10_000_000],
  ["2.5", 1000, 2500],
  [" 0.001 ", 1000, 1],
  ["", 1, undefined],
  ["ten", 1, null],
  ["-1", 1, null],
  ["1e3", 1, null],
])("%j in units of %d is read as %j", (text, scale, value) => {
  expect(readNumber(text, scale)).toBe(value);
});
