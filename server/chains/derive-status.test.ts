// SPDX-License-Identifier: Apache-2.0
import type { ConditionType, ServiceChain } from "@nfaas/domain";
import { describe, expect, test } from "vitest";
import { deriveStatus, type StatusFacts } from "./derive-status.ts";

const applied = { state: "applied" as const, lastError: null, createdAt: 1 };

type Said = [type: ConditionType, ok: boolean, reason: string, generation?: number];

function chain(revision: number, said: Said[], more: Partial<ServiceChain["status"]> = {}): ServiceChain {
  const conditions = said.map(([type, ok, reason, observedGeneration = 3]) => ({
    type,
    status: ok ? ("True" as const) : ("False" as const),
    reason,
    message: `because ${reason}`,
    observedGeneration,
    lastTransitionTime: "2026-01-01T00:00:00Z",
  }));
  return {
    apiVersion: "nfaas.io/v1alpha1",
    kind: "ServiceChain",
    metadata: { name: "web", generation: 3 },
    spec: { tenant: "acme", revision, nodes: [], edges: [] },
    status: { conditions, ...more },
  };
}

const derive = (facts: Partial<StatusFacts>) => {
  const status = deriveStatus({
    publishedRevision: 2,
    intent: applied,
    object: undefined,
    views: [],
    nodes: [],
    kubernetesProblem: null,
    ...facts,
  });
  return [
    status.state,
    status.steps.map(({ state }) => state).join(),
    status.steps.find(({ state }) => state !== "done")?.reason,
  ];
};
const live: Said[] = [
  ["Accepted", true, "Accepted"],
  ["Programmed", true, "Programmed"],
  ["Ready", true, "Live"],
];

describe("the status of a chain", () => {
  const activeView = { name: "web-1", viewId: 1, revision: 1 };

  test.each<[string, Partial<StatusFacts>, (string | undefined)[]]>([
    ["was never published", { publishedRevision: null, intent: null }, ["draft", "", undefined]],
    [
      "waits for its delivery",
      { intent: { ...applied, state: "pending" } },
      ["publishing", "pending,pending,pending", "Queued"],
    ],
    [
      "can't be delivered now",
      { intent: { ...applied, state: "pending", lastError: "refused" }, kubernetesProblem: "away" },
      ["unknown", "pending,pending,pending", "KubernetesUnavailable"],
    ],
    [
      "was refused for good",
      { intent: { ...applied, state: "refused", lastError: "no such field" } },
      ["failed", "failed,pending,pending", "Refused"],
    ],
    [
      "is applied but not seen yet",
      { object: chain(1, live) },
      ["publishing", "pending,pending,pending", "Applied"],
    ],
    [
      "isn't judged by conditions of an older generation",
      {
        object: chain(2, [
          ["Accepted", true, "Accepted", 2],
          ["Ready", true, "Live", 2],
        ]),
      },
      ["publishing", "pending,pending,pending", "Waiting"],
    ],
    [
      "isn't accepted",
      { object: chain(2, [["Accepted", false, "UnknownAttachment"]]) },
      ["failed", "failed,pending,pending", "UnknownAttachment"],
    ],
    [
      "is being programmed",
      {
        object: chain(2, [
          ["Accepted", true, "Accepted"],
          ["Programmed", false, "Programming"],
        ]),
      },
      ["publishing", "done,pending,pending", "Programming"],
    ],
    [
      "is refused by a pod",
      {
        object: chain(
          2,
          [
            ["Accepted", true, "Accepted"],
            ["Programmed", false, "Cordoned"],
          ],
          { activeView },
        ),
      },
      ["failed", "done,failed,pending", "Cordoned"],
    ],
    ["is live", { object: chain(2, live) }, ["live", "done,done,done", undefined]],
    [
      "was changed past the console",
      { object: chain(7, live) },
      ["failed", "failed,pending,pending", "ChangedElsewhere"],
    ],
  ])("that %s", (_name, facts, expected) => {
    expect(derive(facts)).toEqual(expected);
  });

  test("stays live, and says what is wrong, when a pod loses a view that carries traffic", () => {
    const own = { name: "web-2", viewId: 2, revision: 2 };
    const object = chain(
      2,
      [
        ["Accepted", true, "Accepted"],
        ["Programmed", false, "PodNotReady"],
        ["Ready", false, "Degraded"],
      ],
      { activeView: own },
    );
    expect(derive({ object })).toEqual(["live", "done,pending,done", "PodNotReady"]);
  });

  test("names the view that carries traffic while a newer one is refused", () => {
    const object = chain(
      2,
      [
        ["Accepted", true, "Accepted"],
        ["Programmed", false, "Cordoned"],
      ],
      { activeView },
    );
    const status = deriveStatus({
      publishedRevision: 2,
      intent: applied,
      object,
      views: [],
      nodes: [],
      kubernetesProblem: null,
    });
    expect(status).toMatchObject({ liveRevision: 1, activeView });
    expect(status.steps[1]?.message).toBe("because Cordoned");
  });
});
