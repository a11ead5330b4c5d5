// SPDX-License-Identifier: Apache-2.0
import type { ServiceChainView, ViewNode } from "@nfaas/domain";
import { describe, expect, it } from "vitest";
import type { BuildOptions } from "./desired-state.ts";
import { noExclusions } from "./exclusions.ts";
import { snapshot as baseSnapshot, view as baseView, build as buildFor, pod, tenant } from "./fixtures.ts";
import { reportPod } from "./report.ts";

const pods = [
  pod("gw-west", "100.64.0.1", { gateway: "west" }),
  pod("gw-east", "100.64.0.2", { gateway: "east" }),
  pod("gw-far", "100.64.0.3", { gateway: "far" }),
  pod("firewall-0", "100.64.0.4", { functionSet: "firewall-shared" }),
  pod("classifier-0", "100.64.0.5", { functionSet: "classifiers", function: "classifier" }),
  pod("beside-0", "100.64.0.6", { functionSet: "beside" }),
];

const acme = () => {
  const made = tenant();
  const far = made.spec.attachments.map((a) => ({
    ...a,
    name: `far-${a.name}`,
    gateway: "far",
    edgePort: `far-${a.name}`,
  }));
  made.spec.attachments.push(...far);
  return made;
};

/** client - choose - server: what is TCP enters chain "far". */
const entering = (sequence: number, weight: number, keepFlows = false): ServiceChainView => {
  const made = baseView({ sequence, weight });
  const choose: ViewNode = {
    name: "choose",
    function: "classifier",
    functionSet: "classifiers",
    config: { classes: [{ output: "web", match: { protocol: "tcp" }, enter: "far" }] },
    forwardSi: 254,
    reverseSi: 254,
  };
  made.spec.nodes = made.spec.nodes.map((n) => (n.name === "fw" ? choose : n));
  made.spec.edges = made.spec.edges.map((e) => ({
    ...e,
    from: e.from === "fw" ? "choose" : e.from,
    to: e.to === "fw" ? "choose" : e.to,
  }));
  made.spec.keepFlows = keepFlows;
  return made;
};

/** far-client - fw - far-server */
const entered = (sequence: number, weight: number, keepFlows = false): ServiceChainView => {
  const made = baseView({ sequence, weight, chain: "far", attachments: ["far-client", "far-server"] });
  return { ...made, spec: { ...made.spec, keepFlows } };
};

const world = (...views: ServiceChainView[]) =>
  baseSnapshot({ pods, views, tenants: new Map([["acme", acme()]]) });

const build = (name: string, views: ServiceChainView[], change: Partial<BuildOptions> = {}) =>
  buildFor(name, world(...views), change);

const waysIn = ({ message }: ReturnType<typeof build>, viewId: number) =>
  message.views
    .find((v) => v.viewId === viewId)
    ?.nodes.flatMap(({ kind }) =>
      kind.case === "classifier"
        ? kind.value.classes.flatMap((c) =>
            c.enter.map(({ viewId, node, share, replaced }) => ({ viewId, node, share, replaced })),
          )
        : [],
    );

const enteredFrom = ({ message }: ReturnType<typeof build>, viewId: number) =>
  message.views
    .find((v) => v.viewId === viewId)
    ?.nodes.flatMap(({ kind }) => (kind.case === "attachment" ? kind.value.enteredFrom : []));

describe("a view that enters another chain", () => {
  it("has that chain's views beside it where its classifier runs, with their shares", () => {
    const state = build("classifier-0", [entering(1, 100), entered(2, 100), entered(3, 30)]);
    expect(waysIn(state, 1)).toEqual([
      { viewId: 2, node: "in", share: 70, replaced: false },
      { viewId: 3, node: "in", share: 30, replaced: false },
    ]);
    expect([...state.shares]).toEqual(
      expect.arrayContaining([
        ["uid-2", 70],
        ["uid-3", 30],
        ["uid-1", 100],
      ]),
    );
  });
  it("is known to every pod of the chain it enters, which knows whom to answer", () => {
    for (const name of ["gw-far", "firewall-0", "classifier-0"]) {
      const state = build(name, [entering(1, 100), entered(2, 100)]);
      expect(enteredFrom(state, 2)).toEqual(["set/classifiers"]);
      expect(state.message.pools.map((p) => p.name)).toContain("set/classifiers");
    }
  });
  it("is nothing to others, nor is the entered chain to its gateways", () => {
    const views = [entering(1, 100), entered(2, 100)];
    expect(build("beside-0", views).message.views).toEqual([]);
    expect(build("gw-west", views).message.views.map((v) => v.viewId)).toEqual([1]);
  });
  it("gives only pods that put packets into a view a share of it", () => {
    const views = [entering(1, 100), entered(2, 100)];
    expect([...build("firewall-0", views).shares]).toEqual([]);
    expect([...build("gw-far", views).shares]).toEqual([["uid-2", 100]]);
    expect([...build("gw-west", views).shares]).toEqual([["uid-1", 100]]);
  });
  it("lets answers find back from a chain that nothing enters any more, and none come to a view on its way out", () => {
    expect(waysIn(build("classifier-0", [entering(1, 100), entered(2, 0)]), 1)).toEqual([
      { viewId: 2, node: "in", share: 0, replaced: false },
    ]);
    const state = build("classifier-0", [entering(1, 100), entering(4, 100), entered(2, 100)]);
    expect(waysIn(state, 1)).toMatchObject([{ replaced: true }]);
    expect(waysIn(state, 4)).toMatchObject([{ replaced: false }]);
    const keeping = build("classifier-0", [entering(1, 100, true), entering(4, 100), entered(2, 100)]);
    expect(waysIn(keeping, 1)).toMatchObject([{ replaced: false }]);
  });
  it("leaves by the output while the chain has no view", () => {
    expect(waysIn(build("classifier-0", [entering(1, 100)]), 1)).toEqual([]);
  });
  it("goes into the other views when the pod refuses one", () => {
    const refused = new Map([["uid-3", { reason: "LimitExceeded", message: "no room" }]]);
    const state = build("classifier-0", [entering(1, 100), entered(2, 100), entered(3, 30)], {
      exclusions: { ...noExclusions, views: refused },
    });
    expect(waysIn(state, 1)).toEqual([{ viewId: 2, node: "in", share: 100, replaced: false }]);
  });
  it("leaves the entered view where its packets were counted, until that is gone too", () => {
    const has = new Set(["uid-1", "uid-2"]);
    const views = (of: ServiceChainView[]) =>
      build("classifier-0", of, { has }).message.views.map((v) => v.viewId);
    expect(views([entered(2, 100)])).toEqual([2]);
    expect(views([])).toEqual([]);
    expect([...build("classifier-0", [entered(2, 100)], { has }).shares], "nothing comes from here").toEqual(
      [],
    );
    expect(build("classifier-0", [entered(2, 100)]).message.views, "of one that never had it").toEqual([]);
  });
  it("keeps flows in the entered view where they enter, and counts them there", () => {
    const state = build("classifier-0", [entering(1, 100, true), entered(2, 100, true)]);
    expect([...state.keeping]).toEqual(["uid-2"]);
  });
});

describe("the report of a pod that enters a view", () => {
  const report = (name: string, views: ServiceChainView[]) =>
    reportPod(
      pods.find((p) => p.name === name)!,
      0,
      {
        ready: true,
        synced: true,
        drains: [],
        applied: build(name, views),
        refusalOf: () => undefined,
        keptFlowsOf: () => undefined,
        conservationOf: () => undefined,
      },
      views,
      new Map([["acme", acme()]]),
    ).views.map(({ uid, programmed, share }) => ({ uid, programmed, share }));

  it("says its share, so that the view waits for it to stop", () => {
    expect(report("classifier-0", [entering(1, 100), entered(2, 100)])).toEqual([
      { uid: "uid-2", programmed: true, share: 100 },
      { uid: "uid-1", programmed: true, share: 100 },
    ]);
    expect(report("firewall-0", [entering(1, 100), entered(2, 100)])).toEqual([
      { uid: "uid-2", programmed: true, share: undefined },
      { uid: "uid-1", programmed: true, share: undefined },
    ]);
  });
});
