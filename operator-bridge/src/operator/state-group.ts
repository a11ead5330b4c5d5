// SPDX-License-Identifier: Apache-2.0
// The keys by which pods know each other that share their flows: those of a set, and those of gateways of one state group.
import { randomBytes } from "node:crypto";
import { type FunctionSet, type Gateway, labels, systemNamespace } from "@nfaas/domain";
import type { KubernetesClient } from "../kubernetes/client.ts";
import type { Secret } from "../kubernetes/core.ts";
import { ignore, isAlreadyExists } from "../kubernetes/errors.ts";
import { secrets } from "../kubernetes/resources.ts";
import { gatewayGroup, keyField, secretOf, sharesFlows } from "../state-group.ts";

const keyBytes = 32;

const ownedBy = ({ apiVersion, kind, metadata: { name, uid = "" } }: FunctionSet | Gateway) => ({
  apiVersion,
  kind,
  name,
  uid,
});

const newSecret = (name: string, label: Record<string, string>, owner: object): Secret => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: {
    name,
    namespace: systemNamespace,
    labels: label,
    ownerReferences: [owner as ReturnType<typeof ownedBy>],
  },
  type: "Opaque",
  data: { [keyField]: randomBytes(keyBytes).toString("base64") },
});

/** Makes the set's key once; it goes with the set, and is never changed. */
export function stateGroupKeys(client: KubernetesClient): (set: FunctionSet) => Promise<void> {
  const made = new Set<string>();
  return async (set) => {
    const { name, uid = "" } = set.metadata;
    if (!sharesFlows(set.spec.function) || made.has(uid)) return;
    const owner = { ...ownedBy(set), controller: true, blockOwnerDeletion: true };
    const secret = newSecret(secretOf(name), { [labels.functionSet]: name }, owner);
    await ignore(isAlreadyExists, client.create(secrets, secret));
    made.add(uid);
  };
}

/** Makes the key of the gateway's group; it goes with the last gateway that was in it. */
export function gatewayGroupKeys(client: KubernetesClient): (gateway: Gateway) => Promise<void> {
  const made = new Set<string>();
  return async (gateway) => {
    const { stateGroup } = gateway.spec;
    const done = `${gateway.metadata.uid} ${stateGroup}`;
    if (stateGroup === undefined || made.has(done)) return;
    const name = secretOf(gatewayGroup(stateGroup));
    const owner = ownedBy(gateway);
    const secret = newSecret(name, { [labels.stateGroup]: stateGroup }, owner);
    if (!(await ignore(isAlreadyExists, client.create(secrets, secret)))) await join(client, name, owner);
    made.add(done);
  };
}

async function join(
  client: KubernetesClient,
  name: string,
  owner: ReturnType<typeof ownedBy>,
): Promise<void> {
  const { metadata } = await client.get(secrets, { namespace: systemNamespace, name });
  const owners = metadata.ownerReferences ?? [];
  if (owners.some((o) => o.uid === owner.uid)) return;
  const { resourceVersion } = metadata;
  await client.patch(secrets, metadata, {
    metadata: { resourceVersion, ownerReferences: [...owners, owner] },
  });
}
