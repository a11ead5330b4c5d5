// SPDX-License-Identifier: Apache-2.0
// Delete as the Kubernetes API defines it: finalizers and grace periods hold an object, which is marked meanwhile.
import { forbidden, preconditionFailed } from "../errors.ts";
import { at, deepEqual, type KubeObject, timestamp } from "../objects.ts";
import type { Transaction } from "../store/transaction.ts";
import { isNamespace, isReleased, keyOf, read } from "./stored.ts";
import type { ResourceType } from "./types.ts";

export interface DeleteOptions {
  gracePeriodSeconds?: number;
  /** Dependents of what is deleted stay. Without it they are deleted in the background. */
  orphan?: boolean;
  preconditions?: { uid?: string; resourceVersion?: string };
}

/** Deletes, or marks as deleted while finalizers or a grace period hold it. `gone` tells which. */
export function remove(
  transaction: Transaction,
  type: ResourceType,
  namespace: string,
  name: string,
  options: DeleteOptions = {},
): { object: KubeObject; gone: boolean } {
  const key = keyOf(type, namespace, name);
  const old = read(transaction, type, namespace, name);
  if (type.strategy.permanentNames?.includes(name))
    throw forbidden(type, name, "this object may not be deleted");
  assertPreconditions(old, type, options);
  if (options.orphan) releaseDependents(transaction, old.metadata.uid!);
  const object = markDeleted(old, type, options);
  if (isReleased(object, type)) return { object: transaction.remove(key)!, gone: true };
  return { object: deepEqual(object, old) ? old : transaction.put(key, object), gone: false };
}

/** Takes an owner off all its dependents. */
function releaseDependents(transaction: Transaction, uid: string): void {
  const isDependent = ({ metadata }: KubeObject) =>
    metadata.ownerReferences?.some((owner) => owner.uid === uid);
  for (const key of transaction.keysWhere((object) => isDependent(object) ?? false)) {
    const dependent = structuredClone(transaction.get(key)!);
    const others = dependent.metadata.ownerReferences!.filter((owner) => owner.uid !== uid);
    if (others.length > 0) dependent.metadata.ownerReferences = others;
    else delete dependent.metadata.ownerReferences;
    transaction.put(key, dependent);
  }
}

function assertPreconditions(
  old: KubeObject,
  type: ResourceType,
  { preconditions = {} }: DeleteOptions,
): void {
  const { uid, resourceVersion, name } = old.metadata;
  if (preconditions.uid && preconditions.uid !== uid)
    throw preconditionFailed(type, name, "UID", preconditions.uid, uid);
  if (preconditions.resourceVersion && preconditions.resourceVersion !== resourceVersion)
    throw preconditionFailed(type, name, "ResourceVersion", preconditions.resourceVersion, resourceVersion);
}

function markDeleted(old: KubeObject, type: ResourceType, options: DeleteOptions): KubeObject {
  const allowed = type.strategy.gracePeriodSeconds?.(old) ?? 0;
  const wanted = allowed === 0 ? 0 : (options.gracePeriodSeconds ?? allowed);
  const before = old.metadata.deletionGracePeriodSeconds ?? Number.POSITIVE_INFINITY;
  if (old.metadata.deletionTimestamp && wanted >= before) return old;
  const object = structuredClone(old);
  object.metadata.deletionTimestamp ??= timestamp(new Date(Date.now() + wanted * 1_000));
  object.metadata.deletionGracePeriodSeconds = wanted;
  if (object.metadata.generation && !old.metadata.deletionTimestamp) object.metadata.generation += 1;
  if (isNamespace(type)) object.status = { ...(at(object, "status") as object), phase: "Terminating" };
  return object;
}
