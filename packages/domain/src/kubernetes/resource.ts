// SPDX-License-Identifier: Apache-2.0
// What every object of ours has, as every object of Kubernetes has it.
import type { apiVersion } from "./names.ts";

export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: {
    apiVersion: string;
    kind: string;
    name: string;
    uid: string;
    controller?: boolean;
    blockOwnerDeletion?: boolean;
  }[];
}

export type ConditionType = "Accepted" | "Programmed" | "Ready" | "Drained" | "Progressing";

export interface Condition {
  type: ConditionType;
  status: "True" | "False" | "Unknown";
  /** CamelCase, stable: programs read it. */
  reason: string;
  /** For people: what is wrong and what to do. */
  message: string;
  observedGeneration: number;
  lastTransitionTime: string;
}

export interface Resource<Kind extends string, Spec, Status> {
  apiVersion: typeof apiVersion;
  kind: Kind;
  metadata: ObjectMeta;
  spec: Spec;
  status?: Status;
}
