// SPDX-License-Identifier: Apache-2.0
// The key by which the pods of a set know each other when they share their flows.
import { randomBytes } from "node:crypto";
import { type FunctionSet, labels, systemNamespace } from "@nfaas/domain";
import type { KubernetesClient } from "../kubernetes/client.ts";
import type { Secret } from "../kubernetes/core.ts";
import { ignore, isAlreadyExists } from "../kubernetes/errors.ts";
import { secrets } from "../kubernetes/resources.ts";
import { keyField, secretOf, sharesFlows } from "../state-group.ts";

const keyBytes = 32;

const newSecret = ({ apiVersion, kind, metadata: { name, uid = "" } }: FunctionSet): Secret => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: {
    name: secretOf(name),
    namespace: systemNamespace,
    labels: { [labels.functionSet]: name },
    ownerReferences: [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }],
  },
  type: "Opaque",
  data: { [keyField]: randomBytes(keyBytes).toString("base64") },
});

/** Makes the set's key once; it goes with the set, and is never changed. */
export function stateGroupKeys(client: KubernetesClient): (set: FunctionSet) => Promise<void> {
  const made = new Set<string>();
  return async (set) => {
    const uid = set.metadata.uid ?? "";
    if (!sharesFlows(set.spec.function) || made.has(uid)) return;
    await ignore(isAlreadyExists, client.create(secrets, newSecret(set)));
    made.add(uid);
  };
}
