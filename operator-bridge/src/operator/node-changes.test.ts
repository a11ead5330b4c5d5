// SPDX-License-Identifier: Apache-2.0
import type { PodStatus } from "@nfaas/domain";
import { expect, it } from "vitest";
import { changedViews, podsChanged } from "./node-changes.ts";

const pod = (name: string, ready: boolean, ...views: [string, boolean][]): PodStatus => ({
  name,
  function: "firewall",
  ready,
  fabricAddress: "",
  restarts: 0,
  views: views.map(([view, programmed]) => ({ view, uid: view, programmed })),
});

it("finds the views of which a pod says something else, comes or goes", () => {
  const before = [pod("a", true, ["same", true], ["turned", false], ["gone", true])];
  const after = [pod("a", true, ["same", true], ["turned", true], ["new", false])];
  expect([...changedViews(before, after)].sort()).toEqual(["gone", "new", "turned"]);
});

it("tells pods that changed from views that did", () => {
  const before = [pod("a", true, ["x", false])];
  expect(podsChanged(before, [pod("a", true, ["x", true])])).toBe(false);
  expect(podsChanged(before, [pod("a", false, ["x", false])])).toBe(true);
  expect(podsChanged(before, [])).toBe(true);
});
