// SPDX-License-Identifier: Apache-2.0
import { expect, it } from "vitest";
import { nextBackoff } from "./backoff.ts";

it("doubles the pause of a process that keeps ending, up to 5 s", () => {
  let pause = 0;
  const pauses = Array.from({ length: 9 }, () => {
    pause = nextBackoff(pause, 50);
    return pause;
  });
  expect(pauses.slice(0, 4)).toEqual([100, 200, 400, 800]);
  expect(pauses.at(-1)).toBe(5000);
});

it("starts over with the shortest pause after a process ran steadily", () => {
  expect(nextBackoff(5000, 60_000)).toBe(100);
});
