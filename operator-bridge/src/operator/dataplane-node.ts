// SPDX-License-Identifier: Apache-2.0
// Whether a node's agent still speaks. What a silent one has reported stays, since its pods go on; but it is old.
import type { DataplaneNode } from "@nfaas/domain";
import { systemNamespace } from "@nfaas/domain";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { condition, findCondition } from "../kubernetes/conditions.ts";
import { agentLeaseName, type Lease } from "../kubernetes/core.ts";
import { dataplaneNodes } from "../kubernetes/resources.ts";
import { writeStatus } from "./status.ts";
import type { World } from "./world.ts";

const agentSilent = "AgentSilent";

/** Whether the operator has found the node's agent silent, and the agent has not written since. */
export const isSilent = (node: DataplaneNode | undefined): boolean =>
  findCondition(node?.status?.conditions, "Ready")?.reason === agentSilent;

export const silenceOf = (node: string): { reason: string; message: string } => ({
  reason: agentSilent,
  message: `agent of node ${node} is silent`,
});

/** When each Lease was last seen to change, by our own clock: nobody's clocks need to agree. */
class Renewals {
  readonly #seen = new Map<string, { version: string; at: number }>();

  constructor(readonly now: () => number = () => performance.now()) {}

  /** Milliseconds until the lease runs out; 0 or less when it has. */
  remainingMs({ metadata, spec }: Lease): number {
    const version = metadata.resourceVersion ?? "";
    const known = this.#seen.get(metadata.name);
    const at = known?.version === version ? known.at : this.now();
    this.#seen.set(metadata.name, { version, at });
    return at + (spec.leaseDurationSeconds ?? 0) * 1_000 - this.now();
  }
}

/** A node whose agent has never had a Lease is not judged. */
export function dataplaneNodeReconciler(client: KubernetesClient, world: World, renewals = new Renewals()) {
  return async (name: string): Promise<number | undefined> => {
    const node = world.nodes.get(name);
    const lease = world.leases.get(`${systemNamespace}/${agentLeaseName(name)}`);
    if (!node || !lease) return;
    const remainingMs = renewals.remainingMs(lease);
    if (remainingMs > 0) return Math.ceil(remainingMs);
    const { reason, message } = silenceOf(name);
    await writeStatus(client, dataplaneNodes, node, {}, [condition("Ready", "Unknown", reason, message, 0)]);
  };
}
