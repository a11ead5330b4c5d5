// SPDX-License-Identifier: Apache-2.0
import {
  apiVersion,
  type DataplaneNode,
  type DrainStage,
  type FunctionSet,
  type PodDrain,
  type PodStatus,
} from "@nfaas/domain";
import { describe, expect, it } from "vitest";
import type { Pod } from "../../kubernetes/core.ts";
import { Reports } from "./observe.ts";
import { planPods } from "./plan.ts";

interface Is {
  template?: "old" | "new";
  ready?: boolean;
  synced?: boolean;
  drain?: DrainStage;
  /** Seconds ago. */
  since?: number;
  going?: boolean;
  /** Pods of which it has done the stage they are in. */
  done?: PodDrain[];
  views?: PodStatus["views"];
}

const now = Date.parse("2026-01-01T00:10:00Z");
const set = (replicas: number, spec: Partial<FunctionSet["spec"]> = {}): FunctionSet => ({
  apiVersion,
  kind: "FunctionSet",
  metadata: { name: "fw", namespace: "nfaas-system", uid: "set" },
  spec: { function: "firewall", replicas, ...spec },
});
const pod = (number: number, { template = "old", ready = true, drain, since = 0, going }: Is): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: `fw-${number}`,
    uid: `uid-${number}`,
    deletionTimestamp: going ? "2026-01-01T00:00:00Z" : undefined,
    annotations: {
      "nfaas.io/template": template,
      ...(drain && {
        "nfaas.io/drain": drain,
        "nfaas.io/drain-since": new Date(now - since * 1_000).toISOString(),
      }),
    },
  },
  spec: { containers: [] },
  status: { conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
});
const report = (number: number, { ready = true, synced = true, done = [], views = [] }: Is): PodStatus => ({
  name: `fw-${number}`,
  uid: `uid-${number}`,
  function: "firewall",
  ready,
  synced,
  drains: done,
  fabricAddress: "",
  restarts: 0,
  views,
});
const did = (number: number, stage: DrainStage): PodDrain => ({
  uid: `uid-${number}`,
  pod: `fw-${number}`,
  stage,
});
const view = (programmed: boolean) => ({ view: "tenant-acme/web-1", uid: "v1", programmed });

function plan(of: FunctionSet, pods: Record<number, Is>, conditions: DataplaneNode["status"] = {}) {
  const entries = Object.entries(pods).map(([n, is]) => [Number(n), is] as const);
  const node: DataplaneNode = {
    apiVersion,
    kind: "DataplaneNode",
    metadata: { name: "node-1" },
    spec: {},
    status: { ...conditions, pods: entries.map(([n, is]) => report(n, is)) },
  };
  const made = planPods({
    set: of,
    template: "new",
    pods: entries.map(([n, is]) => pod(n, is)),
    reports: new Reports([node]),
    now,
  });
  const steps = made.steps.map((s) =>
    s.do === "create"
      ? `create ${s.name}`
      : `${s.do} ${s.pod.metadata.name}${s.do === "drain" ? ` ${s.stage}` : s.lost ? " lost" : ""}`,
  );
  return { ...made, steps };
}
const fresh: Is = { template: "new" };

describe("the pods of a set", () => {
  it("are made at once where they are missing, under free names", () => {
    expect(plan(set(3), { 1: fresh }).steps).toEqual(["create fw-0", "create fw-2"]);
    expect(plan(set(1), { 0: { ...fresh, going: true } }).steps).toEqual(["create fw-1"]);
  });
  it("are left alone when they are as the set says", () => {
    expect(plan(set(2), { 0: fresh, 1: fresh })).toMatchObject({ steps: [], progress: undefined });
  });
  it("are all drained before they go when the set gets smaller, the highest numbers first", () => {
    const { steps, progress } = plan(set(1), { 0: fresh, 1: fresh, 2: fresh });
    expect(steps).toEqual(["drain fw-2 new-flows", "drain fw-1 new-flows"]);
    expect(progress?.reason).toBe("Draining");
  });
  it("lose first who carries nothing", () => {
    expect(plan(set(1), { 0: { ...fresh, ready: false }, 1: fresh }).steps).toEqual(["drain fw-0 new-flows"]);
  });
});

describe("a replacement", () => {
  it("is made before an old pod is drained, one at a time", () => {
    expect(plan(set(2), { 0: {}, 1: {} }).steps).toEqual(["create fw-2"]);
    expect(plan(set(2), { 0: {}, 1: {}, 2: fresh }).steps).toEqual(["drain fw-1 new-flows"]);
    expect(plan(set(2), { 0: {}, 1: { drain: "flows" }, 2: fresh }).steps).toEqual([]);
  });
  it.each<[string, Is]>([
    ["is not ready", { ready: false }],
    ["does not know the others' flows", { synced: false }],
    ["has not programmed a view that the others have", { views: [view(false)] }],
  ])("takes no old pod's place while it %s", (_, is) => {
    const made = plan(set(2), { 0: { views: [view(true)] }, 1: {}, 2: { ...fresh, ...is } });
    expect(made.steps).toEqual([]);
    expect(made.progress).toMatchObject({ reason: "Replacing", message: expect.stringContaining("fw-2") });
  });
  it("takes the place of a pod that carries nothing at once", () => {
    const pods = { 0: {}, 1: { ready: false }, 2: { ...fresh, ready: false } };
    expect(plan(set(2), pods).steps).toEqual(["drain fw-1 new-flows"]);
  });
  it("that never gets ready goes when the template is what it was", () => {
    const pods = { 0: fresh, 1: fresh, 2: { ready: false } };
    expect(plan(set(2), pods).steps).toEqual(["drain fw-2 new-flows"]);
  });
  it("counts as progress until the last old pod is gone", () => {
    expect(plan(set(2), { 0: {}, 2: fresh }).progress?.reason).toBe("Replacing");
    expect(plan(set(2), { 1: { drain: "packets" }, 0: fresh, 2: fresh }).progress?.reason).toBe("Draining");
    expect(plan(set(2), { 0: fresh, 2: fresh }).progress).toBeUndefined();
  });
});

describe("a pod that is drained", () => {
  const leaves = (drain: DrainStage, done: [number, DrainStage][], rest: Is = {}) =>
    plan(set(1), {
      0: { ...fresh, done: done.filter(([by]) => by === 0).map(([, stage]) => did(1, stage)) },
      1: { drain, done: done.filter(([by]) => by === 1).map(([, stage]) => did(1, stage)), ...rest },
    });
  it("gets to the next stage when every ready pod has done its part, itself included", () => {
    expect(leaves("new-flows", []).steps).toEqual([]);
    expect(leaves("new-flows", [[0, "new-flows"]]).steps).toEqual([]);
    const both = (stage: DrainStage): [number, DrainStage][] => [
      [0, stage],
      [1, stage],
    ];
    expect(leaves("new-flows", both("new-flows")).steps).toEqual(["drain fw-1 flows"]);
    expect(leaves("flows", both("new-flows")).steps).toEqual([]);
    expect(leaves("flows", both("flows")).steps).toEqual(["drain fw-1 packets"]);
    expect(leaves("packets", both("flows")).steps).toEqual([]);
    expect(leaves("packets", both("packets")).steps).toEqual(["delete fw-1"]);
  });
  it("is not waited for when it is dead", () => {
    expect(leaves("flows", [[0, "flows"]], { ready: false }).steps).toEqual(["drain fw-1 packets"]);
  });
  it("is not mistaken for one of the same name that was drained before", () => {
    const made = plan(set(1), {
      0: { ...fresh, done: [{ ...did(1, "packets"), uid: "another" }] },
      1: { drain: "new-flows", done: [did(1, "packets")] },
    });
    expect(made.steps).toEqual([]);
  });
  it("goes with what it has when its time is over, and that is said", () => {
    expect(leaves("flows", [], { since: 299 }).steps).toEqual([]);
    expect(leaves("flows", [], { since: 299 }).lookAgainMs).toBe(1_000);
    expect(leaves("flows", [], { since: 300 }).steps).toEqual(["delete fw-1 lost"]);
    expect(plan(set(0, { drainSeconds: 5 }), { 0: { drain: "flows", since: 5 } }).steps).toEqual([
      "delete fw-0 lost",
    ]);
  });
  it("waits for the pods of a silent agent too", () => {
    const silent = {
      type: "Ready" as const,
      status: "Unknown" as const,
      reason: "AgentSilent",
      message: "",
      observedGeneration: 0,
      lastTransitionTime: "",
    };
    const pods = {
      0: { ...fresh, done: [did(1, "flows")] },
      1: { drain: "flows" as const, done: [did(1, "flows")] },
    };
    expect(plan(set(1), pods).steps).toEqual(["drain fw-1 packets"]);
    expect(plan(set(1), pods, { conditions: [silent] }).steps).toEqual([]);
  });
});
