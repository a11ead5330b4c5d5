// SPDX-License-Identifier: Apache-2.0
import { annotations, type FunctionSet, labels } from "@nfaas/domain";
import type { KubernetesClient } from "../../kubernetes/client.ts";
import { condition, timestamp } from "../../kubernetes/conditions.ts";
import { isPodReady, type Pod } from "../../kubernetes/core.ts";
import { ignore, isAlreadyExists, isNotFound } from "../../kubernetes/errors.ts";
import type { EventRecorder } from "../../kubernetes/events.ts";
import { functionSets, pods as podType } from "../../kubernetes/resources.ts";
import { isOwnedBy, newPod, type PodTemplate, templateDigest } from "../pods.ts";
import { stateGroupKeys } from "../state-group.ts";
import { writeStatus } from "../status.ts";
import type { World } from "../world.ts";
import { drainOf, Reports } from "./observe.ts";
import { type Plan, planPods, type Step } from "./plan.ts";

const templateOf = (set: FunctionSet): Omit<PodTemplate, "name"> => ({
  owner: set,
  function: set.spec.function,
  image: set.spec.image,
  cpus: set.spec.cpus,
  memoryMebibytes: set.spec.memoryMebibytes,
  restartedAt: set.metadata.annotations?.[annotations.restartedAt],
  labels: {
    [labels.functionSet]: set.metadata.name,
    ...(set.spec.tenant === undefined ? {} : { [labels.tenant]: set.spec.tenant }),
  },
});

interface Context {
  client: KubernetesClient;
  world: World;
  events: EventRecorder;
}

/** Keeps `replicas` pods made from the set's template: replaces those that are not, drains those that are too many. */
export function functionSetReconciler(context: Context) {
  const { client, world } = context;
  const ensureKey = stateGroupKeys(client);
  return async (key: string): Promise<number | undefined> => {
    const set = world.functionSets.get(key);
    if (!set || set.metadata.deletionTimestamp !== undefined) return;
    const pods = world.pods.list().filter((pod) => isOwnedBy(pod, set));
    if (!world.networkFunctions.get(set.spec.function)) return reject(client, set, pods);
    await ensureKey(set);
    const template = templateOf(set);
    const plan = planPods({
      set,
      template: templateDigest(template),
      pods,
      reports: new Reports(world.nodes.list()),
      now: Date.now(),
    });
    for (const step of plan.steps) await carryOut(step, set, template, context);
    await report(client, set, pods, plan);
    return plan.lookAgainMs;
  };
}

async function reject(client: KubernetesClient, set: FunctionSet, pods: readonly Pod[]): Promise<undefined> {
  const message = `there is no NetworkFunction ${set.spec.function}; add it to the catalogue`;
  const conditions = (["Accepted", "Ready"] as const).map((type) =>
    condition(type, false, "UnknownFunction", message, set.metadata.generation ?? 0),
  );
  await writeStatus(client, functionSets, set, { replicas: pods.length, readyReplicas: 0 }, conditions);
}

async function carryOut(
  step: Step,
  set: FunctionSet,
  template: Omit<PodTemplate, "name">,
  { client, events }: Context,
): Promise<void> {
  const tell = (type: "Normal" | "Warning", reason: string, message: string) =>
    events.record(set, type, reason, message);
  if (step.do === "create") {
    const pod = newPod({ ...template, name: step.name });
    const made = await ignore(isAlreadyExists, client.create(podType, pod));
    if (made) await tell("Normal", "PodCreated", `created pod ${step.name}`);
    return;
  }
  const { metadata } = step.pod;
  if (step.do === "drain") {
    const notes = {
      [annotations.drain]: step.stage,
      ...(drainOf(step.pod) === undefined ? { [annotations.drainSince]: timestamp(new Date()) } : {}),
    };
    // By the version that was read: a pod of the same name that has come since is another one.
    const patch = { metadata: { resourceVersion: metadata.resourceVersion, annotations: notes } };
    await ignore(isNotFound, client.patch(podType, metadata, patch));
    if (drainOf(step.pod) === undefined)
      await tell("Normal", "PodDraining", `pod ${metadata.name} is drained`);
    return;
  }
  await ignore(isNotFound, client.delete(podType, metadata, { uid: metadata.uid }));
  if (step.lost === undefined) await tell("Normal", "PodDrained", `pod ${metadata.name} is drained and goes`);
  else
    await tell("Warning", "DrainDeadline", `pod ${metadata.name} goes with the flows it has: ${step.lost}`);
}

async function report(
  client: KubernetesClient,
  set: FunctionSet,
  pods: readonly Pod[],
  { updated, progress }: Plan,
): Promise<void> {
  const { replicas } = set.spec;
  const generation = set.metadata.generation ?? 0;
  const readyReplicas = pods.filter(isPodReady).length;
  const ready = readyReplicas >= replicas;
  const counts = { replicas: pods.length, readyReplicas, updatedReplicas: updated.length };
  await writeStatus(client, functionSets, set, counts, [
    condition("Accepted", true, "Accepted", "the function is in the catalogue", generation),
    condition(
      "Ready",
      ready,
      ready ? "AllReady" : "PodsNotReady",
      `${readyReplicas} of ${replicas} pods are ready`,
      generation,
    ),
    condition(
      "Progressing",
      progress !== undefined,
      progress?.reason ?? "Settled",
      progress?.message ?? "every pod is as the set says",
      generation,
    ),
  ]);
}
