// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { isKeepTime, readKeepTime } from "./keep-time.ts";

test("whole seconds from 1 to a day can be published, and blank for the default", () => {
  expect(["", " ", "1", " 60 ", "86400"].filter((text) => !isKeepTime(text))).toEqual([]);
  expect(["0", "86401", "-1", "1.5", "1e3", "a minute"].filter(isKeepTime)).toEqual([]);
  expect(readKeepTime(" 60 ")).toBe(60);
  expect(readKeepTime("")).toBeUndefined();
});
