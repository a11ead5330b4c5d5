// SPDX-License-Identifier: Apache-2.0
// What the objects of group nfaas.io/v1alpha1 and what hangs on them are called.

export const group = "nfaas.io";
export const version = "v1alpha1";
export const apiVersion = `${group}/${version}` as const;

export const systemNamespace = "nfaas-system";
/** The namespace that holds a tenant's chains and views. */
export const tenantNamespace = (tenant: string): string => `tenant-${tenant}`;

export const labels = {
  functionSet: "nfaas.io/function-set",
  gateway: "nfaas.io/gateway",
  function: "nfaas.io/function",
  /** On the Secret of gateways that share their connection tables. */
  stateGroup: "nfaas.io/state-group",
  tenant: "nfaas.io/tenant",
  chain: "nfaas.io/chain",
} as const;
export const annotations = {
  /** On a Pod: it carries what it has and takes no new view. */
  cordoned: "nfaas.io/cordoned",
  /** On a Pod: how far it is drained (DrainStage). The operator's; it is never taken back, the pod goes. */
  drain: "nfaas.io/drain",
  /** On a Pod: since when it is drained. */
  drainSince: "nfaas.io/drain-since",
  /** On a Pod: a digest of what it was made from. */
  template: "nfaas.io/template",
  /** On a FunctionSet: any new value replaces all its pods, one by one. */
  restartedAt: "nfaas.io/restartedAt",
} as const;

/** Keeps a deleted view until every agent has unprogrammed it; only then its viewId is free. */
export const viewFinalizer = "nfaas.io/view";
