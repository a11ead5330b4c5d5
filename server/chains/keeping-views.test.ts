// SPDX-License-Identifier: Apache-2.0
import { apiVersion, type DataplaneNode, type PodView, type ServiceChainView } from "@nfaas/domain";
import { describe, expect, test } from "vitest";
import { keepingViews } from "./keeping-views.ts";

const view = (sequence: number, more: { keepFlows?: boolean; drains?: boolean }): ServiceChainView => ({
  apiVersion,
  kind: "ServiceChainView",
  metadata: { name: `web-${sequence}`, uid: `uid-${sequence}` },
  spec: {
    tenant: "acme",
    tenantId: 1,
    chain: "web",
    viewId: sequence,
    sequence,
    revision: sequence,
    weight: 100,
    nodes: [],
    edges: [],
    ...(more.keepFlows ? { keepFlows: true } : {}),
  },
  status: {
    conditions: more.drains
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

const node = (...pods: Partial<PodView>[]): DataplaneNode => ({
  apiVersion,
  kind: "DataplaneNode",
  metadata: { name: "node" },
  spec: {},
  status: {
    pods: pods.map((entry, i) => ({
      name: `gateway-${i}`,
      function: "gateway",
      ready: true,
      fabricAddress: "",
      restarts: 0,
      views: [{ view: "", uid: "uid-1", programmed: true, ...entry }],
    })),
  },
});

describe("views that keep flows", () => {
  const old = view(1, { keepFlows: true, drains: true });
  test("count a flow once that two gateways know, and say nothing of a live view", () => {
    const counted = node({ keepsFlows: true, keptFlows: 2 }, { keepsFlows: true, keptFlows: 3 }, {});
    const live = view(2, { keepFlows: true });
    expect(keepingViews([old, live], [counted])).toEqual([
      { name: "web-1", viewId: 1, revision: 1, flows: 3 },
    ]);
  });
  test("have no number before one was counted", () => {
    expect(keepingViews([old], [node({ keepsFlows: true })])).toMatchObject([{ flows: null }]);
  });
  test("are gone from the list when they let go", () => {
    expect(keepingViews([view(1, { drains: true })], [node({ keepsFlows: true, keptFlows: 1 })])).toEqual([]);
    expect(keepingViews([old], [node({})])).toEqual([]);
  });
});
