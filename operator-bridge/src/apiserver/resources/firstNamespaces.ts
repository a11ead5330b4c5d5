// SPDX-License-Identifier: Apache-2.0
import type { Store } from "../store/store.ts";
import { namespaces, permanentNamespaces } from "./builtins.ts";
import { create } from "./operations.ts";
import { keyOf } from "./stored.ts";

/** The namespaces that are there in every cluster. */
export async function ensureFirstNamespaces(store: Store): Promise<void> {
  await store.transact((transaction) => {
    for (const name of permanentNamespaces) {
      if (transaction.get(keyOf(namespaces, "", name))) continue;
      create(transaction, namespaces, "", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
    }
  });
}
