// SPDX-License-Identifier: Apache-2.0
import { apiVersion, type LivePod, type PodStatus, type PodView, type ServiceChainView } from "@nfaas/domain";
import { describe, expect, it } from "vitest";
import { describePod, describeView } from "./describe.ts";

const status: PodStatus = {
  name: "fw-0",
  uid: "one",
  function: "firewall",
  ready: true,
  synced: false,
  fabricAddress: "100.64.0.1",
  restarts: 0,
  views: [],
};
const live = (members?: LivePod["members"]): LivePod => ({
  pod: "fw-0",
  function: "firewall",
  epoch: "e",
  time: 1,
  ready: true,
  ioCpuNs: 0,
  malformedPackets: 0,
  links: [],
  members,
  tenants: [],
  views: [],
});
const line = (of: Partial<PodStatus>, members?: LivePod["members"]) =>
  describePod("node-1", { ...status, ...of }, live(members), undefined, []);

describe("a pod's line on the platform page", () => {
  it("says with whom it shares flows, and how far behind it is", () => {
    const members = [{ pod: "fw-1", connected: true, lagMs: 700 }];
    expect(line({}, members).sharing).toEqual({ synced: false, members });
    expect(line({ synced: true }, members).sharing).toEqual({ synced: true, members });
    expect(line({}).sharing).toBeNull();
    expect(line({}, []).sharing).toBeNull();
  });
  it("says how far it is drained itself, not what it does for others", () => {
    expect(line({ drains: [{ uid: "one", pod: "fw-0", stage: "flows" }] }).drain).toBe("flows");
    expect(line({ drains: [{ uid: "two", pod: "fw-1", stage: "flows" }] }).drain).toBeNull();
  });
});

const view = (drained: boolean): ServiceChainView => ({
  apiVersion,
  kind: "ServiceChainView",
  metadata: { name: "web-1", namespace: "tenant-acme", uid: "v" },
  spec: {
    tenant: "acme",
    tenantId: 1,
    chain: "web",
    viewId: 1,
    sequence: 1,
    revision: 1,
    weight: 100,
    keepFlows: true,
    nodes: [],
    edges: [],
  },
  status: {
    conditions: drained
      ? [
          {
            type: "Drained",
            status: "Unknown",
            reason: "KeepingFlows",
            message: "",
            observedGeneration: 1,
            lastTransitionTime: "2026-01-01T00:00:00Z",
          },
        ]
      : [],
  },
});
const viewLine = (drained: boolean, ...entries: Partial<PodView>[]) => {
  const pods = entries.map((entry) => ({
    ...status,
    views: [{ view: "tenant-acme/web-1", uid: "v", programmed: true, ...entry }],
  }));
  const { state, share, keptFlows } = describeView(view(drained), pods, []);
  return { state, share, keptFlows };
};

describe("a view's line on the platform page", () => {
  it("says which share of new packets it takes, not what newer views leave over of it", () => {
    expect(viewLine(false, { share: 80, keepsFlows: true }, {})).toEqual({
      state: "active",
      share: 80,
      keptFlows: null,
    });
  });
  it("says that it drains and how many flows are left, while it takes nothing new", () => {
    const line = viewLine(true, { share: 0, keepsFlows: true, keptFlows: 2 }, { share: 0, keepsFlows: true });
    expect(line).toEqual({ state: "draining", share: 0, keptFlows: 2 });
    expect(viewLine(true, { share: 0, keepsFlows: true }).keptFlows).toBeNull();
    const conservation = { injected: 3, left: 2, dropped: 1 };
    expect(viewLine(false, { share: 0, conservation })).toMatchObject({ state: "draining" });
  });
  it("says that a new one is programmed, though it is to keep its flows one day", () => {
    expect(viewLine(false, { share: 0, keepsFlows: true })).toMatchObject({ state: "programmed", share: 0 });
  });
});
