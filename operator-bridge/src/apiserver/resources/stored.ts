// SPDX-License-Identifier: Apache-2.0
// What is stored of a type: where, and whether anything holds what is marked as deleted.
import { notFound } from "../errors.ts";
import { at, type KubeObject } from "../objects.ts";
import type { ObjectKey } from "../store/state.ts";
import type { Transaction } from "../store/transaction.ts";
import { type ResourceType, storageResource } from "./types.ts";

export const isNamespace = (type: ResourceType) => type.group === "" && type.plural === "namespaces";

export const keyOf = (type: ResourceType, namespace: string, name: string): ObjectKey => ({
  resource: storageResource(type),
  namespace: type.namespaced ? namespace : "",
  name,
});

export function read(
  transaction: Transaction,
  type: ResourceType,
  namespace: string,
  name: string,
): KubeObject {
  const object = transaction.get(keyOf(type, namespace, name));
  if (!object) throw notFound(type, name);
  return object;
}

/** Marked as deleted, and nothing left that keeps it. */
export function isReleased({ metadata, spec }: KubeObject, type: ResourceType): boolean {
  const specFinalizers = isNamespace(type) ? at(spec, "finalizers") : undefined;
  return (
    metadata.deletionTimestamp !== undefined &&
    (metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
    (metadata.finalizers ?? []).length === 0 &&
    !(Array.isArray(specFinalizers) && specFinalizers.length > 0)
  );
}
