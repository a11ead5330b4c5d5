// SPDX-License-Identifier: Apache-2.0
import { functionKinds, validateGraph } from "@nfaas/domain";
import { expect, test } from "vitest";
import { problemsOfClass } from "./class-issues.ts";

const classes = [{ output: "a" }, { output: "b", percent: 0, match: { sources: ["10.0.0.0/8", "nowhere"] } }];
const node = {
  kind: "function",
  name: "c",
  function: "classifier",
  config: { classes },
  position: { x: 0, y: 0 },
} as const;
const issues = validateGraph({ nodes: [node], edges: [] }, { attachments: [], functions: functionKinds });

test("a class's problems are found by field, those of a list's items by the list", () => {
  const problem = problemsOfClass(issues, "c", 1);
  expect(problem("percent")).toContain("0 %");
  expect(problem("match.sources")).toContain("nowhere");
  expect(problem("output")).toBeUndefined();
});

test("another class and another node have none of them", () => {
  expect(problemsOfClass(issues, "c", 0)("percent")).toBeUndefined();
  expect(problemsOfClass(issues, "d", 1)("percent")).toBeUndefined();
});
