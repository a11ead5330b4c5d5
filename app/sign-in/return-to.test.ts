// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { safeReturn } from "./return-to.ts";

test.each([
  ["/t/acme/chains?x=1", "/t/acme/chains?x=1"],
  ["/", "/"],
])("%j stays", (next, path) => {
  expect(safeReturn(next)).toBe(path);
});

test.each([
  ["//evil.example"],
  ["/\\evil.example"],
  ["https://evil.example"],
  ["javascript:alert(1)"],
  ["\t//evil.example"],
  ["/\t/evil.example"],
  [undefined],
  [["/a"]],
])("%j never leads off the console", (next) => {
  expect(safeReturn(next)).toBe("/");
});
