// SPDX-License-Identifier: Apache-2.0
import type { LivePod } from "@nfaas/domain";
import { describe, expect, it } from "vitest";
import { unansweredBy } from "./overview.ts";

const pod = (name: string, dead: Record<string, boolean>): LivePod => ({
  pod: name,
  function: "gateway",
  epoch: "one",
  time: 0,
  ready: true,
  ioCpuNs: 0,
  malformedPackets: 0,
  links: Object.entries(dead).map(([peer, is]) => ({ peer, up: true, dead: is, deaths: 0 })),
  tenants: [],
  views: [],
});

describe("who finds a pod silent", () => {
  it("are the pods whose links say so, and no others", () => {
    const pods = [
      pod("west", { fw: true, east: false }),
      pod("east", { fw: true }),
      pod("fw", { west: false }),
    ];
    expect(unansweredBy("fw", pods)).toEqual(["west", "east"]);
    expect(unansweredBy("east", pods)).toEqual([]);
  });
});
