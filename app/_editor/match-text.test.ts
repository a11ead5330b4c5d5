// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { matchText } from "./match-text.ts";

test.each([
  [undefined, ""],
  [{}, ""],
  [{ protocol: "tcp", destinationPorts: { first: 80, last: 80 } }, "tcp 80"],
  [
    { sources: ["10.0.1.0/24"], destinations: ["10.0.2.0/24", "10.0.3.0/24"] },
    "from 10.0.1.0/24 · to 10.0.2.0/24, 10.0.3.0/24",
  ],
] as const)("%j reads %j on its edge", (match, text) => {
  expect(matchText(match as Parameters<typeof matchText>[0])).toBe(text);
});
