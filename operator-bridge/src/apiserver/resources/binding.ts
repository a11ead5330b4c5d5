// SPDX-License-Identifier: Apache-2.0
import { badRequest, conflict, pathNotFound } from "../errors.ts";
import type { Target } from "../http/target.ts";
import { at, isObject, type KubeObject, timestamp } from "../objects.ts";
import type { Transaction } from "../store/transaction.ts";
import { keyOf, read } from "./stored.ts";

const scheduled = () => ({ type: "PodScheduled", status: "True", lastTransitionTime: timestamp() });

function conditionsOf(pod: KubeObject): unknown[] {
  const conditions = at(pod, "status", "conditions");
  const others = Array.isArray(conditions)
    ? conditions.filter((condition) => condition.type !== "PodScheduled")
    : [];
  return [...others, scheduled()];
}

/** Puts a Pod on a node, once: pods/<name>/binding. */
export function bindPod(transaction: Transaction, target: Target, name: string, binding: object): KubeObject {
  const { type, namespace } = target;
  if (type.group !== "" || type.plural !== "pods") throw pathNotFound();
  const node = at(binding, "target", "name");
  if (typeof node !== "string" || node === "") throw badRequest("target.name: Required value");
  const old = read(transaction, type, namespace, name);
  const bound = at(old, "spec", "nodeName");
  if (old.metadata.deletionTimestamp)
    throw conflict(type, name, `pod ${name} is being deleted, cannot be assigned to a host`);
  if (bound) throw conflict(type, name, `pod ${name} is already assigned to node "${bound}"`);
  const pod = structuredClone(old);
  pod.spec = { ...(isObject(pod.spec) ? pod.spec : {}), nodeName: node };
  pod.status = { ...(isObject(pod.status) ? pod.status : {}), conditions: conditionsOf(pod) };
  return transaction.put(keyOf(type, namespace, name), pod);
}
