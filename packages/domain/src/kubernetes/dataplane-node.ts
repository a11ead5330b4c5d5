// SPDX-License-Identifier: Apache-2.0
// What one node has, and what its pods say of views and of each other.
import type { ConservationCounts } from "./conservation.ts";
import type { Condition, Resource } from "./resource.ts";

/**
 * What is taken from a pod that is to go, in this order: new flows (its weight is 0), then the flows it has (other members of
 * its set know them, or they have ended), then all packets (it is in no pool).
 */
export const drainStages = ["new-flows", "flows", "packets"] as const;
export type DrainStage = (typeof drainStages)[number];

/** What one pod says of one view. */
export interface PodView {
  /** "<namespace>/<name>" of the ServiceChainView: the key of the list. */
  view: string;
  uid: string;
  programmed: boolean;
  /** Why not, as the data plane's error code in CamelCase ("Cordoned", "LimitExceeded", "PodNotReady", ...). */
  reason?: string;
  message?: string;
  /** Gateways, and pods of nodes that enter other chains: percent of new packets this pod puts into the view. */
  share?: number;
  /** The same: flows that are in the view stay there. */
  keepsFlows?: boolean;
  /** How many they are; absent while this pod has not counted them. */
  keptFlows?: number;
  /** Reported for views whose share is 0 after having been more: the pod's part of the conservation sum. */
  conservation?: ConservationCounts;
}
/** What a pod has done towards another one that is to go, or that one itself. */
export interface PodDrain {
  /** Of the pod that is to go: uid and name. */
  uid: string;
  pod: string;
  /** The stage that is reached, as far as it is up to this pod. */
  stage: DrainStage;
}
export interface PodStatus {
  name: string;
  /** Of the Pod. */
  uid?: string;
  function: string;
  ready: boolean;
  /** It knows the flows that the others of its set know. */
  synced?: boolean;
  drains?: PodDrain[];
  fabricAddress: string;
  /** Times the process was started again. */
  restarts: number;
  views: PodView[];
}
/** What pods of the node that are gone had counted of a view that is still there. */
export interface DepartedCounts {
  view: string;
  uid: string;
  conservation: ConservationCounts;
}
export interface DataplaneNodeStatus {
  conditions?: Condition[];
  /** Where the live stream and /metrics are served, e.g. "http://127.0.0.1:9464". */
  agentAddress?: string;
  cpus?: number;
  memoryBytes?: number;
  hugepagesFree?: number;
  virtualFunctions?: number;
  pods?: PodStatus[];
  departed?: DepartedCounts[];
}
export type DataplaneNode = Resource<"DataplaneNode", Record<string, never>, DataplaneNodeStatus>;
