// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { backgroundHeader } from "../../server/api/background.ts";
import { activityHeaders, repeated } from "./background.ts";

const poll = repeated(1_000).trpc;
const click = { context: {} };

test("a batch counts as a person's unless every request in it is a page's own", () => {
  expect(activityHeaders([poll, poll])).toHaveProperty(backgroundHeader);
  expect(activityHeaders([poll, click])).toEqual({});
  expect(activityHeaders([click])).toEqual({});
});
