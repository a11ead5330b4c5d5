// SPDX-License-Identifier: Apache-2.0
import type { LivePod, PodStatus } from "@nfaas/domain";
import { describe, expect, it } from "vitest";
import { describePod } from "./describe.ts";

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
