// SPDX-License-Identifier: Apache-2.0
// What is to be done next with the pods of a set. Pure: the pods' annotations hold all there is to remember, so whoever
// looks next goes on. A replacement is made before one breaks (maxSurge 1, maxUnavailable 0), and who goes is drained first.
import { annotations, type DrainStage, drainStages, type FunctionSet } from "@nfaas/domain";
import { isPodReady, type Pod } from "../../kubernetes/core.ts";
import { drainOf, type Reports } from "./observe.ts";

const defaultDrainSeconds = 300;
/** After a deadline: until its pod is seen to go. */
const againMs = 1_000;

export type Step =
  | { do: "create"; name: string }
  | { do: "drain"; pod: Pod; stage: DrainStage }
  /** @param lost why its flows may be lost with it */
  | { do: "delete"; pod: Pod; lost?: string };

export interface Plan {
  steps: Step[];
  /** What is awaited, for people; undefined = the set is as it should be. */
  progress?: { reason: "Creating" | "Replacing" | "Draining"; message: string };
  /** Pods made from the present template that stay. */
  updated: Pod[];
  /** Milliseconds until a deadline. */
  lookAgainMs?: number;
}

export interface Observed {
  set: FunctionSet;
  /** Digest of the present template. */
  template: string;
  /** Owned by the set, those that are being deleted included. */
  pods: readonly Pod[];
  reports: Reports;
  /** Unix time, milliseconds. */
  now: number;
}

const ordinal = (pod: Pod): number => Number(/\d+$/.exec(pod.metadata.name)?.[0] ?? 0);

/** Those that carry nothing first, then the highest number. */
const byDispensability = (a: Pod, b: Pod): number =>
  Number(isPodReady(a)) - Number(isPodReady(b)) || ordinal(b) - ordinal(a);

export function planPods(observed: Observed): Plan {
  const { set, template, pods } = observed;
  const { replicas } = set.spec;
  const living = pods.filter((p) => p.metadata.deletionTimestamp === undefined);
  const leavers = living.filter((p) => drainOf(p) !== undefined);
  const staying = living.filter((p) => drainOf(p) === undefined);
  const isUpdated = (p: Pod) => p.metadata.annotations?.[annotations.template] === template;
  const updated = staying.filter(isUpdated);
  const outdated = staying.filter((p) => !isUpdated(p)).sort(byDispensability);
  const drains = leavers.map((pod) => advance(pod, observed));
  const plan: Plan = {
    updated,
    steps: drains.flatMap(({ step }) => step ?? []),
    lookAgainMs:
      drains.length === 0 ? undefined : Math.max(againMs, Math.min(...drains.map((d) => d.remainingMs))),
  };
  const missing = replicas - staying.length;
  // The replacement of one at a time, and only when nobody else is on his way out.
  const surge = missing === 0 && outdated.length > 0 && leavers.length === 0 ? 1 : 0;
  plan.steps.push(
    ...freeNames(observed, Math.max(missing, surge)).map((name) => ({ do: "create" as const, name })),
  );
  const surplus = [...outdated, ...[...updated].sort(byDispensability)].slice(0, Math.max(0, -missing));
  const awaited =
    outdated.length > 0 && surplus.some(isPodReady) ? whyWait(observed, updated, outdated) : undefined;
  // Of several that are too many one that is to be replaced is enough at a time.
  const going = outdated.length > 0 ? surplus.slice(0, 1) : surplus;
  if (awaited === undefined && (outdated.length === 0 || leavers.length === 0)) {
    plan.steps.push(...going.map((pod) => ({ do: "drain" as const, pod, stage: drainStages[0] })));
  }
  plan.progress = describe(plan, drains, outdated.length, replicas, awaited);
  return plan;
}

/** Nobody who carries packets is drained before all new ones can carry them. */
const whyWait = (
  { reports }: Observed,
  updated: readonly Pod[],
  outdated: readonly Pod[],
): string | undefined =>
  updated.map((pod) => reports.whyNotInService(pod, outdated)).find((why) => why !== undefined);

interface Drain {
  step?: Step;
  remainingMs: number;
  message: string;
}

/** One stage after the other; past the deadline it goes as it is. */
function advance(pod: Pod, { set, reports, now }: Observed): Drain {
  const { name, annotations: notes = {} } = pod.metadata;
  const stage = drainOf(pod) ?? drainStages[0];
  const since = Date.parse(notes[annotations.drainSince] ?? "");
  const remainingMs =
    (set.spec.drainSeconds ?? defaultDrainSeconds) * 1_000 - (now - (Number.isNaN(since) ? now : since));
  const lags = reports.whoLags(pod, stage);
  const next = drainStages[drainStages.indexOf(stage) + 1];
  const message = `pod ${name} drains (${stage}): waits for ${lags ?? "the next stage"}`;
  if (lags === undefined) {
    return { step: next ? { do: "drain", pod, stage: next } : { do: "delete", pod }, remainingMs, message };
  }
  if (remainingMs > 0) return { remainingMs, message };
  const lost = `pod ${lags} did not do its part (${stage}) in time`;
  return { step: { do: "delete", pod, lost }, remainingMs: 0, message };
}

/** <set>-<number>, the lowest numbers that are free. */
function freeNames({ set, pods }: Observed, count: number): string[] {
  const used = new Set(pods.map((p) => p.metadata.name));
  const names: string[] = [];
  for (let i = 0; names.length < count; i++) {
    const name = `${set.metadata.name}-${i}`;
    if (!used.has(name)) names.push(name);
  }
  return names;
}

function describe(
  { steps, updated }: Plan,
  drains: readonly Drain[],
  outdated: number,
  replicas: number,
  awaited: string | undefined,
): Plan["progress"] {
  const what = awaited ?? drains[0]?.message ?? steps.map(inWords)[0];
  if (outdated > 0) {
    const message = `${updated.length} of ${replicas} pods are new${what === undefined ? "" : `; ${what}`}`;
    return { reason: "Replacing", message };
  }
  if (drains.length > 0 || steps.some((s) => s.do === "drain"))
    return { reason: "Draining", message: what ?? "" };
  return steps.length > 0 ? { reason: "Creating", message: what ?? "" } : undefined;
}

const inWords = (step: Step): string =>
  step.do === "create" ? `pod ${step.name} is made` : `pod ${step.pod.metadata.name} is drained`;
