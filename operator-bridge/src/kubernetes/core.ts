// SPDX-License-Identifier: Apache-2.0
// The few fields of Kubernetes' own kinds that this project reads or writes. Times are strings, as on the wire.
import type { ObjectMeta } from "@nfaas/domain";

export interface CoreObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

export interface PodCondition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

export interface ContainerStatus {
  name: string;
  ready: boolean;
  restartCount: number;
  image: string;
  imageID: string;
  started?: boolean;
  state?: { running?: { startedAt: string }; waiting?: { reason: string; message?: string } };
}

export interface Container {
  name: string;
  image: string;
  args?: string[];
  env?: { name: string; value?: string; valueFrom?: { fieldRef: { fieldPath: string } } }[];
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  securityContext?: Record<string, unknown>;
  volumeMounts?: { name: string; mountPath: string }[];
}

export interface Pod extends CoreObject {
  apiVersion: "v1";
  kind: "Pod";
  spec: {
    nodeName?: string;
    containers: Container[];
    terminationGracePeriodSeconds?: number;
    volumes?: Record<string, unknown>[];
  };
  status?: {
    phase?: "Pending" | "Running" | "Succeeded" | "Failed";
    podIP?: string;
    podIPs?: { ip: string }[];
    startTime?: string;
    conditions?: PodCondition[];
    containerStatuses?: ContainerStatus[];
  };
}

export interface Namespace extends CoreObject {
  apiVersion: "v1";
  kind: "Namespace";
}

export interface Secret extends CoreObject {
  apiVersion: "v1";
  kind: "Secret";
  type?: string;
  /** Base64. */
  data?: Record<string, string>;
}

export interface ObjectReference {
  apiVersion: string;
  kind: string;
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
}

export interface Event extends CoreObject {
  apiVersion: "v1";
  kind: "Event";
  involvedObject: ObjectReference;
  type: "Normal" | "Warning";
  reason: string;
  message: string;
  source: { component: string };
  reportingComponent: string;
  reportingInstance: string;
  count: number;
  firstTimestamp: string;
  lastTimestamp: string;
}

export interface Lease extends CoreObject {
  apiVersion: "coordination.k8s.io/v1";
  kind: "Lease";
  spec: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
}

/** The Lease, in nfaas-system, by which the agent of a node says that it lives. */
export const agentLeaseName = (node: string): string => `${agentLeasePrefix}${node}`;
const agentLeasePrefix = "nfaas-agent-";

/** The node whose agent holds the Lease; undefined for anybody else's Lease. */
export const nodeOfLease = ({ metadata: { name } }: Lease): string | undefined =>
  name.startsWith(agentLeasePrefix) ? name.slice(agentLeasePrefix.length) : undefined;

export const isPodReady = (pod: Pod): boolean =>
  pod.metadata.deletionTimestamp === undefined &&
  (pod.status?.conditions ?? []).some((c) => c.type === "Ready" && c.status === "True");
