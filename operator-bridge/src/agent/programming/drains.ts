// SPDX-License-Identifier: Apache-2.0
// What pods of this node have done towards pods that are to go. The operator asks for a stage with an annotation, every
// pod on every node answers when its part is done, and only then the next stage comes.
import { type DrainStage, drainStages, type PodDrain } from "@nfaas/domain";
import { sharesFlows } from "../../state-group.ts";
import type { FabricPod } from "./placement.ts";
import { intervalMs } from "./sharing.ts";

/** What is to be known of a pod's session. Times are of performance.now(). */
export interface DrainFacts {
  applied?: { drains: ReadonlyMap<string, DrainStage> };
  heardOf(member: string): number | undefined;
  flows?: { count: number; askedAt: number };
}

/** A flow is told at the latest when it is looked at for the second time (ADR 11). */
const tellsAfterMs = 2 * intervalMs;

const rank = (stage: DrainStage): number => drainStages.indexOf(stage);

export class Drains {
  /** By uid: the stage, and when we first heard that it is asked for. */
  readonly #asked = new Map<string, { stage: DrainStage; at: number }>();

  constructor(readonly now: () => number = () => performance.now()) {}

  get underWay(): boolean {
    return this.#asked.size > 0;
  }

  /** @param pods all of the fabric */
  note(pods: readonly FabricPod[]): void {
    for (const { uid, drain } of pods) {
      if (drain !== undefined && this.#asked.get(uid)?.stage !== drain) {
        this.#asked.set(uid, { stage: drain, at: this.now() });
      }
    }
    const present = new Set(pods.map((p) => p.uid));
    for (const uid of this.#asked.keys()) if (!present.has(uid)) this.#asked.delete(uid);
  }

  /** The stages that are reached, as far as it is up to the pod. */
  doneBy(pod: FabricPod, session: DrainFacts, pods: readonly FabricPod[]): PodDrain[] {
    return pods.flatMap((leaver) => {
      const applied = session.applied?.drains.get(leaver.uid);
      if (leaver.drain === undefined || applied === undefined) return [];
      const isDone = applied !== "flows" || this.#hasFlows(pod, leaver, session, pods);
      const stage = isDone ? applied : drainStages[rank(applied) - 1];
      return stage === undefined ? [] : [{ uid: leaver.uid, pod: leaver.name, stage }];
    });
  }

  /** Whether nothing is lost with the leaver that the pod could have taken over, or waits for. */
  #hasFlows(pod: FabricPod, leaver: FabricPod, session: DrainFacts, pods: readonly FabricPod[]): boolean {
    const asked = this.#asked.get(leaver.uid);
    if (asked?.stage !== "flows") return false;
    const isShared = takersOf(leaver, pods).length > 0;
    if (pod.uid === leaver.uid) {
      // What nobody takes over has to end.
      const { count, askedAt } = session.flows ?? { count: Number.POSITIVE_INFINITY, askedAt: 0 };
      return isShared || (count === 0 && askedAt > asked.at);
    }
    if (!isShared || !leaver.ready || !isMember(pod, leaver)) return true;
    // New flows ended before this was asked: who knows all it told since then knows every flow it will ever have.
    return (session.heardOf(leaver.name) ?? 0) > asked.at + tellsAfterMs;
  }
}

const isMember = (pod: FabricPod, leaver: FabricPod): boolean =>
  leaver.functionSet !== undefined && pod.functionSet === leaver.functionSet;

/** Who knows the leaver's flows and goes on taking packets. */
const takersOf = (leaver: FabricPod, pods: readonly FabricPod[]): FabricPod[] =>
  sharesFlows(leaver.function)
    ? pods.filter((p) => p.uid !== leaver.uid && isMember(p, leaver) && p.ready && p.drain === undefined)
    : [];
