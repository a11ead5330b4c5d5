// SPDX-License-Identifier: Apache-2.0
// What a chain and its views say of themselves.
import type { RetiredView, ServiceChain, ServiceChainStatus, ServiceChainView } from "@nfaas/domain";
import { condition, type NewCondition } from "../../kubernetes/conditions.ts";
import type { Progress } from "./observe.ts";
import type { Rejection, Resolution } from "./resolve.ts";
import type { Rollout } from "./rollout.ts";
import { viewRef } from "./view.ts";

const defaultHistoryLimit = 20;

const explain = ({ obstacle }: Progress): { reason: string; message: string } =>
  obstacle
    ? { reason: obstacle.reason, message: `${obstacle.subject}: ${obstacle.reason}: ${obstacle.message}` }
    : { reason: "Programming", message: "not programmed yet" };

export function chainConditions(
  chain: ServiceChain,
  resolution: Resolution,
  rollout: Rollout,
): NewCondition[] {
  const generation = chain.metadata.generation ?? 0;
  if (!resolution.ok) return rejectedConditions(resolution.rejection, rollout, generation);
  const accepted = condition("Accepted", true, "Accepted", "all names resolve", generation);
  const { progress, pending, active } = rollout;
  if (pending || !progress) {
    const { reason, message } = explain(progress ?? { programmed: false });
    const meanwhile = active ? `${active.metadata.name} carries the traffic` : "no view carries traffic";
    return [
      accepted,
      condition("Programmed", false, reason, message, generation),
      condition("Ready", false, "NotProgrammed", `${message}; meanwhile ${meanwhile}`, generation),
    ];
  }
  const name = active?.metadata.name;
  if (!progress.programmed) {
    const { reason, message } = explain(progress);
    return [
      accepted,
      condition("Programmed", false, reason, message, generation),
      condition("Ready", false, "Degraded", `${name} is live, but ${message}`, generation),
    ];
  }
  return [
    accepted,
    condition("Programmed", true, "Programmed", `every ready pod has ${name}`, generation),
    condition("Ready", true, "Live", `${name} carries the traffic`, generation),
  ];
}

function rejectedConditions(
  { reason, message }: Rejection,
  { active }: Rollout,
  generation: number,
): NewCondition[] {
  const meanwhile = active ? `; meanwhile ${active.metadata.name} carries the traffic` : "";
  return [
    condition("Accepted", false, reason, message, generation),
    condition("Programmed", false, "NotAccepted", `not accepted: ${message}`, generation),
    condition("Ready", false, "NotAccepted", `${message}${meanwhile}`, generation),
  ];
}

/** Newest last; a view is remembered once. */
export function appendRetired(chain: ServiceChain, added: readonly RetiredView[]): RetiredView[] {
  const retired = [...(chain.status?.retired ?? [])];
  for (const outcome of added) {
    if (!retired.some((r) => r.name === outcome.name)) retired.push(outcome);
  }
  return retired;
}

/**
 * Cuts the history to its limit, but never what still has a view: that memory is what lets a view be deleted.
 * @param present names of the chain's views that still exist
 */
export function limitRetired(
  chain: ServiceChain,
  retired: readonly RetiredView[],
  present: ReadonlySet<string>,
): RetiredView[] {
  const limit = chain.spec.historyLimit ?? defaultHistoryLimit;
  const excess = Math.max(0, retired.length - limit);
  return retired.filter((r, i) => i >= excess || present.has(r.name));
}

export function chainStatus(
  chain: ServiceChain,
  rollout: Rollout,
  views: readonly ServiceChainView[],
): Omit<ServiceChainStatus, "conditions"> {
  const present = new Set([...views.map((v) => v.metadata.name), ...rollout.retired.map((r) => r.name)]);
  return {
    observedGeneration: chain.metadata.generation,
    activeView: rollout.active && viewRef(rollout.active),
    pendingView: rollout.pending && viewRef(rollout.pending),
    retired: limitRetired(chain, appendRetired(chain, rollout.retired), present),
  };
}

/** Programmed and Ready of a view that is wanted; Drained of one that is on its way out. */
export function viewConditions(view: ServiceChainView, rollout: Rollout): NewCondition[] {
  const generation = view.metadata.generation ?? 0;
  const drained = rollout.draining.find((d) => d.view === view)?.condition;
  if (drained) return [condition("Ready", false, "Draining", "a newer view took over", generation), drained];
  const progress = rollout.progressOf.get(view);
  if (!progress) return [];
  const { reason, message } = progress.programmed
    ? { reason: "Programmed", message: "every ready pod it touches has it" }
    : explain(progress);
  const live = view === rollout.active;
  return [
    condition("Programmed", progress.programmed, reason, message, generation),
    condition(
      "Ready",
      live && progress.programmed,
      live ? (progress.programmed ? "Live" : "Degraded") : "Pending",
      live ? "it carries the traffic" : "it takes over when every pod has it",
      generation,
    ),
  ];
}
