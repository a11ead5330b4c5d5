// SPDX-License-Identifier: Apache-2.0
// From what the console wrote and what the Kubernetes API says to the three steps a person follows. Pure.
import type { Condition, ConditionType, DataplaneNode, ServiceChain, ServiceChainView } from "@nfaas/domain";
import { keepingViews } from "./keeping-views.ts";
import type { ChainState, ChainStatus, PublishStep, StepName, StepState } from "./types.ts";

/** What became of telling the Kubernetes API; the newest intent of the chain. */
export interface IntentState {
  state: "pending" | "applied" | "superseded" | "refused";
  lastError: string | null;
  createdAt: number;
}
export interface StatusFacts {
  publishedRevision: number | null;
  intent: IntentState | null;
  object: ServiceChain | undefined;
  /** Of this chain. */
  views: readonly ServiceChainView[];
  nodes: readonly DataplaneNode[];
  /** Why the Kubernetes API can't be reached, if it can't. */
  kubernetesProblem: string | null;
}

/** Reasons of a condition that isn't true yet but is on its way; every other one needs somebody's attention. */
const underWay = new Set(["Programming", "PodNotReady", "Progressing", "NotAccepted", "NotProgrammed"]);

const step = (
  name: StepName,
  state: StepState,
  reason: string,
  message: string,
  since: number | null = null,
): PublishStep => ({ name, state, reason, message, since });

const waiting = (name: StepName): PublishStep =>
  step(name, "pending", "Waiting", "Waiting for the step before.");

const steps = (first: PublishStep): PublishStep[] => [first, waiting("programmed"), waiting("live")];

/** The console has it, the Kubernetes API doesn't yet. */
function queued({ lastError, createdAt }: IntentState, problem: string | null): PublishStep {
  if (problem === null && lastError === null) {
    return step(
      "accepted",
      "pending",
      "Queued",
      "Accepted by the console; on its way to Kubernetes.",
      createdAt,
    );
  }
  const why = problem ?? lastError;
  const message = `Accepted by the console; the Kubernetes API can't be reached, retrying. (${why})`;
  return step("accepted", "pending", "KubernetesUnavailable", message, createdAt);
}

function currentCondition(object: ServiceChain, type: ConditionType): Condition | undefined {
  const found = object.status?.conditions?.find((condition) => condition.type === type);
  return found?.observedGeneration === object.metadata.generation ? found : undefined;
}

function stepOf(name: StepName, condition: Condition | undefined): PublishStep {
  if (!condition) return step(name, "pending", "Waiting", "Waiting for the operator.");
  const { status, reason, message, lastTransitionTime } = condition;
  const since = Date.parse(lastTransitionTime);
  if (status === "True") return step(name, "done", reason, message, since);
  return step(name, underWay.has(reason) ? "pending" : "failed", reason, message, since);
}

/** What is live can be degraded: a pod lost a view that carries traffic. That is the step before's story to tell. */
function observedSteps(object: ServiceChain, revision: number): PublishStep[] {
  const accepted = stepOf("accepted", currentCondition(object, "Accepted"));
  if (accepted.state !== "done") return steps(accepted);
  const programmed = stepOf("programmed", currentCondition(object, "Programmed"));
  const ready = stepOf("live", currentCondition(object, "Ready"));
  const isActive = object.status?.activeView?.revision === revision && !object.status.pendingView;
  if (ready.state === "done" || !isActive) {
    return [accepted, programmed, ready.state === "done" ? ready : waiting("live")];
  }
  return [accepted, programmed, { ...ready, state: "done", reason: "Live" }];
}

function stepsOf({ publishedRevision, intent, object, kubernetesProblem }: StatusFacts): PublishStep[] {
  if (publishedRevision === null) return [];
  if (intent?.state === "refused") {
    const message = intent.lastError ?? "The Kubernetes API refused it.";
    return steps(step("accepted", "failed", "Refused", message, intent.createdAt));
  }
  if (intent?.state === "pending") return steps(queued(intent, kubernetesProblem));
  if (object?.spec.revision === publishedRevision) return observedSteps(object, publishedRevision);
  if (object && object.spec.revision > publishedRevision) {
    const message = `Revision ${object.spec.revision} was applied past the console.`;
    return steps(step("accepted", "failed", "ChangedElsewhere", message));
  }
  return steps(
    step("accepted", "pending", "Applied", "Applied; waiting for the operator.", intent?.createdAt),
  );
}

function stateOf(list: readonly PublishStep[], kubernetesProblem: string | null): ChainState {
  if (list.length === 0) return "draft";
  if (kubernetesProblem !== null) return "unknown";
  if (list.some(({ state }) => state === "failed")) return "failed";
  return list.at(-1)?.state === "done" ? "live" : "publishing";
}

export function deriveStatus(facts: StatusFacts): ChainStatus {
  const { object, publishedRevision, kubernetesProblem } = facts;
  const list = stepsOf(facts);
  const live = list.at(-1)?.state === "done";
  const active = object?.status?.activeView ?? null;
  return {
    state: stateOf(list, kubernetesProblem),
    steps: list,
    publishedRevision,
    // A revision whose graph equals the one before is live on the view of that one.
    liveRevision: live ? publishedRevision : (active?.revision ?? null),
    activeView: active,
    pendingView: object?.status?.pendingView ?? null,
    keeping: keepingViews(facts.views, facts.nodes),
    rollout: object?.spec.rollout ?? null,
    retired: [...(object?.status?.retired ?? [])].reverse(),
  };
}
