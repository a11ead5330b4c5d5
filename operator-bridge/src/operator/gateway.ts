// SPDX-License-Identifier: Apache-2.0
import { type Gateway, labels } from "@nfaas/domain";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { condition } from "../kubernetes/conditions.ts";
import { isPodReady } from "../kubernetes/core.ts";
import { gateways } from "../kubernetes/resources.ts";
import { isOwnedBy, type PodTemplate, reconcilePods } from "./pods.ts";
import { gatewayGroupKeys } from "./state-group.ts";
import { writeStatus } from "./status.ts";
import type { World } from "./world.ts";

const template = (gateway: Gateway): PodTemplate => ({
  name: `gateway-${gateway.metadata.name}`,
  owner: gateway,
  function: "gateway",
  labels: { [labels.gateway]: gateway.metadata.name },
});

/** One Pod, gateway-<name>. */
export function gatewayReconciler(client: KubernetesClient, world: World) {
  const ensureKey = gatewayGroupKeys(client);
  return async (key: string): Promise<undefined> => {
    const gateway = world.gateways.get(key);
    if (!gateway || gateway.metadata.deletionTimestamp !== undefined) return;
    const existing = world.pods.list().filter((pod) => isOwnedBy(pod, gateway));
    const wanted = template(gateway);
    await ensureKey(gateway);
    await reconcilePods(client, [wanted], existing);
    const ready = existing.some(isPodReady);
    const message = `pod ${wanted.name} is ${ready ? "" : "not "}ready`;
    const generation = gateway.metadata.generation ?? 0;
    await writeStatus(client, gateways, gateway, {}, [
      condition("Accepted", true, "Accepted", "the edge ports are well-formed", generation),
      condition("Ready", ready, ready ? "PodReady" : "PodNotReady", message, generation),
    ]);
  };
}
