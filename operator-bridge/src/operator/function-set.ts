// SPDX-License-Identifier: Apache-2.0
import { type FunctionSet, labels } from "@nfaas/domain";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { condition } from "../kubernetes/conditions.ts";
import { isPodReady } from "../kubernetes/core.ts";
import { functionSets } from "../kubernetes/resources.ts";
import { isOwnedBy, type PodTemplate, reconcilePods } from "./pods.ts";
import { stateGroupKeys } from "./state-group.ts";
import { writeStatus } from "./status.ts";
import type { World } from "./world.ts";

const templates = (set: FunctionSet): PodTemplate[] =>
  Array.from({ length: set.spec.replicas }, (_, i) => ({
    name: `${set.metadata.name}-${i}`,
    owner: set,
    function: set.spec.function,
    labels: {
      [labels.functionSet]: set.metadata.name,
      ...(set.spec.tenant === undefined ? {} : { [labels.tenant]: set.spec.tenant }),
    },
  }));

/** Pods <set>-0 .. <set>-(replicas - 1); scaled down from the highest number. */
export function functionSetReconciler(client: KubernetesClient, world: World) {
  const ensureKey = stateGroupKeys(client);
  return async (key: string): Promise<undefined> => {
    const set = world.functionSets.get(key);
    if (!set || set.metadata.deletionTimestamp !== undefined) return;
    const existing = world.pods.list().filter((pod) => isOwnedBy(pod, set));
    const generation = set.metadata.generation ?? 0;
    if (!world.networkFunctions.get(set.spec.function)) {
      const message = `there is no NetworkFunction ${set.spec.function}; add it to the catalogue`;
      const conditions = (["Accepted", "Ready"] as const).map((type) =>
        condition(type, false, "UnknownFunction", message, generation),
      );
      await writeStatus(
        client,
        functionSets,
        set,
        { replicas: existing.length, readyReplicas: 0 },
        conditions,
      );
      return;
    }
    await ensureKey(set);
    await reconcilePods(client, templates(set), existing);
    const { replicas } = set.spec;
    const readyReplicas = existing.filter(isPodReady).length;
    const ready = readyReplicas >= replicas;
    await writeStatus(client, functionSets, set, { replicas: existing.length, readyReplicas }, [
      condition("Accepted", true, "Accepted", "the function is in the catalogue", generation),
      condition(
        "Ready",
        ready,
        ready ? "AllReady" : "PodsNotReady",
        `${readyReplicas} of ${replicas} pods are ready`,
        generation,
      ),
    ]);
  };
}
