// SPDX-License-Identifier: Apache-2.0
// What the agents' reports say of the pods of a set. Pure.
import { annotations, type DataplaneNode, type DrainStage, drainStages, type PodStatus } from "@nfaas/domain";
import { isPodReady, type Pod } from "../../kubernetes/core.ts";
import { isSilent } from "../dataplane-node.ts";

export const drainOf = ({ metadata }: Pod): DrainStage | undefined =>
  drainStages.find((stage) => stage === metadata.annotations?.[annotations.drain]);

export class Reports {
  readonly #pods: readonly PodStatus[];

  constructor(nodes: readonly DataplaneNode[]) {
    // What a silent agent's pods do nobody knows: they are waited for, until the leaver's deadline.
    this.#pods = nodes.flatMap((node) =>
      (node.status?.pods ?? []).map((pod) => (isSilent(node) ? { ...pod, drains: [] } : pod)),
    );
  }

  #of({ metadata }: Pod): PodStatus | undefined {
    return this.#pods.find((p) => p.name === metadata.name && p.uid === metadata.uid);
  }

  /** Why the pod can't do what another one does; undefined = it can. */
  whyNotInService(pod: Pod, others: readonly Pod[]): string | undefined {
    const { name } = pod.metadata;
    const report = this.#of(pod);
    if (!report?.ready || !isPodReady(pod)) return `pod ${name} is not ready`;
    if (report.synced === false) return `pod ${name} does not know yet what the others of its set know`;
    const needed = new Set(
      others.flatMap(
        (o) =>
          this.#of(o)
            ?.views.filter((v) => v.programmed)
            .map((v) => v.uid) ?? [],
      ),
    );
    const missing = report.views.find((v) => needed.has(v.uid) && !v.programmed);
    if (missing === undefined) return;
    return `pod ${name} has not programmed view ${missing.view}${missing.message ? `: ${missing.message}` : ""}`;
  }

  /** A pod that has yet to do its part of the stage that the leaver is in; undefined = all have. */
  whoLags(leaver: Pod, stage: DrainStage): string | undefined {
    const { uid } = leaver.metadata;
    const isDone = (report: PodStatus): boolean => {
      const done = report.drains?.find((d) => d.uid === uid)?.stage;
      return done !== undefined && drainStages.indexOf(done) >= drainStages.indexOf(stage);
    };
    return this.#pods.find((p) => p.ready && !isDone(p))?.name;
  }
}
