// SPDX-License-Identifier: Apache-2.0
// What a node's report takes from its pods' sessions.
import type { PodDrain, PodStatus } from "@nfaas/domain";
import { condition, type NewCondition } from "../../kubernetes/conditions.ts";
import type { SessionFacts } from "./report.ts";
import type { PodSession } from "./session.ts";

/** @param session undefined: there is none yet */
export const sessionFacts = (session: PodSession | undefined, drains: readonly PodDrain[]): SessionFacts => ({
  ready: session?.ready ?? false,
  synced: session?.synced ?? false,
  drains,
  applied: session?.applied,
  refusalOf: (uid) => session?.refusalOf(uid),
  keptFlowsOf: (uid) => session?.keptFlowsOf(uid),
  conservationOf: (uid) =>
    session && (!session.ready || session.hasFinalCount(uid)) ? session.ledger.get(uid) : undefined,
});

/** Of the node: whether every pod is ready, and nothing of its state was left out. */
export function readyCondition(
  pods: readonly PodStatus[],
  faultsOf: (pod: string) => readonly string[] | undefined,
): NewCondition {
  const faults = pods.flatMap(({ name, ready }) =>
    ready ? (faultsOf(name) ?? []).map((f) => `${name}: ${f}`) : [`${name} is not ready`],
  );
  return faults.length === 0
    ? condition("Ready", true, "PodsReady", "every pod of the node has its state", 0)
    : condition("Ready", false, "PodsDegraded", faults.join("; "), 0);
}
