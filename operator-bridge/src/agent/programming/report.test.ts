// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { buildDesiredState } from "./desired-state.ts";
import { noExclusions } from "./exclusions.ts";
import { snapshot, view } from "./fixtures.ts";
import { goingViews, reportPod, type SessionFacts } from "./report.ts";

const old = view({ sequence: 1, weight: 100 });
const fresh = view({ sequence: 2, weight: 100 });
const count = { injected: 3, left: 2, dropped: 1 };

function report(podName: string, views = [old, fresh], change: Partial<SessionFacts> = {}) {
  const world = snapshot({ views });
  const pod = world.pods.find((p) => p.name === podName)!;
  const applied = buildDesiredState(pod, world, { exclusions: noExclusions, fresh: false });
  const session = {
    ready: true,
    synced: true,
    drains: [],
    applied,
    refusalOf: () => undefined,
    keptFlowsOf: () => undefined,
    conservationOf: () => count,
    ...change,
  };
  return reportPod(pod, 0, session, views, world.tenants).views;
}

describe("what is said of a view", () => {
  it("is its share at gateways, and its count once newer views take all its packets", () => {
    expect(report("gateway-west")).toEqual([
      { view: "tenant-acme/web-1", uid: "uid-1", programmed: true, share: 0, conservation: count },
      { view: "tenant-acme/web-2", uid: "uid-2", programmed: true, share: 100 },
    ]);
  });
  it("is no share at pods that are no gateways", () => {
    expect(report("firewall-shared-0").map((v) => v.share)).toEqual([undefined, undefined]);
  });
  it("is no count of a view that is live or not yet live", () => {
    const pending = view({ sequence: 2, weight: 0 });
    expect(report("firewall-shared-0", [old, pending]).map((v) => v.conservation)).toEqual([
      undefined,
      undefined,
    ]);
    expect([...goingViews([old, pending])]).toEqual([]);
  });
  it("is no count while the gateway itself still has a share to give", () => {
    const applied = { views: [old, fresh], shares: new Map([["uid-1", 100]]), keeping: new Set<string>() };
    expect(report("gateway-west", [old, fresh], { applied })[0]).toMatchObject({ share: 100 });
    expect(report("gateway-west", [old, fresh], { applied })[0]).not.toHaveProperty("conservation");
  });
  it("is how many flows a gateway keeps in it, and no count as long as it does", () => {
    const kept = { ...old, spec: { ...old.spec, keepFlows: true } };
    const [entry] = report("gateway-west", [kept, fresh], { keptFlowsOf: () => 7 });
    expect(entry).toMatchObject({ share: 0, keepsFlows: true, keptFlows: 7 });
    expect(entry).not.toHaveProperty("conservation");
    expect(report("gateway-west", [kept, fresh])[0]).not.toHaveProperty("keptFlows");
    expect(report("firewall-shared-0", [kept, fresh])[0]).toMatchObject({ conservation: count });
  });
  it("is the reason when the pod refused it", () => {
    const refusal = { reason: "LimitExceeded", message: "no" };
    const applied = { views: [old], shares: new Map([["uid-1", 100]]), keeping: new Set<string>() };
    const [, entry] = report("gateway-west", [old, fresh], { applied, refusalOf: () => refusal });
    expect(entry).toEqual({ view: "tenant-acme/web-2", uid: "uid-2", programmed: false, ...refusal });
  });
  it("is PodNotReady when no process answers", () => {
    const entries = report("gateway-west", [fresh], {
      ready: false,
      applied: undefined,
      conservationOf: () => undefined,
    });
    expect(entries[0]).toMatchObject({ programmed: false, reason: "PodNotReady" });
  });
  it("goes on until the pod has really let go of a deleted view", () => {
    const applied = { views: [old, fresh], shares: new Map([["uid-2", 100]]), keeping: new Set<string>() };
    expect(report("gateway-west", [fresh], { applied }).map((v) => [v.uid, v.programmed])).toEqual([
      ["uid-1", true],
      ["uid-2", true],
    ]);
  });
});
