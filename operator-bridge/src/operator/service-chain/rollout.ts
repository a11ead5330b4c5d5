// SPDX-License-Identifier: Apache-2.0
// The transaction of a chain, as a pure function of the world: which view is live, which is being programmed, which
// drain, which are done, and the one step to take now. Called again after every step and every change.
import {
  type ConservationCounts,
  defaultKeepFlowsSeconds,
  inFlight,
  type RetiredView,
  type ServiceChain,
  type ServiceChainView,
} from "@nfaas/domain";
import { condition, findCondition, type NewCondition, timestamp } from "../../kubernetes/conditions.ts";
import {
  countKeptFlows,
  hasNoShare,
  keepsNoFlows,
  type Observed,
  observeProgress,
  type Progress,
  sumConservation,
} from "./observe.ts";
import type { Resolution } from "./resolve.ts";
import { isViewOf } from "./view.ts";

const defaultDrainDeadlineSeconds = 10;
const nothing = { injected: 0, entered: 0, copied: 0, left: 0, handed: 0, dropped: 0 };

export type Step =
  | { kind: "create" }
  | { kind: "flip"; view: ServiceChainView }
  /** Its flows have ended, or their time is up: the rest goes to newer views. */
  | { kind: "release"; view: ServiceChainView }
  /** The chain is going: no packet may enter the view any more. */
  | { kind: "unweight"; view: ServiceChainView };

export interface DrainingView {
  view: ServiceChainView;
  condition: NewCondition;
  outcome?: RetiredView;
  /** It need not keep its flows any more. */
  release?: boolean;
}

export interface Rollout {
  step?: Step;
  active?: ServiceChainView;
  pending?: ServiceChainView;
  /** Of the view that should be live: pending, else active. */
  progress?: Progress;
  /** Progress of every view that is not on its way out. */
  progressOf: Map<ServiceChainView, Progress>;
  draining: DrainingView[];
  /** Outcomes to remember before their views are deleted. */
  retired: RetiredView[];
  /** Views whose outcome is remembered already. */
  deletable: ServiceChainView[];
  requeueAfterMs?: number;
}

const isDraining = (view: ServiceChainView): boolean =>
  findCondition(view.status?.conditions, "Drained") !== undefined;

export function planRollout(
  chain: ServiceChain,
  /** All views of the chain. */
  views: readonly ServiceChainView[],
  resolution: Resolution,
  observed: Observed,
  now: Date,
): Rollout {
  const remembered = new Set((chain.status?.retired ?? []).map((r) => r.name));
  const present = views
    .filter((v) => v.metadata.deletionTimestamp === undefined)
    .sort((a, b) => b.spec.sequence - a.spec.sequence);
  const deletable = present.filter((v) => remembered.has(v.metadata.name));
  const live = present.filter((v) => !remembered.has(v.metadata.name));
  const going = chain.metadata.deletionTimestamp !== undefined;
  const wanted = resolution.ok && !going ? resolution.graph : undefined;
  const matches = (v: ServiceChainView) => wanted !== undefined && isViewOf(v, wanted, chain.spec.revision);

  const active = going ? undefined : live.find((v) => v.spec.weight > 0 && !isDraining(v));
  const candidates = live.filter((v) => v.spec.weight === 0 && !isDraining(v));
  const pending = active && matches(active) ? undefined : candidates.find(matches);
  const old = live.filter((v) => v !== active && (v.spec.weight > 0 || isDraining(v)));
  const superseded = candidates.filter((v) => v !== pending);

  const progressOf = new Map<ServiceChainView, Progress>();
  for (const view of [active, pending]) if (view) progressOf.set(view, observeProgress(view, observed));
  const draining = old.map((view) => drain(view, chain, observed, now));
  const released = draining.find((d) => d.release)?.view;
  const step = nextStep({
    released,
    wanted: wanted !== undefined,
    matches,
    active,
    pending,
    progressOf,
    old,
    going,
  });
  const current = pending ?? (active && matches(active) ? active : undefined);
  return {
    step,
    active,
    pending,
    progress: current && progressOf.get(current),
    progressOf,
    draining,
    retired: [
      ...superseded.map((view) => outcomeOf(view, { ...nothing, closed: true }, now)),
      ...draining.flatMap((d) => d.outcome ?? []),
    ],
    deletable,
    // Deadlines pass without anybody telling us.
    requeueAfterMs: draining.length > 0 ? 250 : undefined,
  };
}

interface Situation {
  released?: ServiceChainView;
  wanted: boolean;
  matches(view: ServiceChainView): boolean;
  active?: ServiceChainView;
  pending?: ServiceChainView;
  progressOf: Map<ServiceChainView, Progress>;
  old: ServiceChainView[];
  going: boolean;
}

function nextStep(situation: Situation): Step | undefined {
  const { released, wanted, matches, active, pending, progressOf, old, going } = situation;
  if (released) return { kind: "release", view: released };
  if (going) {
    const view = old.find((v) => v.spec.weight > 0 && isDraining(v));
    return view && { kind: "unweight", view };
  }
  if (pending) return progressOf.get(pending)?.programmed ? { kind: "flip", view: pending } : undefined;
  if (wanted && !(active && matches(active))) return { kind: "create" };
}

function drain(view: ServiceChainView, chain: ServiceChain, observed: Observed, now: Date): DrainingView {
  const generation = view.metadata.generation ?? 0;
  const because = (status: "Unknown" | "False" | "True", reason: string, message: string) =>
    condition("Drained", status, reason, message, generation);
  const previous = findCondition(view.status?.conditions, "Drained");
  if (
    !hasNoShare(view, observed) ||
    (view.spec.weight > 0 && chain.metadata.deletionTimestamp !== undefined)
  ) {
    const message = "gateways still put new packets into it";
    return { view, condition: because("Unknown", "WaitingForGateways", message) };
  }
  if (view.spec.keepFlows) return keepFlows(view, chain, observed, now);
  if (!keepsNoFlows(view, observed)) {
    return { view, condition: because("Unknown", "WaitingForGateways", "gateways still keep flows in it") };
  }
  const sum = sumConservation(view, observed);
  if (sum.closed) {
    const [came, went] = [sum.injected + sum.entered + sum.copied, sum.left + sum.handed];
    const message = `${came} packets came in, ${went} went out, ${sum.dropped} dropped`;
    return { view, condition: because("True", "Closed", message), outcome: outcomeOf(view, sum, now) };
  }
  const since = previous?.status === "False" ? Date.parse(previous.lastTransitionTime) : now.getTime();
  const deadline = chain.spec.rollout?.drainDeadlineSeconds ?? defaultDrainDeadlineSeconds;
  // Conditions carry whole seconds, cut off: one more makes sure that the deadline is never short.
  if (now.getTime() - since > (deadline + 1) * 1000) {
    const message = `${Math.max(0, inFlight(sum))} packets did not come out in ${deadline} s: lost on the wire`;
    return {
      view,
      condition: because("True", "DeadlineExceeded", message),
      outcome: outcomeOf(view, sum, now),
    };
  }
  return { view, condition: because("False", "Draining", `waiting until all its packets are accounted for`) };
}

function keepFlows(
  view: ServiceChainView,
  { metadata, spec }: ServiceChain,
  observed: Observed,
  now: Date,
): DrainingView {
  const flows = countKeptFlows(view, observed);
  const previous = findCondition(view.status?.conditions, "Drained");
  const since = previous?.status === "Unknown" ? Date.parse(previous.lastTransitionTime) : now.getTime();
  const isLate = now.getTime() - since > (spec.rollout?.keepFlowsSeconds ?? defaultKeepFlowsSeconds) * 1000;
  const release = flows === 0 || isLate || metadata.deletionTimestamp !== undefined;
  const message = `${flows ?? "its"} flows stay until they end, or their time is up`;
  const generation = view.metadata.generation ?? 0;
  return { view, release, condition: condition("Drained", "Unknown", "KeepingFlows", message, generation) };
}

function outcomeOf(
  view: ServiceChainView,
  {
    injected,
    entered,
    copied,
    left,
    handed,
    dropped,
    closed,
  }: ConservationCounts & Pick<RetiredView, "closed">,
  now: Date,
): RetiredView {
  const { viewId, revision } = view.spec;
  // A pod that was killed may have counted less than what came out: nothing is lost then.
  const counts = { injected, entered, copied, left, handed, dropped };
  const lost = closed ? 0 : Math.max(0, inFlight(counts));
  const retiredAt = timestamp(now);
  return { name: view.metadata.name, viewId, revision, retiredAt, ...counts, lost, closed };
}
