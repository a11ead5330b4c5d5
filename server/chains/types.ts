// SPDX-License-Identifier: Apache-2.0
// What the console is told about chains. Times are Unix milliseconds; everything is plain JSON.
import type { ChainGraph, DiffLine, Issue, RetiredView, Rollout } from "@nfaas/domain";

export type ChainState =
  /** Never published. */
  | "draft"
  /** Published, not live yet. */
  | "publishing"
  | "live"
  /** Something refuses it; an older revision may carry the traffic meanwhile. */
  | "failed"
  /** The Kubernetes API can't be asked. */
  | "unknown";

export interface ChainSummary {
  name: string;
  title: string;
  state: ChainState;
  /** Why, when failed or unknown. */
  message: string | null;
  updatedAt: number;
  updatedBy: string;
  publishedRevision: number | null;
  publishedAt: number | null;
  liveRevision: number | null;
  /** The draft differs from the newest revision. */
  unpublishedChanges: boolean;
}

export interface Revision {
  number: number;
  message: string | null;
  author: string;
  createdAt: number;
  /** The revision whose graph this one repeats. */
  rolledBackFrom: number | null;
}
export interface RevisionDetail extends Revision {
  graph: ChainGraph;
}

export interface Draft {
  graph: ChainGraph;
  /** Rises with every save; a save names the version it is based on. */
  version: number;
  updatedAt: number;
  updatedBy: string;
}

export interface ChainDetail {
  name: string;
  title: string;
  createdAt: number;
  draft: Draft;
  /** The newest revision: what runs or is about to. */
  published: RevisionDetail | null;
  unpublishedChanges: boolean;
}

export interface ChainPreview {
  /** The ServiceChain as it would be applied; null while errors forbid compiling. */
  yaml: string | null;
  issues: Issue[];
  /** From what is deployed to what would be. */
  diff: DiffLine[];
}

export type StepName = "accepted" | "programmed" | "live";
export type StepState = "pending" | "done" | "failed";

/** A step of a publish: accepted by the control plane, programmed on every pod, live at the gateways. */
export interface PublishStep {
  name: StepName;
  state: StepState;
  /** CamelCase and stable: a condition's reason, or "Queued" / "KubernetesUnavailable" from the console. */
  reason: string;
  message: string;
  since: number | null;
}

export interface ViewReference {
  name: string;
  viewId: number;
  revision: number;
}

/** A view that a newer one took over from, and that its flows stay in. */
export interface KeepingView extends ViewReference {
  /** Null until its gateways have counted them. */
  flows: number | null;
}

export interface ChainStatus {
  state: ChainState;
  /** In order: accepted, programmed, live. Empty when never published. */
  steps: PublishStep[];
  publishedRevision: number | null;
  liveRevision: number | null;
  activeView: ViewReference | null;
  pendingView: ViewReference | null;
  /** Newest first. */
  keeping: KeepingView[];
  /** As deployed; null = by default. */
  rollout: Rollout | null;
  /** Newest first. */
  retired: RetiredView[];
}
