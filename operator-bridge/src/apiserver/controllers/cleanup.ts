// SPDX-License-Identifier: Apache-2.0
// What must follow a deletion: dependents of gone owners, the content of a namespace, the objects of a CRD. Level
// triggered: after every deletion that could matter the whole state is looked at, so a crash in between is harmless.
import { ApiError } from "../errors.ts";
import type { KubeObject } from "../objects.ts";
import { namespaces } from "../resources/builtins.ts";
import { crdFinalizer, customResourceDefinitions } from "../resources/crd.ts";
import { storedResource } from "../resources/customResource.ts";
import { remove } from "../resources/deletion.ts";
import { update } from "../resources/operations.ts";
import type { Registry } from "../resources/registry.ts";
import { type ResourceType, storageResource } from "../resources/types.ts";
import type { Store } from "../store/store.ts";
import type { Transaction } from "../store/transaction.ts";

const retryDelayMs = 1_000;

/** Every owner is gone: not merely another object of the same name, so it is the uid that counts. */
function isOrphan({ metadata }: KubeObject, living: Set<string>): boolean {
  const owners = metadata.ownerReferences ?? [];
  return owners.length > 0 && owners.every((owner) => !living.has(owner.uid));
}

function removeAll(transaction: Transaction, type: ResourceType, objects: KubeObject[]): void {
  for (const { metadata } of objects)
    if (!metadata.deletionTimestamp) remove(transaction, type, metadata.namespace ?? "", metadata.name);
}

function collectOrphans(transaction: Transaction, types: ResourceType[]): void {
  const tables = types.map((type) => ({ type, objects: transaction.list(storageResource(type)) }));
  const living = new Set(tables.flatMap(({ objects }) => objects.map((object) => object.metadata.uid!)));
  for (const { type, objects } of tables)
    removeAll(
      transaction,
      type,
      objects.filter((object) => isOrphan(object, living)),
    );
}

function emptyNamespaces(transaction: Transaction, types: ResourceType[]): void {
  for (const namespace of transaction.list(storageResource(namespaces))) {
    if (!namespace.metadata.deletionTimestamp) continue;
    let left = 0;
    for (const type of types.filter((candidate) => candidate.namespaced)) {
      removeAll(transaction, type, transaction.list(storageResource(type), namespace.metadata.name));
      left += transaction.list(storageResource(type), namespace.metadata.name).length;
    }
    if (left === 0) finalizeNamespace(transaction, namespace);
  }
}

function finalizeNamespace(transaction: Transaction, namespace: KubeObject): void {
  const finalized = structuredClone(namespace);
  finalized.spec = { ...(finalized.spec as object), finalizers: [] };
  update(transaction, namespaces, "", namespace.metadata.name, finalized);
}

function emptyDefinitions(transaction: Transaction): void {
  for (const crd of transaction.list(storageResource(customResourceDefinitions))) {
    if (!crd.metadata.deletionTimestamp || !crd.metadata.finalizers?.includes(crdFinalizer)) continue;
    const type = storedResource(crd);
    removeAll(transaction, type, transaction.list(storageResource(type)));
    if (transaction.list(storageResource(type)).length > 0) continue;
    const released = structuredClone(crd);
    released.metadata.finalizers = released.metadata.finalizers!.filter((name) => name !== crdFinalizer);
    update(transaction, customResourceDefinitions, "", crd.metadata.name, released);
  }
}

/** One type per stored resource: versions share their objects. */
function distinctTypes(registry: Registry): ResourceType[] {
  return [...new Map(registry.types.map((type) => [storageResource(type), type])).values()];
}

/** Runs until the returned function is called. */
export function startCleanup(store: Store, registry: Registry): () => void {
  let wanted = true;
  let running = false;
  let stopped = false;

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    while (wanted && !stopped) {
      wanted = false;
      await store
        .transact((transaction) => {
          emptyDefinitions(transaction);
          emptyNamespaces(transaction, distinctTypes(registry));
          collectOrphans(transaction, distinctTypes(registry));
        })
        .catch(retry);
    }
    running = false;
  }

  function retry(error: unknown): void {
    if (!(error instanceof ApiError)) console.error("apiserver: cleanup failed:", error);
    setTimeout(trigger, retryDelayMs).unref();
  }

  function trigger(): void {
    wanted = true;
    void run();
  }

  const unsubscribe = store.subscribe((events) => {
    const matters = events.some(
      ({ type, object }) =>
        type === "DELETED" ||
        object.metadata.deletionTimestamp !== undefined ||
        (type === "ADDED" && (object.metadata.ownerReferences ?? []).length > 0),
    );
    if (matters) trigger();
  });
  void run();
  return () => {
    stopped = true;
    unsubscribe();
  };
}
