// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import type { Snapshot } from "./desired-state.ts";
import { build, live, snapshot, view } from "./fixtures.ts";

const withPod = (name: string, change: object): Snapshot => {
  const world = snapshot({ views: [view({ sequence: 1, weight: 100 })] });
  return { ...world, pods: world.pods.map((p) => (p.name === name ? { ...p, ...change } : p)) };
};
const poolOf = (world: Snapshot, pod: string, name: string) =>
  build(pod, world)
    .message.pools.find((p) => p.name === name)
    ?.backends.map((b) => b.name);

describe("the pools of a pod", () => {
  it("keeps pods that are not ready out of the pools, but never itself", () => {
    const world = withPod("firewall-shared-0", { ready: false });
    expect(poolOf(world, "gateway-west", "set/firewall-shared")).toEqual(["firewall-shared-1"]);
    expect(poolOf(world, "firewall-shared-0", "set/firewall-shared")).toEqual([
      "firewall-shared-0",
      "firewall-shared-1",
    ]);
  });

  it("has pods that join a pool start slowly", () => {
    const world = withPod("firewall-shared-0", { ready: true });
    const { pools } = build("gateway-west", world).message;
    expect(pools.length).toBeGreaterThan(0);
    expect(pools.every((p) => p.slowStartMs === 10_000)).toBe(true);
  });

  describe("when a ready pod has refused a view that another has taken", () => {
    const world = {
      ...live,
      pods: live.pods.map((p) =>
        p.name === "firewall-shared-0" ? { ...p, refused: new Set(["uid-1"]) } : p,
      ),
    };
    const takers = (pod: string, viewId: number, of = world) => {
      const { views, pools } = build(pod, of).message;
      const node = views.find((v) => v.viewId === viewId)?.nodes.find((n) => n.name === "fw");
      return pools.find((p) => p.name === node?.pool)?.backends.map((b) => b.name);
    };

    it("sends that view's packets to the others only, and other views' to all", () => {
      for (const pod of ["gateway-west", "gateway-east", "firewall-shared-1"]) {
        expect(takers(pod, 1)).toEqual(["firewall-shared-1"]);
        expect(takers(pod, 2)).toEqual(["firewall-shared-0", "firewall-shared-1"]);
      }
    });

    it("asks the pod itself again with a view whose nodes it runs", () => {
      expect(takers("firewall-shared-0", 1)).toContain("firewall-shared-0");
    });

    it("leaves the pool whole when nobody has taken the view", () => {
      const none = { ...world, pods: world.pods.map((p) => ({ ...p, refused: new Set(["uid-1"]) })) };
      expect(takers("gateway-west", 1, none)).toEqual(["firewall-shared-0", "firewall-shared-1"]);
    });
  });
});
