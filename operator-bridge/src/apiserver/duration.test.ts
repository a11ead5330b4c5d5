// SPDX-License-Identifier: Apache-2.0
import { expect, it } from "vitest";
import { humanDuration } from "./duration.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

it.each([
  [-5 * second, "0s"],
  [119 * second, "119s"],
  [2 * minute, "2m"],
  [9 * minute + 30 * second, "9m30s"],
  [179 * minute, "179m"],
  [3 * hour, "3h"],
  [7 * hour + 5 * minute, "7h5m"],
  [47 * hour, "47h"],
  [2 * day, "2d"],
  [7 * day + 23 * hour, "7d23h"],
  [729 * day, "729d"],
  [3 * 365 * day + day, "3y1d"],
  [9 * 365 * day, "9y"],
])("shows an age of %d ms as kubectl does: %s", (durationMs, shown) => {
  expect(humanDuration(durationMs)).toBe(shown);
});
