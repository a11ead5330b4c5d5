// SPDX-License-Identifier: Apache-2.0
// What a tenant wants, and the immutable versions of it that pods are programmed with.
import type { EdgeMatch, FirewallConfig, Rollout } from "../graph.ts";
import type { ConservationCounts } from "./conservation.ts";
import type { Condition, Resource } from "./resource.ts";

/** A node of a deployed graph: an attachment or a function, never both. */
export interface ServiceChainNode {
  name: string;
  attachment?: string;
  function?: string;
  /** The set that runs it; absent = the tenant's own set of that function, else the shared one. */
  functionSet?: string;
  config?: FirewallConfig | Record<string, unknown>;
}
export interface ServiceChainEdge {
  name: string;
  from: string;
  to: string;
  output?: string;
  match?: EdgeMatch;
}
export interface ServiceChainSpec {
  /** Name of the Tenant; immutable. */
  tenant: string;
  /** The console's revision number of this graph. */
  revision: number;
  nodes: ServiceChainNode[];
  edges: ServiceChainEdge[];
  rollout?: Rollout;
  /** How many retired views status remembers; default 20. */
  historyLimit?: number;
}

/** The outcome of a view that is gone; closed = nothing was in flight any more. */
export interface RetiredView extends ConservationCounts {
  name: string;
  viewId: number;
  revision: number;
  retiredAt: string;
  lost: number;
  closed: boolean;
}

export interface ServiceChainStatus {
  observedGeneration?: number;
  conditions?: Condition[];
  /** The view new packets enter: what is live now. */
  activeView?: { name: string; viewId: number; revision: number };
  /** The view being programmed, if any. */
  pendingView?: { name: string; viewId: number; revision: number };
  retired?: RetiredView[];
}
export type ServiceChain = Resource<"ServiceChain", ServiceChainSpec, ServiceChainStatus>;

/** A node with its place in both directions. */
export interface ViewNode extends ServiceChainNode {
  /** NSH service index forward and reverse: 255 minus the topological index. */
  forwardSi: number;
  reverseSi: number;
}
export interface ServiceChainViewSpec {
  tenant: string;
  tenantId: number;
  chain: string;
  /** 1..255, unique among the tenant's views. */
  viewId: number;
  /** Orders the views of a chain; the newest has the highest. */
  sequence: number;
  revision: number;
  /** Percent of what newer views leave over that this view takes; with keepFlows the only field that may change. */
  weight: number;
  /** Flows that are in the view stay there, whatever its share. */
  keepFlows?: boolean;
  nodes: ViewNode[];
  edges: ServiceChainEdge[];
}
export interface ServiceChainViewStatus {
  observedGeneration?: number;
  conditions?: Condition[];
}
export type ServiceChainView = Resource<"ServiceChainView", ServiceChainViewSpec, ServiceChainViewStatus>;
