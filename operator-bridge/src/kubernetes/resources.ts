// SPDX-License-Identifier: Apache-2.0
// Where each kind lives in the Kubernetes API.
import {
  apiVersion,
  type DataplaneNode,
  type FunctionSet,
  type Gateway,
  type NetworkFunction,
  type ObjectMeta,
  plurals,
  type ServiceChain,
  type ServiceChainView,
  type Tenant,
} from "@nfaas/domain";
import type { CoreObject, Event, Lease, Namespace, Pod, Secret } from "./core.ts";

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** The phantom type parameter ties a path to the type of the objects behind it. */
export interface ResourceType<T extends KubernetesObject> {
  apiVersion: T["apiVersion"];
  kind: T["kind"];
  plural: string;
  namespaced: boolean;
}

const nfaas = <T extends KubernetesObject>(kind: keyof typeof plurals, namespaced: boolean) =>
  ({ apiVersion, kind, plural: plurals[kind], namespaced }) as ResourceType<T>;

export const tenants = nfaas<Tenant>("Tenant", false);
export const networkFunctions = nfaas<NetworkFunction>("NetworkFunction", false);
export const functionSets = nfaas<FunctionSet>("FunctionSet", true);
export const gateways = nfaas<Gateway>("Gateway", true);
export const serviceChains = nfaas<ServiceChain>("ServiceChain", true);
export const serviceChainViews = nfaas<ServiceChainView>("ServiceChainView", true);
export const dataplaneNodes = nfaas<DataplaneNode>("DataplaneNode", false);

export const pods: ResourceType<Pod> = { apiVersion: "v1", kind: "Pod", plural: "pods", namespaced: true };
export const secrets: ResourceType<Secret> = {
  apiVersion: "v1",
  kind: "Secret",
  plural: "secrets",
  namespaced: true,
};
export const namespaces: ResourceType<Namespace> = {
  apiVersion: "v1",
  kind: "Namespace",
  plural: "namespaces",
  namespaced: false,
};
export const events: ResourceType<Event> = {
  apiVersion: "v1",
  kind: "Event",
  plural: "events",
  namespaced: true,
};
export const leases: ResourceType<Lease> = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  plural: "leases",
  namespaced: true,
};

export interface CustomResourceDefinition extends CoreObject {
  apiVersion: "apiextensions.k8s.io/v1";
  kind: "CustomResourceDefinition";
  spec: Record<string, unknown>;
  status?: { conditions?: { type: string; status: string }[] };
}
export const customResourceDefinitions: ResourceType<CustomResourceDefinition> = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
};

/** "<namespace>/<name>", or "<name>" at cluster scope: the key of caches and queues. */
export const keyOf = ({ metadata }: { metadata: ObjectMeta }): string =>
  metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;

export function splitKey(key: string): { namespace?: string; name: string } {
  const slash = key.indexOf("/");
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
