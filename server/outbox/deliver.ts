// SPDX-License-Identifier: Apache-2.0
// Telling the Kubernetes API one intent. Idempotent: telling it twice changes nothing.
import {
  type ChainGraph,
  compileChain,
  functionKinds,
  type GraphContext,
  type ServiceChain,
  tenantNamespace,
} from "@nfaas/domain";
import type { KubernetesClient } from "@nfaas/operator-bridge/kubernetes/client";
import {
  ignore,
  isAlreadyExists,
  isNotFound,
  KubernetesError,
} from "@nfaas/operator-bridge/kubernetes/errors";
import { serviceChains } from "@nfaas/operator-bridge/kubernetes/resources";
import { keepDeployed } from "../chains/keep-deployed.ts";

export type Delivery =
  | { kind: "apply"; tenant: string; chain: string; revision: number; graph: ChainGraph }
  | { kind: "delete"; tenant: string; chain: string };

/** The Kubernetes API understood and said no; asking again changes nothing. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

const finalStatuses = new Set([400, 403, 413, 415, 422]);

function compile(delivery: Extract<Delivery, { kind: "apply" }>): ServiceChain {
  const { tenant, chain, revision, graph } = delivery;
  // It was checked when it was published; here every attachment it names counts as known, the operator checks again.
  const attachments = graph.nodes.flatMap((node) => (node.kind === "attachment" ? [node.attachment] : []));
  const context: GraphContext = { attachments, functions: functionKinds };
  const compiled = compileChain(graph, { tenant, chain, revision }, context);
  if (!compiled.ok) throw new RefusedError(compiled.issues.map(({ message }) => message).join(" "));
  return compiled.chain;
}

/** Creates the object or replaces its spec; never takes back a revision that is newer. */
async function apply(client: KubernetesClient, wanted: ServiceChain): Promise<void> {
  const { name, namespace, labels } = wanted.metadata;
  const named = { name, ...(namespace ? { namespace } : {}) };
  const found = await ignore(isNotFound, client.get(serviceChains, named));
  if (!found) {
    const created = await ignore(isAlreadyExists, client.create(serviceChains, wanted));
    // Somebody else was faster: look again.
    return created ? undefined : apply(client, wanted);
  }
  if (found.metadata.deletionTimestamp) throw new Error(`chain ${name} is still being deleted`);
  if (found.spec.revision > wanted.spec.revision) return;
  const metadata = { ...found.metadata, labels: { ...found.metadata.labels, ...labels } };
  await client.replace(serviceChains, { ...found, metadata, spec: keepDeployed(wanted.spec, found.spec) });
}

/** Throws RefusedError when it is no use to try again, KubernetesError when it is. */
export async function deliver(client: KubernetesClient, delivery: Delivery): Promise<void> {
  try {
    if (delivery.kind === "apply") return await apply(client, compile(delivery));
    const named = { namespace: tenantNamespace(delivery.tenant), name: delivery.chain };
    await ignore(isNotFound, client.delete(serviceChains, named));
  } catch (error) {
    if (error instanceof KubernetesError && finalStatuses.has(error.status))
      throw new RefusedError(error.message);
    throw error;
  }
}
