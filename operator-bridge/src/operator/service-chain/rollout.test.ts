// SPDX-License-Identifier: Apache-2.0
import {
  apiVersion,
  type DataplaneNode,
  type PodView,
  type ServiceChain,
  type ServiceChainView,
} from "@nfaas/domain";
import { describe, expect, it } from "vitest";
import { condition } from "../../kubernetes/conditions.ts";
import type { Observed } from "./observe.ts";
import { planRollout } from "./rollout.ts";
import { newView } from "./view.ts";

const start = new Date("2026-01-01T00:00:00Z");
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const chain: ServiceChain = {
  apiVersion,
  kind: "ServiceChain",
  metadata: { name: "web", namespace: "tenant-acme", uid: "u" },
  spec: {
    tenant: "acme",
    revision: 2,
    nodes: [],
    edges: [],
    rollout: { drain: "flows", keepFlowsSeconds: 60 },
  },
};
const graph = {
  tenantId: 1,
  nodes: [{ name: "in", attachment: "client", forwardSi: 255, reverseSi: 254 }],
  edges: [],
};
const view = (sequence: number, change: Partial<ServiceChainView["spec"]>): ServiceChainView => {
  const made = newView(chain, graph, sequence, sequence);
  return {
    ...made,
    metadata: { ...made.metadata, uid: `uid-${sequence}` },
    spec: { ...made.spec, weight: 100, ...change },
    status: {
      conditions: [
        {
          ...condition("Drained", "Unknown", "KeepingFlows", "", 0),
          lastTransitionTime: start.toISOString(),
        },
      ],
    },
  };
};
const live = { ...view(2, {}), status: {} };

/** What is said of the old view, once it has no share any more. */
function observed(entry: Partial<PodView>): Observed {
  const old: PodView = { view: "tenant-acme/web-1", uid: "uid-1", programmed: true, share: 0, ...entry };
  const now: PodView = { view: "tenant-acme/web-2", uid: "uid-2", programmed: true, share: 100 };
  const pod = { name: "gateway-west", function: "gateway", ready: true, fabricAddress: "", restarts: 0 };
  const node: DataplaneNode = {
    apiVersion,
    kind: "DataplaneNode",
    metadata: { name: "n" },
    spec: {},
    status: { pods: [{ ...pod, views: [old, now] }] },
  };
  const client = { name: "client", gateway: "west", edgePort: "e", address: "10.0.1.1/24", prefixes: [] };
  const tenant = {
    apiVersion,
    kind: "Tenant" as const,
    metadata: { name: "acme" },
    spec: { tenantId: 1, displayName: "Acme", attachments: [client] },
  };
  const object = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: pod.name, namespace: "nfaas-system", labels: { "nfaas.io/gateway": "west" } },
    spec: { containers: [] },
  };
  return {
    tenants: [tenant],
    pods: [object as unknown as Observed["pods"][number]],
    nodes: [node],
    views: [],
  };
}

const plan = (entry: Partial<PodView>, seconds: number, keepFlows = true) =>
  planRollout(chain, [view(1, { keepFlows }), live], { ok: true, graph }, observed(entry), after(seconds));

describe("an old view that keeps its flows", () => {
  it("is made by a chain that drains by flows", () => {
    expect(live.spec.keepFlows).toBe(true);
    expect(newView({ ...chain, spec: { ...chain.spec, rollout: {} } }, graph, 1, 1).spec).not.toHaveProperty(
      "keepFlows",
    );
  });
  it("stays as it is while one has not ended, though its sum closes", () => {
    const conservation = { injected: 5, left: 5, dropped: 0 };
    const { step, draining, retired } = plan({ keepsFlows: true, keptFlows: 1, conservation }, 50);
    expect([step, retired]).toEqual([undefined, []]);
    expect(draining[0]?.condition.reason).toBe("KeepingFlows");
  });
  it("stays as it is until its gateways have counted them", () => {
    expect(plan({ keepsFlows: true }, 50).step).toBeUndefined();
  });
  it("lets go when the last one has ended, or the time is up", () => {
    expect(plan({ keepsFlows: true, keptFlows: 0 }, 1).step?.kind).toBe("release");
    expect(plan({ keepsFlows: true, keptFlows: 9 }, 61).step?.kind).toBe("release");
  });
  it("drains by packets from when its gateways have let go too", () => {
    const conservation = { injected: 5, left: 4, dropped: 1 };
    expect(plan({ keepsFlows: true, keptFlows: 0 }, 61, false).draining[0]?.condition.reason).toBe(
      "WaitingForGateways",
    );
    expect(plan({ conservation }, 61, false).retired).toMatchObject([
      { name: "web-1", closed: true, lost: 0 },
    ]);
  });
});
