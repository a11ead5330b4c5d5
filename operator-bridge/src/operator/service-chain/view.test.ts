// SPDX-License-Identifier: Apache-2.0
import { apiVersion, type ServiceChain, type ServiceChainView } from "@nfaas/domain";
import { describe, expect, it } from "vitest";
import { appendRetired, limitRetired } from "./conditions.ts";
import { allocateViewId, isViewOf, newView, nextSequence } from "./view.ts";

const chain: ServiceChain = {
  apiVersion,
  kind: "ServiceChain",
  metadata: { name: "web", namespace: "tenant-acme", uid: "u" },
  spec: { tenant: "acme", revision: 7, nodes: [], edges: [], historyLimit: 2 },
};
const graph = {
  tenantId: 1,
  nodes: [{ name: "fw", function: "firewall", config: { b: 1, a: [1, 2] }, forwardSi: 255, reverseSi: 255 }],
  edges: [
    { name: "x", from: "a", to: "b" },
    { name: "y", from: "b", to: "c" },
  ],
};
const made = (viewId: number, sequence: number, createdAt: string): ServiceChainView => {
  const view = newView(chain, graph, viewId, sequence);
  return { ...view, metadata: { ...view.metadata, creationTimestamp: createdAt } };
};
const outcome = (name: string) => ({
  name,
  viewId: 1,
  revision: 1,
  retiredAt: "2026-01-01T00:00:00Z",
  injected: 0,
  left: 0,
  dropped: 0,
  lost: 0,
  closed: true,
});

describe("view ids", () => {
  it("start at 1 and go on after the newest, so that a freed id rests", () => {
    expect(allocateViewId([])).toBe(1);
    const views = [made(9, 5, "2026-01-01T00:00:05Z"), made(3, 1, "2026-01-01T00:00:01Z")];
    expect(allocateViewId(views)).toBe(10);
  });
  it("begin again behind 255 and skip what is used", () => {
    const views = [made(255, 9, "2026-01-01T00:00:05Z"), made(1, 8, "2026-01-01T00:00:04Z")];
    expect(allocateViewId(views)).toBe(2);
  });
  it("are refused when all 255 are used", () => {
    const views = Array.from({ length: 255 }, (_, i) => made(i + 1, i + 1, "2026-01-01T00:00:00Z"));
    expect(allocateViewId(views)).toBeUndefined();
    expect(allocateViewId(views.filter((v) => v.spec.viewId !== 77))).toBe(77);
  });
});

describe("a view is the chain's", () => {
  const view = newView(chain, graph, 1, 1);
  it("whatever the order of fields, as an API may give them back", () => {
    const stored = JSON.parse(JSON.stringify(view)) as ServiceChainView;
    stored.spec.nodes = [
      { reverseSi: 255, forwardSi: 255, config: { a: [1, 2], b: 1 }, function: "firewall", name: "fw" },
    ];
    expect(isViewOf(stored, graph, 7)).toBe(true);
  });
  it("unless the revision, a config or the order of edges differs", () => {
    expect(isViewOf(view, graph, 8)).toBe(false);
    const config = { ...graph, nodes: [{ ...graph.nodes[0]!, config: { b: 2, a: [1, 2] } }] };
    expect(isViewOf(view, config, 7)).toBe(false);
    expect(isViewOf(view, { ...graph, edges: [...graph.edges].reverse() }, 7)).toBe(false);
  });
});

describe("what a chain remembers", () => {
  it("counts on from views that only its memory knows", () => {
    const remembering = { ...chain, status: { retired: [outcome("web-41")] } };
    expect(nextSequence(remembering, [made(1, 3, "2026-01-01T00:00:00Z")])).toBe(42);
  });
  it("holds a view's outcome once", () => {
    const remembering = { ...chain, status: { retired: [outcome("web-1")] } };
    expect(appendRetired(remembering, [outcome("web-1"), outcome("web-2")]).map((r) => r.name)).toEqual([
      "web-1",
      "web-2",
    ]);
  });
  it("is cut to its limit, but never of a view that still exists", () => {
    const retired = ["web-1", "web-2", "web-3", "web-4"].map(outcome);
    expect(limitRetired(chain, retired, new Set(["web-1"])).map((r) => r.name)).toEqual([
      "web-1",
      "web-3",
      "web-4",
    ]);
  });
});
