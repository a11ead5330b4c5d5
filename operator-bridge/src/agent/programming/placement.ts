// SPDX-License-Identifier: Apache-2.0
// Which pods run which nodes of a view. Pure.
import {
  annotations,
  type DrainStage,
  drainStages,
  labels,
  type ServiceChainView,
  type Tenant,
  type ViewNode,
} from "@nfaas/domain";
import type { Pod } from "../../kubernetes/core.ts";

/** A pod as its neighbours need to know it. */
export interface FabricPod {
  name: string;
  uid: string;
  /** The data plane's role. */
  function: string;
  functionSet?: string;
  gateway?: string;
  /** Fabric address, "100.64.0.1". */
  address: string;
  /** Takes packets now. */
  ready: boolean;
  cordoned: boolean;
  /** It is to go, and this is asked of everybody now. */
  drain?: DrainStage;
  /** Uids of the views that it was asked to take and said no to: it drops their packets. */
  refused: ReadonlySet<string>;
}

const functionSetPool = (name: string): string => `set/${name}`;
const gatewayPool = (name: string): string => `gateway/${name}`;

export const poolOfPod = (pod: Pick<FabricPod, "functionSet" | "gateway">): string | undefined => {
  if (pod.gateway !== undefined) return gatewayPool(pod.gateway);
  return pod.functionSet === undefined ? undefined : functionSetPool(pod.functionSet);
};

/** Undefined when the tenant has no such attachment (any more). */
export function poolOfNode(node: ViewNode, tenant: Tenant): string | undefined {
  if (node.attachment === undefined) {
    return node.functionSet === undefined ? undefined : functionSetPool(node.functionSet);
  }
  const attachment = tenant.spec.attachments.find((a) => a.name === node.attachment);
  return attachment && gatewayPool(attachment.gateway);
}

export const touches = (view: ServiceChainView, tenant: Tenant | undefined, pool: string): boolean =>
  tenant !== undefined && view.spec.nodes.some((node) => poolOfNode(node, tenant) === pool);

/** Undefined for pods that are not ours, or have no address yet. */
export function fabricPod(
  pod: Pod,
  ready: boolean,
  refused: ReadonlySet<string> = new Set(),
): FabricPod | undefined {
  const { labels: own = {}, annotations: notes = {}, name, uid = "" } = pod.metadata;
  const [functionSet, gateway] = [own[labels.functionSet], own[labels.gateway]];
  const address = pod.status?.podIP;
  if (address === undefined || (functionSet === undefined && gateway === undefined)) return;
  return {
    name,
    uid,
    function: own[labels.function] ?? "",
    functionSet,
    gateway,
    address,
    ready,
    cordoned: notes[annotations.cordoned] === "true",
    drain: drainStages.find((stage) => stage === notes[annotations.drain]),
    refused,
  };
}
