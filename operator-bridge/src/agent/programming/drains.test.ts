// SPDX-License-Identifier: Apache-2.0
import type { DrainStage } from "@nfaas/domain";
import { describe, expect, it } from "vitest";
import { type DrainFacts, Drains } from "./drains.ts";
import { build, snapshot, view } from "./fixtures.ts";
import type { FabricPod } from "./placement.ts";

const leaver = "firewall-shared-1";
const askedAt = 1_000;

/** The pods of the fixtures while one of the two firewalls is drained. */
const drained = (stage: DrainStage, change: Partial<FabricPod> = {}, of: Partial<FabricPod> = {}) =>
  snapshot({ views: [view({ sequence: 1, weight: 100 })] }).pods.map((p) => ({
    ...p,
    ...(p.function === "firewall" ? of : {}),
    ...(p.name === leaver ? { drain: stage, ...change } : {}),
  }));
const appliedTo = (pods: readonly FabricPod[], name: string) =>
  build(name, snapshot({ pods, views: [view({ sequence: 1, weight: 100 })] }));
/** What the pod says it has done. */
function done(pods: readonly FabricPod[], name: string, facts: Partial<DrainFacts> = {}): string | undefined {
  const drains = new Drains(() => askedAt);
  drains.note(pods);
  const session = { applied: appliedTo(pods, name), heardOf: () => undefined, ...facts };
  return drains.doneBy(pods.find((p) => p.name === name)!, session, pods)[0]?.stage;
}
const backends = (pods: readonly FabricPod[], name: string) =>
  appliedTo(pods, name)
    .message.pools.find((p) => p.name === "set/firewall-shared")
    ?.backends.map((b) => [b.name, b.weight]);

describe("a pod that is to go", () => {
  it("gets no new flows, and keeps those it has, until it is to get no packets", () => {
    for (const stage of ["new-flows", "flows"] as const) {
      expect(backends(drained(stage), "gateway-west")).toEqual([
        ["firewall-shared-0", 100],
        [leaver, 0],
      ]);
    }
    expect(backends(drained("packets"), "gateway-west")).toEqual([["firewall-shared-0", 100]]);
  });
  it("still knows which nodes it runs when nobody sends it packets any more", () => {
    expect(backends(drained("packets"), leaver)).toContainEqual([leaver, 0]);
  });
});

describe("what a pod says it has done towards one that is to go", () => {
  it("is nothing before the process has the state that does it", () => {
    const pods = drained("new-flows");
    expect(done(pods, "gateway-west", { applied: undefined })).toBeUndefined();
    expect(
      done(pods, "gateway-west", { applied: appliedTo(snapshot().pods, "gateway-west") }),
    ).toBeUndefined();
    expect(done(pods, "gateway-west")).toBe("new-flows");
  });
  it("is that its flows are taken over once all is known that it knew when it got its last new flow", () => {
    const pods = drained("flows");
    const other = "firewall-shared-0";
    expect(done(pods, other)).toBe("new-flows");
    expect(done(pods, other, { heardOf: () => askedAt + 2_000 })).toBe("new-flows");
    expect(done(pods, other, { heardOf: () => askedAt + 2_001 })).toBe("flows");
    expect(done(pods, "gateway-west")).toBe("flows");
    expect(done(pods, leaver)).toBe("flows");
  });
  it("is no taking over of what has died", () => {
    expect(done(drained("flows", { ready: false }), "firewall-shared-0")).toBe("flows");
  });
  it("waits for its flows to end where no other pod can take them over", () => {
    for (const pods of [
      drained("flows", {}, { function: "classifier" }),
      drained("flows").filter((p) => p.name !== "firewall-shared-0"),
    ]) {
      expect(done(pods, leaver)).toBe("new-flows");
      expect(done(pods, leaver, { flows: { count: 1, askedAt: askedAt + 1 } })).toBe("new-flows");
      expect(done(pods, leaver, { flows: { count: 0, askedAt } })).toBe("new-flows");
      expect(done(pods, leaver, { flows: { count: 0, askedAt: askedAt + 1 } })).toBe("flows");
      expect(done(pods, "gateway-west")).toBe("flows");
    }
  });
});
