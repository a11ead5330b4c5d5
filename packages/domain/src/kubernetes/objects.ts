// SPDX-License-Identifier: Apache-2.0
// The objects of group nfaas.io/v1alpha1 as TypeScript sees them. The schemas that the Kubernetes API enforces are the
// CRDs in operator-bridge/crds; a test there holds both to each other.
import type { DataplaneNode } from "./dataplane-node.ts";
import type { FunctionSet, Gateway, NetworkFunction } from "./platform.ts";
import type { ServiceChain, ServiceChainView } from "./service-chain.ts";
import type { Tenant } from "./tenant.ts";

export * from "./conservation.ts";
export * from "./dataplane-node.ts";
export * from "./names.ts";
export * from "./platform.ts";
export type { Condition, ConditionType, ObjectMeta } from "./resource.ts";
export * from "./service-chain.ts";
export * from "./tenant.ts";

export type NfaasObject =
  | Tenant
  | NetworkFunction
  | FunctionSet
  | Gateway
  | ServiceChain
  | ServiceChainView
  | DataplaneNode;

export type NfaasKind = NfaasObject["kind"];

export const plurals: Record<NfaasKind, string> = {
  Tenant: "tenants",
  NetworkFunction: "networkfunctions",
  FunctionSet: "functionsets",
  Gateway: "gateways",
  ServiceChain: "servicechains",
  ServiceChainView: "servicechainviews",
  DataplaneNode: "dataplanenodes",
};
