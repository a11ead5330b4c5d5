// SPDX-License-Identifier: Apache-2.0
// What the operator's tests publish: one gateway, one function set, tenants with a client and a server.
import {
  apiVersion,
  type FunctionSet,
  type Gateway,
  type ServiceChain,
  type ServiceChainSpec,
  systemNamespace,
  type Tenant,
  tenantNamespace,
} from "@nfaas/domain";
import type { KubernetesClient } from "../../src/kubernetes/client.ts";
import type { condition as newCondition } from "../../src/kubernetes/conditions.ts";
import { isConflict } from "../../src/kubernetes/errors.ts";
import {
  functionSets,
  gateways,
  serviceChains,
  serviceChainViews,
  tenants,
} from "../../src/kubernetes/resources.ts";
import { eventually } from "../support/eventually.ts";

export const gateway = (name: string): Gateway => ({
  apiVersion,
  kind: "Gateway",
  metadata: { name, namespace: systemNamespace },
  spec: { edgePorts: [{ name: "edge", interface: "eth9" }] },
});

export const functionSet = (name: string, replicas: number): FunctionSet => ({
  apiVersion,
  kind: "FunctionSet",
  metadata: { name, namespace: systemNamespace },
  spec: { function: "firewall", replicas },
});

const attachment = (name: string, gatewayName: string, subnet: number) => ({
  name,
  gateway: gatewayName,
  edgePort: "edge",
  address: `10.0.${subnet}.1/24`,
  prefixes: [`10.0.${subnet}.0/24`],
});

export const tenant = (name: string, tenantId: number): Tenant => ({
  apiVersion,
  kind: "Tenant",
  metadata: { name },
  spec: {
    tenantId,
    displayName: name,
    attachments: [attachment("client", "west", 1), attachment("server", "east", 2)],
  },
});

const chainSpec = (tenantName: string, revision: number): ServiceChainSpec => ({
  tenant: tenantName,
  revision,
  nodes: [
    { name: "client", attachment: "client" },
    {
      name: "fw",
      function: "firewall",
      config: {
        rules: [
          {
            name: "web",
            action: "allow",
            protocol: "tcp",
            destinationPorts: { first: 80, last: 80 + (revision % 100) },
          },
        ],
        defaultAction: "deny",
      },
    },
    { name: "server", attachment: "server" },
  ],
  edges: [
    { name: "in", from: "client", to: "fw" },
    { name: "out", from: "fw", to: "server" },
  ],
});

export async function createPlatform(
  client: KubernetesClient,
  tenantNames: readonly string[],
): Promise<void> {
  await client.create(gateways, gateway("west"));
  await client.create(gateways, gateway("east"));
  await client.create(functionSets, functionSet("firewall-shared", 2));
  for (const [i, name] of tenantNames.entries()) await client.create(tenants, tenant(name, i + 1));
  for (const name of tenantNames) {
    await eventually(`tenant ${name} is ready`, async () =>
      isTrue(await client.get(tenants, { name }), "Ready"),
    );
  }
}

export const isTrue = (
  object: { metadata: { generation?: number }; status?: { conditions?: ReturnType<typeof newCondition>[] } },
  type: string,
): boolean =>
  (object.status?.conditions ?? []).some(
    (c) => c.type === type && c.status === "True" && c.observedGeneration === object.metadata.generation,
  );

export async function publish(
  client: KubernetesClient,
  tenantName: string,
  name: string,
  change: number | Partial<ServiceChainSpec>,
): Promise<void> {
  const namespace = tenantNamespace(tenantName);
  const spec =
    typeof change === "number"
      ? chainSpec(tenantName, change)
      : { ...chainSpec(tenantName, change.revision ?? 1), ...change };
  for (;;) {
    const { items } = await client.list(serviceChains, { namespace });
    const current = items.find((c) => c.metadata.name === name);
    try {
      if (current) await client.replace(serviceChains, { ...current, spec });
      else
        await client.create(serviceChains, {
          apiVersion,
          kind: "ServiceChain",
          metadata: { name, namespace },
          spec,
        });
      return;
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
}

export const getChain = (client: KubernetesClient, tenantName: string, name: string): Promise<ServiceChain> =>
  client.get(serviceChains, { namespace: tenantNamespace(tenantName), name });

export const listViews = async (client: KubernetesClient, tenantName: string) =>
  (await client.list(serviceChainViews, { namespace: tenantNamespace(tenantName) })).items;

/** Waits until the revision carries the traffic and nothing of older ones is left. */
export async function whenSettled(
  client: KubernetesClient,
  tenantName: string,
  name: string,
  revision: number,
  timeoutMs?: number,
): Promise<ServiceChain> {
  return eventually(
    `${tenantName}/${name} runs revision ${revision} alone`,
    async () => {
      const chain = await getChain(client, tenantName, name);
      const views = (await listViews(client, tenantName)).filter((v) => v.spec.chain === name);
      const settled =
        isTrue(chain, "Ready") &&
        chain.status?.activeView?.revision === revision &&
        views.length === 1 &&
        views[0]?.spec.weight === 100;
      if (!settled)
        throw new Error(JSON.stringify({ status: chain.status, views: views.map((v) => v.metadata) }));
      return chain;
    },
    timeoutMs,
  );
}
