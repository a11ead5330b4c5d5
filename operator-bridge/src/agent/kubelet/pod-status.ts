// SPDX-License-Identifier: Apache-2.0
// What a kubelet says of a Pod. Pure.
import { isDeepStrictEqual } from "node:util";
import { timestamp } from "../../kubernetes/conditions.ts";
import type { Pod, PodCondition } from "../../kubernetes/core.ts";

export interface PodFacts {
  address: string;
  running: boolean;
  /** It has its state and takes packets. */
  ready: boolean;
  restarts: number;
  /** Why it does not run. */
  waiting?: { reason: string; message: string };
}

type Status = NonNullable<Pod["status"]>;

function conditions(previous: readonly PodCondition[], facts: PodFacts, now: Date): PodCondition[] {
  const wanted: [string, boolean][] = [
    ["PodScheduled", true],
    ["Initialized", true],
    ["ContainersReady", facts.ready],
    ["Ready", facts.ready],
  ];
  return wanted.map(([type, value]) => {
    const status = value ? "True" : "False";
    const before = previous.find((c) => c.type === type);
    const lastTransitionTime =
      before?.status === status ? (before.lastTransitionTime ?? timestamp(now)) : timestamp(now);
    return { type, status, lastTransitionTime };
  });
}

function containerState(previous: Status["containerStatuses"], facts: PodFacts, now: Date) {
  if (!facts.running) return { waiting: facts.waiting ?? { reason: "ContainerCreating" } };
  const before = previous?.[0];
  const startedAt = before?.restartCount === facts.restarts ? before.state?.running?.startedAt : undefined;
  return { running: { startedAt: startedAt ?? timestamp(now) } };
}

/** The new status, or undefined when it says nothing new. */
export function podStatus(pod: Pod, facts: PodFacts, now: Date): Status | undefined {
  const before = pod.status ?? {};
  const container = pod.spec.containers[0];
  const status: Status = {
    ...before,
    phase: facts.running || facts.restarts > 0 ? "Running" : "Pending",
    podIP: facts.address,
    podIPs: [{ ip: facts.address }],
    startTime: before.startTime ?? timestamp(now),
    conditions: conditions(before.conditions ?? [], facts, now),
    containerStatuses: [
      {
        name: container?.name ?? "dataplane",
        image: container?.image ?? "",
        imageID: "",
        ready: facts.ready,
        started: facts.running,
        restartCount: facts.restarts,
        state: containerState(before.containerStatuses, facts, now),
      },
    ],
  };
  return isDeepStrictEqual(JSON.parse(JSON.stringify(status)), before) ? undefined : status;
}
